import type { ImportEvent } from "../event.ts";
import { isDate, isTime, readSiteId, type TimeLimits } from "../cells.ts";
import type { ColumnKind, Columns, PythonRow } from "./database.ts";

/** So many rows are named one by one; of more than that only the number. */
const mostTold = 100;

/** Rows of the tool's tables that hold what they cannot: no number, no time, no site. Each is reported once. */
export class Misfits {
  readonly #seen = new Set<string>();
  readonly #more = new Map<string, number>();
  #events: ImportEvent[] = [];

  add(table: string, id: number, why: string): void {
    const name = `${table}, row ${id}`;
    if (this.#seen.has(name)) return;
    if (this.#seen.size >= mostTold) {
      this.#more.set(table, (this.#more.get(table) ?? 0) + 1);
      return;
    }
    this.#seen.add(name);
    this.#events.push({ kind: "bad", line: null, text: `${name}: ${why}` });
  }

  /** What has come together since it was asked for. */
  *events(): Generator<ImportEvent> {
    yield* this.#events;
    this.#events = [];
    for (const [what, count] of this.#more) {
      yield { kind: "dropped", what, count, why: "more rows of this kind", isTrouble: true };
    }
    this.#more.clear();
  }
}

/** Columns of keys: where there is none, the row has no place. */
const required = ["timestamp", "reading_date", "serial_number"];
/** Tables whose times are those of readings. */
const timed = ["timestamp", "reading_date"];

/** Why a row cannot be taken over; null: it can. */
export function misfitOf(
  row: PythonRow,
  table: string,
  columns: Columns,
  limits: TimeLimits,
): string | null {
  const site = table === "sites" ? row.id : row.site_id;
  if ((table === "sites" || "site_id" in columns) && readSiteId(site) === null) {
    return `${table === "sites" ? "id" : "site_id"} cannot be ${shown(site)}`;
  }
  for (const [name, kind] of Object.entries(columns)) {
    const value = row[name];
    const isKey = required.includes(name) && table !== "inventory";
    if (value === null ? isKey : !fits(kind, value)) return `${name} cannot be ${shown(value)}`;
    const why = timed.includes(name) ? limits.refusal(String(value)) : null;
    if (why !== null) return why;
  }
  return null;
}

function fits(kind: ColumnKind, value: unknown): boolean {
  switch (kind) {
    case "wall":
      return typeof value === "string" && value.length === 19 && isTime(value);
    case "date":
      return typeof value === "string" && isDate(value);
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "flag":
      return Number(value) === 0 || Number(value) === 1;
    // When a row was stored only helps; texts are checked against the columns that take them.
    case "stored":
      return true;
    case "plain":
      return typeof value === "number" || typeof value === "bigint" || typeof value === "string";
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}
