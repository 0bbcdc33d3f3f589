import {
  common,
  epochOf,
  type FetchedRange,
  mergeRanges,
  type Range,
  type SeriesKey,
  unionOf,
} from "../model/coverage.ts";
import type { Spent, TableRows } from "../model/harvest.ts";
import {
  bucketEnd,
  instantText,
  isTimeZone,
  localText,
  startOfDay,
  toLocal,
} from "../model/site_time.ts";
import type { Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { Awaitable } from "./awaitable.ts";
import { believedZones } from "./believed_zones.ts";
import type { AskedRange, MarkChange, Piece, Revision, Rezoned, Saved } from "./database.ts";
import { type AskParts, derivedRows } from "./derived/derive.ts";
import { rezoneSite, type RowStore } from "./rezone.ts";
import type { Rank } from "./rewrites.ts";
import { type RowBatch, rowBatch } from "./row_batch.ts";

/** A row of `sync_metadata`, its key apart. */
export type MarkRow = Readonly<Record<string, Value>>;

/** What a dialect does for saving, inside the one transaction of a piece. */
export interface SaveStore extends RowStore {
  upsert(
    batch: RowBatch,
    options: {
      readonly source: string;
      /** UTC text. */
      readonly fetchedAt: string;
      /** Hand over the old values of readings that changed. */
      readonly revisions: boolean;
      readonly rank: Rank;
    },
  ): Awaitable<{ inserted: number; changed: number; revised: readonly Revision[] }>;
  /** Stored rows that others follow from, those of this piece included. */
  readonly parts: AskParts;
  /** Ranges that overlap or touch. */
  ranges(of: SeriesKey, around: Range): Awaitable<readonly FetchedRange[]>;
  replaceRanges(
    of: SeriesKey,
    old: readonly FetchedRange[],
    now: readonly FetchedRange[],
  ): Awaitable<void>;
  /** Devices of which ranges of a series are known. */
  devicesOf(siteId: number, series: string): Awaitable<readonly string[]>;
  /** Adds to what was spent, and forgets what lies before an epoch second. */
  putSpent(spent: readonly Spent[], forgetBefore: number): Awaitable<void>;
  mark(of: SeriesKey): Awaitable<MarkRow | null>;
  putMark(of: SeriesKey, row: MarkRow): Awaitable<void>;
  putRevisions(revisions: readonly Revision[], revisedAt: string): Awaitable<void>;
}

/** Writes a piece through a transaction that the caller opens and commits. */
export async function savePiece(store: SaveStore, piece: Piece): Promise<Saved> {
  const fetchedAt = instantText(piece.fetchedAt);
  const { rank = "answer" } = piece;
  const believed = await believedZones(store, piece);

  let inserted = 0, changed = 0, unchanged = 0;
  const revised: Revision[] = [];
  const upsert = async (rows: TableRows, revisions: boolean) => {
    const batch = rowBatch(rows, { mayNameSource: rank === "filling" });
    const written = await store.upsert(batch, { source: piece.source, fetchedAt, revisions, rank });
    inserted += written.inserted;
    changed += written.changed;
    unchanged += batch.count - written.inserted - written.changed;
    for (const one of written.revised) revised.push(one);
  };
  for (const rows of believed.rows) await upsert(rows, piece.keepRevisions ?? false);
  // Of what follows from others no revision is kept: theirs are, and the server never said it.
  for (const one of piece.derive ?? []) {
    for (const rows of await derivedRows(store.parts, one)) await upsert(rows, false);
  }
  if (revised.length > 0) await store.putRevisions(revised, fetchedAt);

  const news = await saveRanges(store, piece);
  if (piece.totalsOf) await makeStale(store, piece, revised, news);
  if (piece.spent?.length) await store.putSpent(piece.spent, epochOf(piece.fetchedAt) - keptSpent);
  for (const change of piece.marks) {
    const of = { siteId: change.siteId, series: piece.series, deviceKey: change.deviceKey };
    await store.putMark(of, markAfter(await store.mark(of), change, piece));
  }

  await keepLatest(store, piece);

  // Last, because all that the piece brought was reckoned in the zone that was known before.
  const rezoned: Rezoned[] = [];
  for (const change of believed.changes) {
    const { rezoned: done, lost } = await rezoneSite(store, change);
    if (lost.length > 0) await store.putRevisions(lost, fetchedAt);
    rezoned.push(done);
  }
  return { inserted, changed, unchanged, revised, rezoned };
}

/**
 * Saves in the quick way, which inserts readings where nothing was stored a moment before. When the server refuses
 * one whose key another process has put there meanwhile, an error with this code, it saves all again, carefully.
 */
export async function savedOrAgain(
  duplicateKey: string,
  save: (careful: boolean) => Promise<Saved>,
): Promise<Saved> {
  try {
    return await save(false);
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    if (cause?.code !== duplicateKey) throw error;
    return await save(true);
  }
}

/** A site has reported what its newest value tells, whatever its own page said some days ago. */
async function keepLatest(store: SaveStore, piece: Piece): Promise<void> {
  const facts = factsOf("sites");
  const names = facts.columns.map((one) => one.name);
  const at = (name: string) => names.indexOf(name);
  for (const { siteId, newestData } of piece.marks) {
    if (!newestData) continue;
    const [row] = await store.select(facts, names, { equal: { site_id: siteId } });
    const zone = row?.[at("time_zone")];
    if (!row || typeof zone !== "string" || !isTimeZone(zone)) continue;
    const day = toLocal(newestData.subtract({ seconds: 1 }), zone).toPlainDate().toString();
    const local = localText(toLocal(newestData, zone));
    const latest = [...row];
    if (String(row[at("data_end_date")] ?? "") < day) latest[at("data_end_date")] = day;
    if (String(row[at("last_update_at")] ?? "") < instantText(newestData)) {
      latest[at("last_update_at")] = instantText(newestData);
      latest[at("last_update_local")] = local;
      latest[at("last_update_date")] = local.slice(0, 10);
    }
    if (latest.some((value, i) => value !== row[i])) {
      await store.write({ table: "sites", rows: [latest] });
    }
  }
}

/** What was spent longer ago decides about nothing. */
const keptSpent = 36 * 3600;

/** Gives what had come empty before and has values now, by site. */
async function saveRanges(store: SaveStore, piece: Piece): Promise<Map<number, Range[]>> {
  const news = new Map<number, Range[]>();
  const byDevice = Map.groupBy(
    piece.ranges.filter((one) => one.start < one.end),
    (one) => JSON.stringify([one.siteId, one.deviceKey]),
  );
  for (const asked of byDevice.values()) {
    const { siteId, deviceKey } = asked[0];
    const of = { siteId, series: piece.series, deviceKey };
    const fresh = asked.map((one) => fetched(one, piece.fetchedAt));
    const known = await store.ranges(of, hullOf(fresh));
    await store.replaceRanges(of, known, mergeRanges(known, fresh));
    const before = known.filter((one) => one.state === "empty");
    const now = fresh.filter((one) => one.state === "covered");
    news.set(siteId, [...news.get(siteId) ?? [], ...common(before, now)]);
  }
  return news;
}

function fetched({ start, end, state, reportedAt = null }: AskedRange, at: Temporal.Instant) {
  const tries = state === "failed" ? 1 : 0;
  return { start, end, state, fetchedAt: epochOf(at), reportedAt, tries };
}

function hullOf(ranges: readonly Range[]): Range {
  return {
    start: Math.min(...ranges.map((one) => one.start)),
    end: Math.max(...ranges.map((one) => one.end)),
  };
}

/**
 * Where the total of a day is not what it was, or is there for the first time, the parts of that day must be
 * asked for again. A day that was still open does not count: its total was bound to grow.
 */
async function makeStale(
  store: SaveStore,
  piece: Piece,
  revised: readonly Revision[],
  news: ReadonlyMap<number, readonly Range[]>,
): Promise<void> {
  const stale = new Map<number, Range[]>();
  const add = (siteId: number, ranges: readonly Range[]) =>
    stale.set(siteId, [...stale.get(siteId) ?? [], ...ranges]);
  for (const [siteId, ranges] of news) add(siteId, ranges);
  for (const { key: [site, unit, date], old } of revised) {
    if (unit !== "DAY" || !("energy_wh" in old)) continue;
    const siteId = Number(site);
    const [found] = await store.select(factsOf("sites"), ["time_zone"], {
      equal: { site_id: siteId },
    });
    const zone = found?.[0];
    if (typeof zone !== "string" || !isTimeZone(zone)) continue;
    const start = startOfDay(Temporal.PlainDate.from(String(date)), zone);
    const day = { start: epochOf(start), end: epochOf(bucketEnd(start, "day", zone)) };
    const known = await store.ranges({ siteId, series: piece.series, deviceKey: "" }, day);
    if (common([day], known).length > 0) add(siteId, [day]);
  }
  for (const [siteId, days] of stale) {
    for (const series of piece.totalsOf ?? []) {
      for (const deviceKey of await store.devicesOf(siteId, series)) {
        const of = { siteId, series, deviceKey };
        const fresh = unionOf(days).map((one) => ({
          ...one,
          state: "stale" as const,
          fetchedAt: epochOf(piece.fetchedAt),
          reportedAt: null,
          tries: 0,
        }));
        if (fresh.length === 0) continue;
        const known = await store.ranges(of, hullOf(fresh));
        await store.replaceRanges(of, known, mergeRanges(known, fresh));
      }
    }
  }
}

function markAfter(old: MarkRow | null, change: MarkChange, piece: Piece): MarkRow {
  const row: Record<string, Value> = { ...old, data_type: piece.dataType };
  if (change.lastSuccess) {
    row.source = piece.source;
    row.last_success_at = instantText(change.lastSuccess);
  }
  if (change.lastUpdateLabel !== undefined) row.last_update_label = change.lastUpdateLabel;
  if (change.newestData) {
    row.newest_data_at = latest(old?.newest_data_at, instantText(change.newestData));
  }
  if (change.wantedFrom) {
    row.wanted_from = earliest(old?.wanted_from, instantText(change.wantedFrom));
  }
  if (change.unavailable !== undefined) {
    row.unavailable_since = change.unavailable && instantText(change.unavailable.since);
    row.unavailable_reason = change.unavailable && change.unavailable.reason;
  }
  if (change.spanSeconds !== undefined) row.span_s = change.spanSeconds;
  if (change.spanDoubtSeconds !== undefined) row.span_doubt_s = change.spanDoubtSeconds;
  if (change.spanAt !== undefined) row.span_at = change.spanAt && instantText(change.spanAt);
  if (change.askedUntil) row.asked_until = instantText(change.askedUntil);
  if (change.delivered) row.delivered_at = instantText(change.delivered);
  if (change.error) {
    row.last_error_at = instantText(change.error.at);
    row.failures = Number(old?.failures ?? 0) + 1;
    row.failing_since = old?.failing_since ?? instantText(change.error.at);
  } else if (change.error === null) row.failures = row.failing_since = null;
  if (change.error !== undefined) row.last_error = change.error && change.error.text;
  if (change.doubt) {
    row.doubts = change.doubt.days;
    row.doubted_at = instantText(change.doubt.at);
  } else if (change.doubt === null) row.doubts = row.doubted_at = null;
  return row;
}

/** Instants as text sort like the time they stand for. */
function latest(a: Value | undefined, b: string): string {
  return typeof a === "string" && a > b ? a : b;
}

function earliest(a: Value | undefined, b: string): string {
  return typeof a === "string" && a < b ? a : b;
}
