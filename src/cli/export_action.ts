import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname, resolve } from "node:path";
import type { Database, Reader } from "../database/database.ts";
import { type ExportPart, writeExport } from "../export/export.ts";
import { FileFull, type Format, type Sink } from "../export/format.ts";
import { formats } from "../export/formats.ts";
import type { CommandContext } from "./context.ts";
import { csvStyle } from "./csv_style.ts";
import { intoFile } from "./export_file.ts";
import { chosenDatasets, exportParts } from "./export_parts.ts";
import { chooseTargets, type ExportTarget } from "./export_target.ts";
import type { ExportOptions } from "./export_options.ts";
import { UsageError } from "./failure.ts";
import { openSession, type Session } from "./session.ts";
import { counted } from "./terminal/human.ts";

/** Writes what was asked for. Throws UsageError, SettingsError, DatabaseError and Deno's own errors. */
export async function exportData(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: ExportOptions,
): Promise<void> {
  const { world } = context;
  const now = world.clock.now();
  const datasets = chosenDatasets(options, now);
  const csv = csvStyle(options, world.environment);
  const targets = await chooseTargets(options, datasets, world);
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const create = await formats[options.format].open();
  await using reader = await database.reader();
  for (const target of targets) {
    const parts = await exportParts(database, target.datasets, options, now);
    for (const { dataset, selections } of parts) {
      for (const { siteIds, start, end } of selections) {
        if (!start && !end) continue;
        await session.requireTimes(database, { table: dataset.table, siteIds, start, end });
      }
    }
    const format = (sink: Sink) => create(sink, { several: parts.length > 1, csv });
    const counts = await writeTarget({ database, reader }, target, parts, format, context).catch(
      explainFull,
    );
    if (target.announced !== null) world.stdout.print(`${target.announced}\n`);
    if (target.path !== null) {
      const rows = counts.reduce((sum, one) => sum + one, 0);
      session.note(`${counted(rows, "row")} written to ${target.path}`);
    }
    for (const [i, part] of parts.entries()) {
      if (counts[i] === 0) await noteEmpty(part, options, session);
    }
  }
}

async function writeTarget(
  { database, reader }: { readonly database: Database; readonly reader: Reader },
  target: ExportTarget,
  parts: readonly ExportPart[],
  format: (sink: Sink) => Format,
  { world }: CommandContext,
): Promise<number[]> {
  const signal = world.interrupted();
  if (target.path === null) {
    return await writeExport(reader, parts, format(world.stdout), signal);
  }
  if (target.isInFolder) {
    await Deno.mkdir(dirname(resolve(world.cwd, target.path)), { recursive: true });
  }
  return await intoFile(
    database,
    target.path,
    world,
    (sink) => writeExport(reader, parts, format(sink), signal),
  );
}

function explainFull(error: unknown): never {
  if (!(error instanceof FileFull)) throw error;
  throw new UsageError(
    `${error.message}: name one dataset, choose less of it (--site, --start, --end), or take -f parquet.`,
  );
}

async function noteEmpty(
  part: ExportPart,
  options: ExportOptions,
  session: Session,
): Promise<void> {
  const { name } = part.dataset;
  const { lacks } = await session.sourceFacts(null);
  const lack = lacks.find((one) => one.dataType === name);
  if (lack) session.note(`${name}: no rows; ${lack.reason}`);
  else if (options.datasets !== "all") {
    const isFiltered = options.siteIds || options.start || options.end || options.serial ||
      options.unit;
    const which = isFiltered ? "no rows with these filters" : "no rows";
    session.note(`${name}: ${which}; \`seh status\` shows what the database holds`);
  }
}
