import { type FetchedStretch, mergeStretches, type SeriesKey } from "../model/coverage.ts";
import type { TableRows } from "../model/harvest.ts";
import { earlier, type Interval, isEmpty, later } from "../model/interval.ts";
import { instantText, isTimeZone } from "../model/site_time.ts";
import type { Value } from "../model/table.ts";
import type { Awaitable } from "./awaitable.ts";
import type { MarkChange, Piece, Revision, Rezoned, Saved } from "./database.ts";
import { type AskParts, derivedRows } from "./derived/derive.ts";
import { rezoneSite, type RezoneStore } from "./rezone.ts";
import { type RowBatch, rowBatch } from "./row_batch.ts";

/** A row of `sync_metadata`, its key apart. */
export type MarkRow = Readonly<Record<string, Value>>;

/** What a dialect does for saving, inside the one transaction of a piece. */
export interface SaveStore extends RezoneStore {
  upsert(
    batch: RowBatch,
    options: {
      readonly source: string;
      /** UTC text. */
      readonly fetchedAt: string;
      /** Hand over the old values of readings that changed. */
      readonly revisions: boolean;
    },
  ): Awaitable<{ inserted: number; changed: number; revised: readonly Revision[] }>;
  /** Stored rows that others follow from, those of this piece included. */
  readonly parts: AskParts;
  /** The stored zone of one site; null when it is unknown. */
  timeZone(siteId: number): Awaitable<string | null>;
  /** Stretches that overlap or touch. */
  stretches(of: SeriesKey, around: Interval): Awaitable<readonly FetchedStretch[]>;
  replaceStretches(
    of: SeriesKey,
    old: readonly FetchedStretch[],
    now: readonly FetchedStretch[],
  ): Awaitable<void>;
  mark(of: SeriesKey): Awaitable<MarkRow | null>;
  putMark(of: SeriesKey, row: MarkRow): Awaitable<void>;
  putRevisions(revisions: readonly Revision[], revisedAt: string): Awaitable<void>;
}

/** Writes a piece through a transaction that the caller opens and commits. */
export async function savePiece(store: SaveStore, piece: Piece): Promise<Saved> {
  const fetchedAt = instantText(piece.fetchedAt);
  const zones = await correctedZones(store, piece.harvest.rows);

  let inserted = 0, changed = 0, unchanged = 0;
  const revised: Revision[] = [];
  const upsert = async (rows: TableRows, revisions: boolean) => {
    const batch = rowBatch(rows);
    const written = await store.upsert(batch, { source: piece.source, fetchedAt, revisions });
    inserted += written.inserted;
    changed += written.changed;
    unchanged += batch.count - written.inserted - written.changed;
    for (const one of written.revised) revised.push(one);
  };
  for (const rows of piece.harvest.rows) await upsert(rows, piece.keepRevisions ?? false);
  // Of what follows from others no revision is kept: theirs are, and the server never said it.
  for (const one of piece.derive ?? []) {
    for (const rows of await derivedRows(store.parts, one)) await upsert(rows, false);
  }
  if (revised.length > 0) await store.putRevisions(revised, fetchedAt);

  await saveStretches(store, piece);
  for (const change of piece.marks) {
    const of = { siteId: change.siteId, series: piece.series, deviceKey: change.deviceKey };
    await store.putMark(of, markAfter(await store.mark(of), change, piece));
  }

  // Last, because all that the piece brought was reckoned in the zone that was known before.
  const rezoned: Rezoned[] = [];
  for (const { siteId, from, to } of zones) {
    rezoned.push(await rezoneSite(store, siteId, from, to));
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

async function saveStretches(store: SaveStore, piece: Piece): Promise<void> {
  const byDevice = Map.groupBy(
    piece.stretches.filter((one) => !isEmpty(one.interval)),
    (one) => JSON.stringify([one.siteId, one.deviceKey]),
  );
  for (const stretches of byDevice.values()) {
    const { siteId, deviceKey } = stretches[0];
    const of = { siteId, series: piece.series, deviceKey };
    const fresh = stretches.map(({ interval, state }) => ({
      interval,
      state,
      fetchedAt: piece.fetchedAt,
    }));
    const hull = fresh.map((one) => one.interval)
      .reduce((a, b) => ({ start: earlier(a.start, b.start), end: later(a.end, b.end) }));
    const known = await store.stretches(of, hull);
    await store.replaceStretches(of, known, mergeStretches(known, fresh));
  }
}

async function correctedZones(
  store: SaveStore,
  harvested: readonly TableRows[],
): Promise<{ siteId: number; from: string; to: string }[]> {
  const corrected = new Map<number, { siteId: number; from: string; to: string }>();
  for (const { columns, rows } of harvested.filter((one) => one.table === "sites")) {
    const [site, zone] = [columns.indexOf("site_id"), columns.indexOf("time_zone")];
    if (zone < 0) continue;
    for (const row of rows) {
      const [siteId, to] = [Number(row[site]), row[zone]];
      const from = await store.timeZone(siteId);
      if (typeof to !== "string" || from === null || from === to) continue;
      if (isTimeZone(from) && isTimeZone(to)) {
        corrected.set(siteId, { siteId, from, to });
      }
    }
  }
  return [...corrected.values()];
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
  if (change.error) row.last_error_at = instantText(change.error.at);
  if (change.error !== undefined) row.last_error = change.error && change.error.text;
  return row;
}

/** Instants as text sort like the time they stand for. */
function latest(a: Value | undefined, b: string): string {
  return typeof a === "string" && a > b ? a : b;
}

function earliest(a: Value | undefined, b: string): string {
  return typeof a === "string" && a < b ? a : b;
}
