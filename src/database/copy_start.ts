import type { Table, Value } from "../model/table.ts";
import { isSameValue } from "./checksum.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";

type Row = readonly Value[];

/**
 * Columns that tell when a row was last written, whatever its table. Of two states of one row the later
 * one has the later of these.
 */
const writtenAt: ReadonlySet<string> = new Set([
  "updated_at",
  "last_seen",
  "fetched_at",
  "last_success_at",
  "last_error_at",
  "unavailable_since",
  "finished_at",
]);

/**
 * Where copying a table begins: after this key, or with the first row when null. Up to there the target
 * holds exactly the rows of the source; what it holds beyond, the source holds too, as it is or in a later
 * state. Reads only. Throws DatabaseError `foreign` where the target holds anything else, and the reason
 * of the signal.
 */
export async function startOfCopy(
  source: Database,
  target: Database,
  table: Table,
  signal: AbortSignal,
): Promise<Row | null> {
  const names = table.columns.map((one) => one.name);
  const keyAt = table.key.map((name) => names.indexOf(name));
  const keyOf = (row: Row) => keyAt.map((at) => row[at]);
  const stampsAt = names.flatMap((name, at) => writtenAt.has(name) ? [at] : []);
  const refuse = (row: Row, how: string) =>
    new DatabaseError(
      "foreign",
      `${target.address} holds data of its own: in ${table.name} the row of ` +
        `${table.key.map((name, at) => `${name} ${keyOf(row)[at]}`).join(", ")} ${how} ` +
        `${source.address}. No row was changed; copy into an empty database`,
    );

  const sourcePages = source.read({ table: table.name })[Symbol.asyncIterator]();
  let originals: readonly Row[] = [];
  let next = 0;
  let start: Row | null = null;
  let isGapless = true;
  try {
    for await (const page of target.read({ table: table.name })) {
      signal.throwIfAborted();
      for (const row of page) {
        // Both come in the same order, so one pass finds each row of the target in the source.
        while (true) {
          if (next === originals.length) {
            const more = await sourcePages.next();
            if (more.done) throw refuse(row, "is not in");
            [originals, next] = [more.value, 0];
          }
          if (keyAt.every((at) => isSameValue(originals[next][at], row[at]))) break;
          isGapless = false;
          next++;
        }
        const original = originals[next++];
        if (!row.every((value, at) => isSameValue(original[at], value))) {
          if (lastStamp(original, stampsAt) <= lastStamp(row, stampsAt)) {
            throw refuse(row, "differs from that in");
          }
          isGapless = false;
        }
        if (isGapless) start = keyOf(original);
      }
    }
    return start;
  } finally {
    await sourcePages.return?.();
  }
}

/** Instants as text sort like the time; empty where the row has none. */
function lastStamp(row: Row, stampsAt: readonly number[]): string {
  return stampsAt.map((at) => String(row[at] ?? "")).reduce((a, b) => a > b ? a : b, "");
}
