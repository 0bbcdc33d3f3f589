import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname, resolve } from "node:path";
import type { Database, Reader } from "../database/database.ts";
import { filtersOf } from "../database/read.ts";
import type { Dataset } from "../export/dataset.ts";
import { writeExport } from "../export/export.ts";
import type { CreateFormat } from "../export/format.ts";
import { formats } from "../export/formats.ts";
import {
  daysOfPartition,
  type Partition,
  partitionPath,
  withoutSite,
} from "../export/partitions.ts";
import { table } from "../model/tables.ts";
import type { CommandContext } from "./context.ts";
import { intoFile } from "./export_file.ts";
import { chosenDatasets } from "./export_parts.ts";
import type { ExportOptions } from "./export_options.ts";
import { UsageError } from "./failure.ts";
import { openSession } from "./session.ts";
import { counted } from "./terminal/human.ts";

/**
 * Writes a Parquet file for each site and month into the folder that was named, and one file for what has no time.
 * Each file is written whole or not at all, in place of the one before. Throws UsageError, SettingsError,
 * DatabaseError and Deno's own errors.
 */
export async function exportPartitions(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: ExportOptions,
): Promise<void> {
  const { world } = context;
  const folder = requirePartitions(options);
  const datasets = chosenDatasets(options, world.clock.now());
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const create = await formats[options.format].open();
  await using reader = await database.reader();
  let files = 0;
  let rows = 0;
  for (const dataset of datasets) {
    const into = options.datasets === "all" ? `${folder}/${dataset.name}` : folder;
    for await (const { path, part, least } of parts(database, dataset, options)) {
      const place = { database, reader, context, path: `${into}/${path}` };
      rows += await writePart(place, { dataset, ...part }, create, async (written) => {
        // A row whose local time lies in the month and whose instant lies nowhere.
        if (written >= least) return;
        const { siteIds } = part.selections[0];
        await session.requireTimes(database, { table: dataset.table, siteIds });
      });
      files++;
    }
  }
  session.note(`${counted(rows, "row")} in ${counted(files, "file")} written to ${folder}/`);
}

/** The folder. A file holds a whole month: less of it would take the place of more. */
function requirePartitions({ format, output, serial, start, end }: ExportOptions): string {
  if (format !== "parquet") throw new UsageError("--partition goes with -f parquet only.");
  if (output === null || output === "-") {
    throw new UsageError("--partition writes many files. Name a folder for them: -o FOLDER/");
  }
  if (start !== null || end !== null || serial !== null) {
    throw new UsageError(
      "--partition writes whole months: --start, --end and --serial do not go with it.",
    );
  }
  return output.replace(/(?<=.)[/\\]+$/, "");
}

type Part = Parameters<typeof writeExport>[1][number];

interface PartOfDataset {
  readonly path: string;
  readonly part: Pick<Part, "selections"> & { readonly isOfSite: boolean };
  /** So many rows are there. */
  readonly least: number;
}

/** The files of a dataset, and which of its rows each of them takes. */
async function* parts(
  database: Database,
  dataset: Dataset,
  { siteIds, unit, datasets }: ExportOptions,
): AsyncGenerator<PartOfDataset> {
  const filters = filtersOf(table(dataset.table));
  const timeUnit = filters.includes("unit") && unit !== "all"
    ? (unit ?? "day").toUpperCase()
    : undefined;
  if (!filters.includes("dates")) {
    if (datasets !== "all") {
      throw new UsageError(
        `--partition does not fit: the dataset ${dataset.name} has no time axis.`,
      );
    }
    const selections = [{ siteIds: siteIds ?? undefined }];
    return yield {
      path: `${dataset.name}.parquet`,
      part: { selections, isOfSite: false },
      least: 0,
    };
  }
  const found = await database.query("data_months", {
    table_name: dataset.table,
    time_unit: timeUnit ?? null,
    site_ids: siteIds === null ? null : JSON.stringify(siteIds),
  });
  for (const { site_id, month, rows_found } of found) {
    const partition: Partition = { siteId: Number(site_id), month: String(month) };
    const selection = { siteIds: [partition.siteId], timeUnit, ...daysOfPartition(partition) };
    yield {
      path: partitionPath(partition, dataset),
      part: { selections: [selection], isOfSite: true },
      least: Number(rows_found),
    };
  }
}

/** Where rows come from and go to. */
interface Place {
  readonly database: Database;
  readonly reader: Reader;
  readonly context: CommandContext;
  readonly path: string;
}

async function writePart(
  { database, reader, context: { world }, path }: Place,
  { isOfSite, ...part }: Part & { readonly isOfSite: boolean },
  create: CreateFormat,
  check: (written: number) => Promise<void>,
): Promise<number> {
  await Deno.mkdir(dirname(resolve(world.cwd, path)), { recursive: true });
  const [rows] = await intoFile(database, path, world, async (sink) => {
    const format = create(sink, { several: false, csv: {} });
    const counts = await writeExport(
      reader,
      [part],
      isOfSite ? withoutSite(format) : format,
      world.interrupted(),
    );
    await check(counts[0]);
    return counts;
  });
  return rows;
}
