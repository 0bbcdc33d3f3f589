import { resolve } from "node:path";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import { readSqlite } from "../database/sqlite/sqlite.ts";
import { CsvReader, separatorOf } from "./csv_records.ts";
import { type ImportReader, ImportRefusal } from "./event.ts";
import { tableOf } from "./own/columns.ts";
import { ownCsvReader } from "./own/csv.ts";
import { type HarvestBeside, readHarvest } from "./own/harvest.ts";
import { ownJsonReader } from "./own/json_lines.ts";
import { type PortalOptions, portalReader } from "./portal/reader.ts";
import { isTimeHeader } from "./portal/words.ts";
import type { PythonDatabase } from "./python/database.ts";
import { pythonCsvReader, pythonDataset, pythonJsonReader } from "./python/export.ts";
import { connectToRead, openPythonFile } from "./python/sqlite.ts";
import { pythonReader } from "./python/tool.ts";

/** How sources are to be read where they do not say. */
export interface RecogniseOptions extends PortalOptions {
  /** The zone in which a server wrote times, where its own has changed since. */
  readonly writtenIn: string | null;
  /** The source is the target too: what seh has stored there is there already. */
  readonly isTarget: boolean;
}

/** Bytes from the beginning of a file that show what it is. */
const headBytes = 256 * 1024;

