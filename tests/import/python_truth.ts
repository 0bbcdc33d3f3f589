import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { ImportReader } from "../../src/import/event.ts";
import type { SourceReport, TableReport } from "../../src/import/report.ts";
import { runImport } from "../../src/import/run.ts";
import type { TableName, Value } from "../../src/model/table.ts";
import { storedRows } from "../support/stored_rows.ts";

/** A sample beside this file. */
export function sample(name: string): string {
  return new URL(`samples/${name}`, import.meta.url).pathname;
}

/** When the imports of these tests run. */
export const importedAt = Temporal.Instant.from("2026-11-27T12:00:00Z");

/** Imports into a database whose tables are made first; the reader is closed. */
export async function importFrom(
  database: Database,
  reader: ImportReader,
  choice: { isDryRun?: boolean; distrust?: boolean } = {},
): Promise<SourceReport> {
  await database.migrate();
  const [report] = await runImport([{ name: "source", reader }], {
    database,
    isDryRun: choice.isDryRun ?? false,
    distrust: choice.distrust ?? false,
    now: importedAt,
    timeZone: null,
    siteTimeZones: new Map(),
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  await reader.close();
  return report;
}

/** Opens a database with its tables. */
export async function migrated(url: string): Promise<Database> {
  const database = await openDatabase(url);
  await database.migrate();
  return database;
}

/** New, filled and unchanged rows of all tables together. */
export function totals(report: SourceReport): number[] {
  const sum = (of: (one: TableReport) => number) =>
    report.tables.reduce((all, one) => all + of(one), 0);
  return [sum((one) => one.inserted), sum((one) => one.changed), sum((one) => one.unchanged)];
}

const columns: Readonly<Record<string, readonly string[]>> = {
  power_readings: ["power_w"],
  energy_readings: ["energy_wh"],
  power_details: [
    "production_w",
    "consumption_w",
    "self_consumption_w",
    "feed_in_w",
    "purchased_w",
  ],
  inverter_telemetry: [
    "total_active_power_w",
    "lifetime_energy_wh",
    "temperature_c",
    "dc_voltage_v",
    "l1_ac_current_a",
    "l1_active_power_w",
  ],
};

/** A line of a truth file. */
interface Truth {
  readonly table: string;
  readonly serial: string;
  readonly label: string;
  readonly starts: readonly string[];
  readonly verdict: string;
  readonly stored: readonly (number | null)[] | null;
}

/** The lines of a truth file. */
export async function truthOf(name: string): Promise<Truth[]> {
  const [, ...lines] = (await readFile(sample(name), "utf8")).trim().split("\n");
  return lines.map((line) => {
    const [table, , , serial, label, start, verdict, stored] = line.trimEnd().split(",");
    return {
      table: table.replace(/^seh_/, ""),
      serial,
      label,
      starts: start.split(" or "),
      verdict,
      stored: stored === "" || stored === undefined
        ? null
        : stored.split("|").map((one) => one === "" ? null : Number(one)),
    };
  });
}

/**
 * How many lines of the truth of each table and verdict stand at their place with their values; `missing` and
 * `empty` ones must have no row. Of a table in `atFirst` the second pass of the repeated hour stands at the first.
 */
export async function rightRows(
  database: Database,
  truth: readonly Truth[],
  atFirst: readonly string[] = [],
): Promise<Record<string, number>> {
  const stored = new Map<string, Record<string, Value>>();
  for (const table of Object.keys(columns)) {
    for (const row of await storedRows(database, table as TableName)) {
      const time = row.timestamp ?? `${row.reading_date}`;
      stored.set(`${table} ${row.device_key ?? ""} ${time}`, row);
    }
  }
  const counts: Record<string, number> = {};
  for (const one of truth) {
    const isDay = one.table === "energy_readings";
    const isEarly = one.verdict === "second pass" && atFirst.includes(one.table);
    const starts = isEarly
      ? [Temporal.Instant.from(one.starts[0]).subtract({ hours: 1 }).toString()]
      : one.starts;
    const row = (isDay ? [one.label.slice(0, 10)] : starts)
      .map((time) => stored.get(`${one.table} ${one.serial} ${time}`))
      .find((found) => found !== undefined);
    const isAbsent = one.verdict === "missing" || one.verdict === "empty";
    const isRight = isAbsent
      ? row === undefined
      : row !== undefined && one.stored !== null && one.stored.length > 0 &&
        columns[one.table].every((name, at) => isSame(row[name], one.stored![at]));
    const key = `${one.table} ${one.verdict}`;
    if (isRight) counts[key] = (counts[key] ?? 0) + 1;
    else {assert.fail(
        `${one.table} ${one.serial} ${one.label} (${one.verdict}) is not at its place`,
      );}
  }
  return counts;
}

function isSame(a: Value, b: number | null): boolean {
  return a === null || b === null ? a === b : Math.abs(Number(a) - b) < 1e-6;
}
