import { instantText, resolveLabels } from "../model/site_time.ts";
import { tellsOffsets } from "../model/sources.ts";
import type { Table, TableName, Value } from "../model/table.ts";
import { table as factsOf, tables } from "../model/tables.ts";
import type { Awaitable } from "./awaitable.ts";
import type { Chosen } from "./chosen_rows.ts";
import type { RawRows, Revision, Rezoned } from "./database.ts";

/** What a dialect does with whole rows, inside the transaction of a piece. */
export interface RowStore {
  /** Some columns of the chosen rows as facts tell them, in key order; see `selection`. */
  select(table: Table, names: readonly string[], chosen: Chosen): Awaitable<Value[][]>;
  remove(table: Table, chosen: Chosen): Awaitable<void>;
  /** Puts whole rows, as `Database.write` does. */
  write(rows: RawRows): Awaitable<unknown>;
}

/** A site whose zone has turned out to be another one, and who said so. */
export interface ZoneChange {
  readonly siteId: number;
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

type Row = Record<string, Value>;

/** Rows that are moved at once: more than any zone is off from another, and little to hold. */
const rowsAtOnce = 5000;

/** What else is reckoned from wall clocks, beside readings. */
const reckoned = {
  coverage: ["start_at", "end_at"],
  sync_metadata: ["newest_data_at", "wanted_from"],
} as const satisfies Partial<Record<TableName, readonly string[]>>;

/**
 * Rebuilds the instants of a site that were reckoned in a zone, from the wall clocks that the source
 * gave: readings, and what is remembered of their series. Times that came with offsets stay. `updated_at`
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
  for (const table of tables.filter(hasWallClock)) {
    const names = table.key.filter((name) => name !== "timestamp");
    for (const series of await store.select(table, names, { equal: { site_id: siteId } })) {
      const equal = Object.fromEntries(names.map((name, at) => [name, series[at]]));
      const moves = movesTo(
        await store.select(table, ["timestamp", "local_time", "source"], { equal }),
        to,
      );
      const dropped = await moveReadings(store, table, equal, moves);
      moved += moves.size - dropped.length;
      lost.push(...dropped);
    }
  }
  await moveMemories(store, change);
  return { rezoned: { siteId, from, to, moved, dropped: lost.length }, lost };
}

function hasWallClock(table: Table): boolean {
  // A snapshot's instant is that of its receipt, not reckoned from a wall clock.
  return table.kind === "readings" && table.key.includes("interval_s");
}

/** Where the readings of a series go that do not stay, by their old instants; null: nowhere. */
function movesTo(stamps: readonly Value[][], timeZone: string): Map<Value, string | null> {
  const reckoned = stamps.filter(([, , source]) => !tellsOffsets(String(source)));
  const fixed = stamps.filter(([, , source]) => tellsOffsets(String(source)));
  const taken = new Set(fixed.map(([timestamp]) => timestamp));
  const resolved = resolveLabels(reckoned.map(([, localTime]) => String(localTime)), timeZone);
  const moves = new Map<Value, string | null>();
  for (const [at, [timestamp]] of reckoned.entries()) {
    const label = resolved[at];
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
  equal: Row,
  moves: ReadonlyMap<Value, string | null>,
): Promise<Revision[]> {
  const lost: Revision[] = [];
  const instants = [...moves.keys()];
  let ready: Row[] = [];
  for (let at = 0; at < instants.length; at += rowsAtOnce) {
    const some = instants.slice(at, at + rowsAtOnce);
    const between = { name: "timestamp", first: some[0], last: some.at(-1)! };
    const rows = await rowsOf(store, table, { equal, between });
    await store.remove(table, { equal, between });
    await write(store, table, ready);
    ready = [];
    for (const row of rows) {
      const to = moves.get(row.timestamp);
      if (to === null) lost.push(revisionOf(table, row));
      else ready.push({ ...row, timestamp: to ?? row.timestamp });
    }
  }
  await write(store, table, ready);
  return lost;
}

/** Coverage and marks of series that no source with offsets has filled, and the site's last update. */
async function moveMemories(store: RowStore, { siteId, from, to, source }: ZoneChange) {
  const ofSite = { equal: { site_id: siteId } };
  const marks = await rowsOf(store, factsOf("sync_metadata"), ofSite);
  const seriesOf = ({ series, device_key }: Row) => JSON.stringify([series, device_key]);
  const exact = new Set(marks.filter((one) => tellsOffsets(String(one.source))).map(seriesOf));
  const move = (value: Value) =>
    typeof value !== "string" ? value : instantText(
      Temporal.Instant.from(value).toZonedDateTimeISO(from).toPlainDateTime().toZonedDateTime(to)
        .toInstant(),
    );
  for (const [name, columns] of Object.entries(reckoned)) {
    const table = factsOf(name as keyof typeof reckoned);
    const old = (await rowsOf(store, table, ofSite)).filter((one) => !exact.has(seriesOf(one)));
    for (const row of old) {
      await store.remove(table, {
        equal: Object.fromEntries(table.key.map((name) => [name, row[name]])),
      });
    }
    const moved = old.map((row): Row => ({
      ...row,
      ...Object.fromEntries(columns.map((column) => [column, move(row[column])])),
    }));
    // Nothing is left of a range in an hour that the new clock skips.
    await write(
      store,
      table,
      moved.filter((one) => !("end_at" in one && one.start_at! >= one.end_at!)),
    );
  }
  if (tellsOffsets(source)) return;
  const sites = await rowsOf(store, factsOf("sites"), ofSite);
  await write(
    store,
    factsOf("sites"),
    sites.map((site) => ({ ...site, last_update_at: lastUpdate(site, to) })),
  );
}

function lastUpdate({ last_update_local: local, last_update_at: known }: Row, timeZone: string) {
  if (typeof local !== "string") return known;
  return instantText(Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).toInstant());
}

async function rowsOf(store: RowStore, table: Table, chosen: Chosen): Promise<Row[]> {
  const names = table.columns.map((one) => one.name);
  const found = await store.select(table, names, chosen);
  return found.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
}

async function write(store: RowStore, { name, columns }: Table, rows: readonly Row[]) {
  if (rows.length === 0) return;
  await store.write({ table: name, rows: rows.map((row) => columns.map((one) => row[one.name])) });
}

/** A whole row as a revision: what it held before it went. */
function revisionOf({ name, key, columns }: Table, row: Row): Revision {
  const data = columns.map((one) => one.name)
    .filter((column) => !key.includes(column) && row[column] !== null);
  return {
    table: name,
    key: key.map((column) => row[column]),
    old: Object.fromEntries(data.map((column) => [column, row[column]])),
  };
}
