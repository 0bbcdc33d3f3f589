import { instantText, resolveLabels } from "../model/site_time.ts";
import { tellsOffsets } from "../model/sources.ts";
import type { Table, TableName, Value } from "../model/table.ts";
import { table as factsOf, tables } from "../model/tables.ts";
import type { Revision, Rezoned } from "./database.ts";
import { type Condition, equals, putRecords, recordsOf, type RowStore } from "./statements.ts";
import { beyondKey, revisionOf } from "./upsert_rules.ts";

/** A site whose zone has turned out to be another one, and who said so. */
export interface ZoneChange {
  readonly siteId: number;
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

type Row = Record<string, Value>;

/** Rows that are moved at once: more than the hours between any two zones have, and few to hold. */
const rowsAtOnce = 5000;

/** What else was worked out from wall clocks, beside readings. */
const fromWallClocks = {
  coverage: ["start_at", "end_at"],
  sync_metadata: ["newest_data_at", "wanted_from"],
  sites: ["last_update_at"],
} as const satisfies Partial<Record<TableName, readonly string[]>>;

/**
 * Rebuilds the instants of a site that were worked out in a zone: those of readings from the wall clocks that
 * stand beside them, and what is remembered of their series. Times that came with offsets stay. `updated_at`
 * stays too: no value differs. Readings that have no time in the new zone, or one that is taken, are
 * handed over.
 */
export async function rezoneSite(
  store: RowStore,
  change: ZoneChange,
): Promise<{ rezoned: Rezoned; lost: readonly Revision[] }> {
  const { siteId, from, to } = change;
  const lost: Revision[] = [];
  let moved = 0;
  // A snapshot's instant is that of its receipt, not worked out from a wall clock.
  for (const table of tables.filter((one) => one.key.includes("interval_s"))) {
    const names = table.key.filter((name) => name !== "timestamp");
    for (const values of await store.select(table, names, [equals("site_id", siteId)])) {
      const series = names.map((name, at) => equals(name, values[at]));
      const stamps = await store.select(table, ["timestamp", "local_time", "source"], series);
      const moves = movesTo(stamps, to);
      const dropped = await moveReadings(store, table, series, moves);
      moved += moves.size - dropped.length;
      lost.push(...dropped);
    }
  }
  await moveMemories(store, change);
  return { rezoned: { siteId, from, to, moved, dropped: lost.length }, lost };
}

/** Where the readings of a series go that do not stay, by their old instants; null: nowhere. */
function movesTo(stamps: readonly Value[][], timeZone: string): Map<Value, string | null> {
  const movable = stamps.filter(([, , source]) => !tellsOffsets(String(source)));
  const taken = new Set<Value>(
    stamps.filter(([, , source]) => tellsOffsets(String(source))).map(([timestamp]) => timestamp),
  );
  const labels = resolveLabels(movable.map(([, localTime]) => String(localTime)), timeZone);
  const moves = new Map<Value, string | null>();
  for (const [at, [timestamp]] of movable.entries()) {
    const label = labels[at];
    const instant = label.ok ? instantText(label.stamp.instant) : null;
    const to = taken.has(instant) ? null : instant;
    taken.add(to);
    if (to !== timestamp) moves.set(timestamp, to);
  }
  return moves;
}

/** Moves a part of a series at a time, each written when the next is out of its way; gives what is lost. */
async function moveReadings(
  store: RowStore,
  table: Table,
  series: readonly Condition[],
  moves: ReadonlyMap<Value, string | null>,
): Promise<Revision[]> {
  const lost: Revision[] = [];
  const instants = [...moves.keys()];
  let ready: Row[] = [];
  for (let at = 0; at < instants.length; at += rowsAtOnce) {
    const some = instants.slice(at, at + rowsAtOnce);
    const part: Condition[] = [
      ...series,
      { name: "timestamp", is: ">=", value: some[0] },
      { name: "timestamp", is: "<=", value: some.at(-1)! },
    ];
    const rows = await recordsOf(store, table, part);
    await store.remove(table, part);
    await putRecords(store, table, ready);
    ready = [];
    for (const row of rows) {
      const to = moves.get(row.timestamp);
      if (to !== null) ready.push({ ...row, timestamp: to ?? row.timestamp });
      else {
        const old = beyondKey(table, table.columns);
        const names = [...table.key, ...old.map((one) => one.name)];
        lost.push(revisionOf(table, old, names.map((name) => row[name]))!);
      }
    }
  }
  await putRecords(store, table, ready);
  return lost;
}

/** What is remembered of series that no source with offsets has filled, and the site's last update. */
async function moveMemories(store: RowStore, { siteId, from, to, source }: ZoneChange) {
  const ofSite = [equals("site_id", siteId)];
  const seriesOf = ({ series, device_key }: Row) => JSON.stringify([series, device_key]);
  const marks = await recordsOf(store, factsOf("sync_metadata"), ofSite);
  const exact = new Set(marks.filter((one) => tellsOffsets(String(one.source))).map(seriesOf));
  const move = (value: Value) =>
    typeof value !== "string" ? value : instantText(
      Temporal.Instant.from(value).toZonedDateTimeISO(from).toPlainDateTime().toZonedDateTime(to)
        .toInstant(),
    );
  for (const [name, columns] of Object.entries(fromWallClocks)) {
    if (name === "sites" && tellsOffsets(source)) continue;
    const table = factsOf(name as keyof typeof fromWallClocks);
    const old = (await recordsOf(store, table, ofSite)).filter((one) => !exact.has(seriesOf(one)));
    for (const row of old) {
      await store.remove(table, table.key.map((column) => equals(column, row[column])));
    }
    const moved = old.map((row): Row => ({
      ...row,
      ...Object.fromEntries(columns.map((column) => [column, move(row[column])])),
    }));
    // Nothing is left of a range in an hour that the new clock skips.
    const left = moved.filter((one) => !("end_at" in one && one.start_at! >= one.end_at!));
    await putRecords(store, table, left);
  }
}
