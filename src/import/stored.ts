import type { Database } from "../database/database.ts";
import type { TableRows } from "../model/harvest.ts";
import type { Table, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";

type Row = readonly Value[];

/** What stands in the harvest of rows that are given: how they compare. */
export interface Compared {
  /** Keys that are not there. */
  missing: number;
  /** Rows that would fill a NULL. */
  filling: number;
  /** Rows of which the harvest holds other values. */
  differing: number;
}

/** Columns that say something about a row, not about the world. */
const aside = ["source", "updated_at", "last_seen", "extra", "local_time", "is_complete"];

/**
 * Compares readings with those that are stored. Numbers are the same within the tolerance. Of a database that is
 * not there (null) everything is missing.
 */
export async function compareReadings(
  database: Pick<Database, "read"> | null,
  given: TableRows,
  tolerance: number,
): Promise<Compared> {
  const facts = factsOf(given.table);
  const result: Compared = { missing: 0, filling: 0, differing: 0 };
  const at = (name: string) => given.columns.indexOf(name);
  const keyAt = facts.key.map(at);
  const values = facts.columns.flatMap(({ name }, stored) =>
    facts.key.includes(name) || aside.includes(name) || at(name) < 0
      ? []
      : [{ stored, given: at(name) }]
  );
  for (const [site, rows] of Map.groupBy(given.rows, (row) => Number(row[at("site_id")]))) {
    const there = database === null ? null : await storedBetween(database, facts, site, rows, at);
    for (const row of rows) {
      const old = there?.get(keyOf(keyAt.map((place) => row[place])));
      if (!old) {
        result.missing++;
        continue;
      }
      let fills = false, differs = false;
      for (const value of values) {
        const [now, before] = [row[value.given], old[value.stored]];
        if (now === null) continue;
        if (before === null) fills = true;
        else if (!isSame(now, before, tolerance)) differs = true;
      }
      if (fills) result.filling++;
      if (differs) result.differing++;
    }
  }
  return result;
}

async function storedBetween(
  database: Pick<Database, "read">,
  facts: Table,
  siteId: number,
  rows: readonly Row[],
  at: (name: string) => number,
): Promise<Map<string, Row>> {
  const time = at(facts.key.includes("timestamp") ? "timestamp" : "reading_date");
  let [first, last] = [String(rows[0][time]), String(rows[0][time])];
  for (const row of rows) {
    const text = String(row[time]);
    if (text < first) first = text;
    if (text > last) last = text;
  }
  const day = (text: string, days: number) =>
    Temporal.PlainDate.from(text.slice(0, 10)).add({ days });
  const keyAt = facts.key.map((name) => facts.columns.findIndex((one) => one.name === name));
  const found = new Map<string, Row>();
  const selection = {
    table: facts.name,
    siteIds: [siteId],
    start: day(first, -1),
    end: day(last, 1),
  };
  for await (const page of database.read(selection)) {
    for (const row of page) found.set(keyOf(keyAt.map((place) => row[place])), row);
  }
  return found;
}

/** A key as one text. */
export function keyOf(key: Row): string {
  return JSON.stringify(key.map(String));
}

function isSame(a: Value, b: Value, tolerance: number): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) <= Math.max(tolerance, 1e-9 * Math.abs(b));
  }
  return String(a) === String(b);
}
