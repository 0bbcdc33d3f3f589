import type { Database } from "../database/database.ts";
import type { TableRows } from "../model/harvest.ts";
import type { Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";

type Row = readonly Value[];

/** Columns that say something about a row, not about the world. */
const aside = ["source", "updated_at", "last_seen", "extra", "local_time", "is_complete"];

/**
 * How many of these readings the database holds with other values. Numbers are the same within the tolerance; a NULL
 * that is given says nothing.
 */
export async function countDiffering(
  database: Pick<Database, "read">,
  given: TableRows,
  tolerance: number,
): Promise<number> {
  const facts = factsOf(given.table);
  const at = (name: string) => given.columns.indexOf(name);
  const keyAt = facts.key.map(at);
  const values = facts.columns.flatMap(({ name }, stored) =>
    facts.key.includes(name) || aside.includes(name) || at(name) < 0
      ? []
      : [{ stored, given: at(name) }]
  );
  const there = await storedRowsOf(database, given);
  return given.rows.filter((row) => {
    const old = there.get(keyOf(keyAt.map((place) => row[place])));
    return old !== undefined && values.some((value) => {
      const [now, before] = [row[value.given], old[value.stored]];
      return now !== null && before !== null && !isSame(now, before, tolerance);
    });
  }).length;
}

/** Stored rows by their keys: those around the rows that are given, and maybe more. */
export async function storedRowsOf(
  database: Pick<Database, "read">,
  given: TableRows,
): Promise<Map<string, Row>> {
  const facts = factsOf(given.table);
  const [site, time] = ["site_id", facts.key.includes("timestamp") ? "timestamp" : "reading_date"]
    .map((name) => given.columns.indexOf(name));
  const day = (text: string, days: number) =>
    Temporal.PlainDate.from(text.slice(0, 10)).add({ days });
  const keyAt = facts.key.map((name) => facts.columns.findIndex((one) => one.name === name));
  const found = new Map<string, Row>();
  for (const [siteId, rows] of Map.groupBy(given.rows, (row) => Number(row[site]))) {
    let [first, last] = [String(rows[0][time]), String(rows[0][time])];
    for (const row of rows) {
      const text = String(row[time]);
      if (text < first) first = text;
      if (text > last) last = text;
    }
    const selection = {
      table: facts.name,
      siteIds: [siteId],
      start: day(first, -1),
      end: day(last, 1),
    };
    for await (const page of database.read(selection)) {
      for (const row of page) found.set(keyOf(keyAt.map((place) => row[place])), row);
    }
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
