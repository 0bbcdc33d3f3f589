import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname, resolve } from "node:path";
import type { Database, Selection } from "../database/database.ts";
import { type Filter, filtersOf } from "../database/read.ts";
import { dataset } from "../export/dataset.ts";
import { type DatasetName, datasetNames, type FormatName } from "../export/datasets.ts";
import { type ExportPart, writeExport } from "../export/export.ts";
import { realTarget } from "../files/real_target.ts";
import { FileBusy, openFileSink } from "../export/file_sink.ts";
import type { CsvStyle } from "../export/csv.ts";
import { createFormat } from "../export/format.ts";
import { table } from "../model/tables.ts";
import { readDecimalSign } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { chooseTargets, type ExportTarget } from "./export_target.ts";
import { UsageError } from "./failure.ts";
import { openSession, type Session } from "./session.ts";
import { counted } from "./terminal/human.ts";
import type { World } from "./world.ts";

/** What the user asked `seh export` for. */
export interface ExportWish {
  readonly datasets: DatasetName | "all";
  readonly format: FormatName;
  readonly output: string | null;
  readonly siteIds: readonly number[] | null;
  /** Local days of each row's site, both included. */
  readonly start: Temporal.PlainDate | null;
  readonly end: Temporal.PlainDate | null;
  readonly serial: string | null;
  /** CSV without formulas. */
  readonly isSafe: boolean;
  /** The program that CSV is for; null: any. */
  readonly csvFor: "excel" | null;
  /** Null: that of this machine. */
  readonly decimalSign: "." | "," | null;
}

/** Writes what was asked for. Throws UsageError, SettingsError, DatabaseError and Deno's own errors. */
export async function exportData(
  context: CommandContext,
  command: CommandUnknownOpts,
  wish: ExportWish,
): Promise<void> {
  const { world } = context;
  const parts = chooseParts(wish);
  const csv = csvStyle(wish, world.environment);
  const targets = await chooseTargets(wish, parts, world);
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const interrupted = world.interrupted();
  for (const target of targets) {
    const counts = await writeTarget(database, target, { ...wish, csv }, context, interrupted);
    if (target.path !== null) {
      if (target.isNamedByUs) world.stdout.print(`${target.path}\n`);
      const rows = counts.reduce((sum, one) => sum + one, 0);
      session.note(`${counted(rows, "row")} written to ${target.path}`);
    }
    for (const [i, part] of target.parts.entries()) {
      if (counts[i] === 0) await noteEmpty(part, wish, session);
    }
  }
}

async function writeTarget(
  database: Database,
  target: ExportTarget,
  wish: ExportWish & { readonly csv: CsvStyle },
  { world }: CommandContext,
  signal: AbortSignal,
): Promise<number[]> {
  const format = createFormat(wish.format, target.parts.length > 1, wish.csv);
  if (target.path === null) {
    return await writeExport(database, target.parts, format, world.stdout, signal);
  }
  const path = resolve(world.cwd, target.path);
  if (await realTarget(path) === await realTarget(database.address)) {
    throw new UsageError(`${target.path} is the database itself. Name another file`);
  }
  if (target.isInFolder) await Deno.mkdir(dirname(path), { recursive: true });
  const file = await openFileSink(path).catch((error) => {
    if (!(error instanceof FileBusy)) throw error;
    throw new UsageError(
      `another export is writing ${target.path} at this moment. Wait for it, or name another file`,
    );
  });
  try {
    const counts = await writeExport(database, target.parts, format, file, signal);
    await file.finish();
    return counts;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** How CSV is written. Throws UsageError for wishes about CSV where another format was asked for. */
function csvStyle(wish: ExportWish, environment: World["environment"]): CsvStyle {
  const { isSafe, csvFor } = wish;
  const asked = isSafe ? "--safe" : csvFor ? "--csv-for" : wish.decimalSign ? "--locale" : null;
  if (asked && wish.format !== "csv") {
    throw new UsageError(`${asked} is about CSV, and --format ${wish.format} was asked for.`);
  }
  if (!csvFor) {
    if (wish.decimalSign) throw new UsageError("--locale needs --csv-for excel.");
    return { isSafe };
  }
  return { excel: { decimalSign: wish.decimalSign ?? decimalSignOf(environment) } };
}

/** The decimal sign of this machine, as the environment tells it; a point where it does not. */
function decimalSignOf({ LC_ALL, LC_NUMERIC, LANG }: World["environment"]): "." | "," {
  const tag = LC_ALL || LC_NUMERIC || LANG || "C";
  try {
    return /^(C|POSIX)\b/.test(tag) ? "." : readDecimalSign(tag);
  } catch {
    return ".";
  }
}

/** The datasets with the filters they have; a filter that the one dataset asked for lacks is a mistake. */
function chooseParts(wish: ExportWish): ExportPart[] {
  if (wish.start && wish.end && Temporal.PlainDate.compare(wish.start, wish.end) > 0) {
    throw new UsageError(`--start ${wish.start} lies after --end ${wish.end}.`);
  }
  const names = wish.datasets === "all" ? datasetNames : [wish.datasets];
  return names.map((name) => {
    const one = dataset(name);
    const filters = filtersOf(table(one.table));
    if (wish.datasets !== "all") refuseMissing(name, filters, wish);
    return { dataset: one, selection: selectionOf(filters, wish) };
  });
}

function selectionOf(filters: readonly Filter[], wish: ExportWish): Omit<Selection, "table"> {
  return {
    siteIds: wish.siteIds ?? undefined,
    start: filters.includes("dates") ? wish.start ?? undefined : undefined,
    end: filters.includes("dates") ? wish.end ?? undefined : undefined,
    serial: filters.includes("serial") ? wish.serial ?? undefined : undefined,
  };
}

function refuseMissing(name: DatasetName, filters: readonly Filter[], wish: ExportWish): void {
  const asked: readonly (readonly [string, unknown, Filter])[] = [
    ["--start", wish.start, "dates"],
    ["--end", wish.end, "dates"],
    ["--serial", wish.serial, "serial"],
  ];
  for (const [option, value, filter] of asked) {
    if (value !== null && !filters.includes(filter)) {
      const why = filter === "dates" ? "has no time axis" : "is not about devices";
      throw new UsageError(`${option} does not fit: the dataset ${name} ${why}.`);
    }
  }
}

async function noteEmpty(part: ExportPart, wish: ExportWish, session: Session): Promise<void> {
  const { name } = part.dataset;
  const { lacks } = await session.sourceFacts();
  const lack = lacks.find((one) => one.dataType === name);
  if (lack) session.note(`${name}: no rows; ${lack.reason}`);
  else if (wish.datasets !== "all") {
    const isFiltered = wish.siteIds || wish.start || wish.end || wish.serial;
    const which = isFiltered ? "no rows with these filters" : "no rows";
    session.note(`${name}: ${which}; \`seh status\` shows what the database holds`);
  }
}