/** Opens the database that a URL names. Throws ImportRefusal, SettingsError and DatabaseError. */
export async function recogniseUrl(url: string, options: RecogniseOptions): Promise<ImportReader> {
  const [, scheme, rest] = /^([a-z]+)(?:\+[a-z0-9_]+)?:\/\/(.*)$/is.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case "sqlite":
      return await recogniseFile(rest.replace(/^\//, ""), options);
    case "postgres":
    case "postgresql":
      return await databaseReader(
        // Drivers load only when they are used.
        await (await import("./python/postgres.ts")).openPythonPostgres(url, options.writtenIn),
        options,
        () => serverHarvest(url),
      );
    case "mariadb":
    case "mysql":
      return await databaseReader(
        await (await import("./python/mariadb.ts")).openPythonMariadb(url, options.writtenIn),
        options,
        () => serverHarvest(url),
      );
    default:
      throw new ImportRefusal("is no address of a database that seh can read.");
  }
}

/** Opens a file of any kind that can be imported. Throws ImportRefusal, DatabaseError and Deno's own errors. */
export async function recogniseFile(
  path: string,
  options: RecogniseOptions,
): Promise<ImportReader> {
  const file = resolve(path);
  const before = await stateOf(file);
  const head = await headOf(file);
  if (head.startsWith("SQLite format 3\0")) {
    return await databaseReader(await openPythonFile(file), options, () => fileHarvest(file));
  }
  const reader = await textReader(file, head, options);
  return {
    ...reader,
    async *read(context) {
      yield* reader.read(context);
      if (await stateOf(file) === before) return;
      const text = "the file was changed while it was read; import it again when it is finished";
      yield { kind: "note", text };
    },
  };
}

async function stateOf(path: string): Promise<string> {
  const { size, mtime } = await Deno.stat(path);
  return `${size} ${mtime?.getTime()}`;
}

async function textReader(
  file: string,
  head: string,
  options: RecogniseOptions,
): Promise<ImportReader> {
  if (head.startsWith("PK\u0003\u0004")) {
    throw new ImportRefusal(
      "is a spreadsheet or an archive. Save it as CSV first, and import that.",
    );
  }
  if (isDump(head)) {
    throw new ImportRefusal(
      "is a dump of a database. Restore it into a database first, then import that by its URL.",
    );
  }
  if (head.trim() === "") throw new ImportRefusal("is empty.");
  if (/^\s*[[{]/.test(head)) {
    return /"site_name"|"peak_power"/.test(head.slice(0, 4000)) && /^\s*\[/.test(head)
      ? await pythonJsonReader(file)
      : await ownJsonReader(file, head);
  }
  return await csvReader(file, head, options);
}

/** How files of gzip, bzip2, xz, zstd and 7-Zip begin. */
const packed = [
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0x37, 0x7a, 0xbc, 0xaf],
];

async function headOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(headBytes);
  let filled = 0;
  while (filled < headBytes) {
    const count = await file.read(buffer.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  const [a, b] = buffer;
  // Without a mark, every other byte of plain letters is 0.
  const isEvery = (first: number) => [0, 2, 4, 6].every((at) => buffer[first + at] === 0);
  const isUnmarked = filled > 8 && (a === 0) !== (b === 0) && isEvery(a === 0 ? 0 : 1);
  if (a === 0xff && b === 0xfe || a === 0xfe && b === 0xff || isUnmarked) {
    throw new ImportRefusal("is UTF-16. Save it again as CSV UTF-8.");
  }
  if (packed.some((one) => one.every((byte, at) => buffer[at] === byte))) {
    throw new ImportRefusal("is packed. Unpack it first, and import what was in it.");
  }
  return new TextDecoder().decode(buffer.subarray(0, filled));
}

function isDump(head: string): boolean {
  return /^(--[^\n]*\n|\s|\/\*[^\n]*\n)*-- (PostgreSQL|MariaDB|MySQL) (database )?dump/i.test(
    head,
  ) ||
    /^(PRAGMA foreign_keys=OFF;|BEGIN TRANSACTION;)/m.test(head.slice(0, 200)) ||
    /MariaDB dump|MySQL dump|PostgreSQL database dump/.test(head.slice(0, 2000));
}

async function csvReader(
  path: string,
  head: string,
  options: RecogniseOptions,
): Promise<ImportReader> {
  const text = head.replace(/^\uFEFF/, "");
  const [line] = text.split(/\r?\n/, 1);
  const separator = separatorOf(line);
  // The whole head, not its first line: a name in quotes may have a line break.
  const [cells = []] = new CsvReader(separator).push(`${text}\n`).records;
  const names = cells.map((one) => one ?? "");
  if (isTimeHeader(cells[0])) return await portalReader(path, separator, options);
  const double = names.find((one, at) => names.indexOf(one) < at);
  const dataset = pythonDataset(names);
  if (double !== undefined && (dataset !== null || tableOf([...new Set(names)]) !== null)) {
    throw new ImportRefusal(`has two columns named ${JSON.stringify(double)}. Take one out.`);
  }
  if (dataset !== null) return pythonCsvReader(path, separator, names, dataset);
  const table = tableOf(names);
  if (table !== null) return ownCsvReader(path, separator, names, table);
  throw new ImportRefusal(
    `is nothing that seh can import; it begins with ${
      JSON.stringify(line.slice(0, 60))
    }. It takes ` +
      "databases and exports of the Python tool, CSV files of SolarEdge's portal, and exports of seh.",
  );
}

/** A database of the Python tool; where tables of seh stand beside, what they hold comes first. */
async function databaseReader(
  database: PythonDatabase,
  { isTarget }: RecogniseOptions,
  harvest: () => Promise<HarvestBeside & AsyncDisposable>,
): Promise<ImportReader> {
  try {
    if (database.sets.length === 0) {
      throw new ImportRefusal(
        database.isMixed
          ? "is a database of seh. To copy all of it use: seh copy --from URL --to URL"
          : "holds no tables of the Python tool.",
      );
    }
    const reader = await pythonReader(database);
    if (!database.isMixed || isTarget) return reader;
    const beside = await harvest();
    return {
      ...reader,
      what: "a database that the Python tool and seh share",
      async *read(context) {
        yield* readHarvest(beside, context);
        yield* reader.read(context);
      },
      async close() {
        await beside[Symbol.asyncDispose]();
        await reader.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serverHarvest(url: string): Promise<HarvestBeside & AsyncDisposable> {
  return harvestOf(await openDatabase(url, { create: false }));
}

/** Without a change to the file, as the Python tool's tables are read. */
async function fileHarvest(path: string): Promise<HarvestBeside & AsyncDisposable> {
  return harvestOf(readSqlite(await connectToRead(path)));
}

function harvestOf(
  database: Pick<Database, "known" | "read" | "close">,
): HarvestBeside & AsyncDisposable {
  return {
    read: (table) => database.read({ table }),
    coverage: async () => (await database.known()).coverage,
    [Symbol.asyncDispose]: () => database.close(),
  };
}
