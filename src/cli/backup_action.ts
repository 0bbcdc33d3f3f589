import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname, resolve } from "node:path";
import { DatabaseError } from "../database/database_error.ts";
import { realTarget } from "../files/real_target.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { openSession } from "./session.ts";
import { counted, sizeText } from "./terminal/human.ts";

/** What the user asked `seh backup` for. */
export interface BackupChoice {
  readonly file: string;
  readonly force: boolean;
  readonly json: boolean;
}

/** Writes a checked copy and puts it in its place. Throws UsageError, SettingsError and DatabaseError. */
export async function backup(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: BackupChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  if (!database.copyTo) {
    throw new UsageError(
      `seh backup copies SQLite files, and your data is at ${database.address}. Use pg_dump or ` +
        "mariadb-dump, or copy it into a file: seh copy --to sqlite:////backup/seh.db",
    );
  }
  if (await database.state() === "empty") {
    throw new DatabaseError(
      "failed",
      `${database.address} holds no tables of seh yet; run: seh sync`,
    );
  }
  const target = resolve(world.cwd, choice.file);
  await requireFree(target, await realTarget(database.address), choice);
  // Beside the target, so that it can take its place at once.
  const part = `${target}.part`;
  await remove(part);
  try {
    const copy = await database.copyTo(part);
    await toDisk(part);
    await Deno.rename(part, target);
    if (choice.json) {
      const json = { from: database.address, to: target, ...copy };
      world.stdout.print(context.redact(`${JSON.stringify(json, null, 2)}\n`));
    }
    session.note(
      `${counted(copy.rows, "row")} of ${counted(copy.tables, "table")} copied to ${choice.file} ` +
        `(${sizeText(copy.bytes)}), and checked.`,
    );
  } catch (error) {
    await remove(part);
    if (!(error instanceof DatabaseError)) throw error;
    // The person knows the file by the name that it would have had.
    throw new DatabaseError(error.kind, error.message.replaceAll(part, target), { cause: error });
  }
}

/** Throws UsageError where a copy must not be written. */
async function requireFree(target: string, database: string, { file, force }: BackupChoice) {
  if (file === "-") throw new UsageError("A backup is read again to check it. Name a file for it.");
  const there = await Deno.stat(target).catch(() => null);
  if (there === null) {
    const folder = dirname(target);
    if (await Deno.stat(folder).catch(() => null)) return;
    throw new UsageError(`There is no folder ${folder}; make it first.`);
  }
  if (there.isDirectory) {
    throw new UsageError(`${file} is a folder; name a file in it, for example ${file}/seh.db.`);
  }
  if (!there.isFile) throw new UsageError(`${file} is no file; name another one.`);
  const own = await Deno.stat(database);
  if (there.ino !== null && there.ino === own.ino && there.dev === own.dev) {
    throw new UsageError(`${file} is the database itself; name another file.`);
  }
  if (!force) throw new UsageError(`${file} is there already; --force replaces it.`);
  if (await Deno.stat(`${target}-wal`).catch(() => null)) {
    throw new UsageError(`Somebody is using ${file} as a database; name another file.`);
  }
}

/** A crash of the machine right after finds the copy whole. */
async function toDisk(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  await file.syncData();
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
