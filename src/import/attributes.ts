import type { Database } from "../database/database.ts";
import type { TableRows } from "../model/harvest.ts";
import { instantText } from "../model/site_time.ts";
import type { Table, TableName, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import { keyOf } from "./stored.ts";

type Row = Value[];

/** What taking some attributes did, or would do. */
export interface Taken {
  inserted: number;
  changed: number;
  unchanged: number;
  differing: number;
}

/**
 * Attributes of an import: they fill what is not known, and never replace what seh has fetched itself. The tables are
 * short, so what is stored is kept in memory.
 */
export class ImportedAttributes {
  readonly #stored = new Map<TableName, Map<string, Row>>();

  constructor(
    readonly database: Pick<Database, "read" | "write"> | null,
    readonly isDryRun: boolean,
    readonly now: Temporal.Instant,
  ) {}

  /** Throws DatabaseError. */
  async take(given: TableRows): Promise<Taken> {
    const facts = factsOf(given.table);
    const stored = await this.#storedOf(facts);
    const taken: Taken = { inserted: 0, changed: 0, unchanged: 0, differing: 0 };
    const names = facts.columns.map((one) => one.name);
    const places = names.map((name) => given.columns.indexOf(name));
    const keyAt = facts.key.map((name) => names.indexOf(name));
    const now = instantText(this.now);
    const seenAt = names.indexOf("last_seen");
    const changedAt = names.indexOf("updated_at");
    const written = new Map<string, Row>();
    for (const row of given.rows) {
      const whole: Row = places.map((place) => place < 0 ? null : row[place]);
      const key = keyOf(keyAt.map((at) => whole[at]));
      const old = stored.get(key);
      if (!old) {
        whole[seenAt] ??= now;
        whole[changedAt] ??= now;
        stored.set(key, whole);
        written.set(key, whole);
        taken.inserted++;
        continue;
      }
      const next = [...old];
      let fills = false, differs = false;
      for (const [at, value] of whole.entries()) {
        if (value === null || at === seenAt || at === changedAt) continue;
        if (old[at] === null) {
          next[at] = value;
          fills = true;
        } else if (String(old[at]) !== String(value)) differs = true;
      }
      const seen = whole[seenAt];
      const isSeenLater = seen !== null && String(seen) > String(old[seenAt]);
      if (isSeenLater) next[seenAt] = seen;
      if (fills) next[changedAt] = now;
      if (differs) taken.differing++;
      if (fills) taken.changed++;
      else taken.unchanged++;
      if (fills || isSeenLater) {
        stored.set(key, next);
        written.set(key, next);
      }
    }
    if (!this.isDryRun && written.size > 0) {
      await this.database!.write({ table: given.table, rows: [...written.values()] });
    }
    return taken;
  }

  async #storedOf({ name, key, columns }: Table): Promise<Map<string, Row>> {
    let found = this.#stored.get(name);
    if (found) return found;
    found = new Map<string, Row>();
    const keyAt = key.map((one) => columns.findIndex((column) => column.name === one));
    if (this.database !== null) {
      for await (const page of this.database.read({ table: name })) {
        for (const row of page) found.set(keyOf(keyAt.map((at) => row[at])), [...row]);
      }
    }
    this.#stored.set(name, found);
    return found;
  }
}
