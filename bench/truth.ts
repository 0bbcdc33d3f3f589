/** Rows in the database against the server's model, for benches: how many differ, not only whether. */
import { isDeepStrictEqual } from "node:util";
import type { TableName, Value } from "../src/model/table.ts";
import { table as factsOf } from "../src/model/tables.ts";
import type { SiteSpec } from "../src/simulator/site_spec.ts";
import type { HarvestWorld } from "../tests/support/harvest_world.ts";
import { storedRows } from "../tests/support/stored_rows.ts";
import { truthRows } from "../tests/support/truth_rows.ts";

/** What was compared. */
export interface Compared {
  readonly rows: number;
  /** Rows that are missing, too many or of another value. */
  readonly wrong: number;
  /** The first of them, in words. */
  readonly example: string | null;
}

type Row = Record<string, Value>;

/** The energy of each day against the model: local dates, the end not included. */
export async function compareDays(
  { simulator, database }: Pick<HarvestWorld, "simulator" | "database">,
  { siteId, timeZone }: SiteSpec,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): Promise<Compared> {
  const [start, end] = [from, to].map((one) => one.toZonedDateTime(timeZone).toInstant());
  const isDay = (row: Row) =>
    row.time_unit === "DAY" && String(row.reading_date) >= String(from) &&
    String(row.reading_date) < String(to);
  const truth = truthRows(simulator, siteId, "energy_readings", {
    from: start,
    to: end,
    now: simulator.now(),
  }).filter(isDay);
  const stored = (await storedRows(database, "energy_readings", siteId)).filter(isDay);
  return compare("energy_readings", pick(truth), pick(stored));
}

/** The readings of a range against v1's model. */
export function compareReadings(
  world: Pick<HarvestWorld, "simulator" | "database">,
  site: SiteSpec,
  tables: readonly TableName[],
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<Compared> {
  return compareRows(world, site, tables, from, to, truthRows);
}

/** The readings of a range against what `truthOf` makes of the model; missing rows and further ones. */
export async function compareRows(
  { simulator, database }: Pick<HarvestWorld, "simulator" | "database">,
  { siteId }: SiteSpec,
  tables: readonly TableName[],
  from: Temporal.Instant,
  to: Temporal.Instant,
  truthOf: typeof truthRows,
): Promise<Compared> {
  let sum: Compared = { rows: 0, wrong: 0, example: null };
  const isWithin = (row: Row) =>
    Temporal.Instant.compare(String(row.timestamp), from) >= 0 &&
    Temporal.Instant.compare(String(row.timestamp), to) < 0;
  for (const table of tables) {
    const asked = { from, to, now: simulator.now() };
    const truth = truthOf(simulator, siteId, table, asked);
    const stored = (await storedRows(database, table, siteId)).filter(isWithin);
    const one = compare(table, truth, stored);
    sum = {
      rows: sum.rows + one.rows,
      wrong: sum.wrong + one.wrong,
      example: sum.example ?? one.example,
    };
  }
  return sum;
}

function pick(rows: readonly Row[]): Row[] {
  return rows.map(({ site_id, time_unit, reading_date, energy_wh }) => ({
    site_id,
    time_unit,
    reading_date,
    energy_wh,
  }));
}

function compare(table: TableName, truth: readonly Row[], stored: readonly Row[]): Compared {
  const { key } = factsOf(table);
  const keyOf = (row: Row) => JSON.stringify(key.map((name) => row[name]));
  const found = new Map(stored.map((row) => [keyOf(row), row]));
  let wrong = 0;
  let example: string | null = null;
  for (const row of truth) {
    const other = found.get(keyOf(row));
    found.delete(keyOf(row));
    const differs = other
      ? Object.keys(row).filter((name) => !isDeepStrictEqual(other[name], row[name]))
      : ["all of it"];
    if (differs.length === 0) continue;
    wrong++;
    example ??= `${table} ${keyOf(row)}: ${differs.join(", ")}`;
  }
  for (const extra of found.keys()) {
    wrong++;
    example ??= `${table} ${extra}: nobody measured it`;
  }
  return { rows: truth.length, wrong, example };
}
