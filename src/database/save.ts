import { common, epochOf, type Range, unionOf } from "../model/coverage.ts";
import type { Compared, TableRows } from "../model/harvest.ts";
import { bucketEnd, instantText, localText, startOfDay, toLocal } from "../model/site_time.ts";
import type { Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import { storedZone } from "../model/time_zone.ts";
import type { Awaitable } from "./session.ts";
import { believedZones } from "./believed_zones.ts";
import type { AskedRange, Delivery, MarkChange, Revision, Rezoned, Saved } from "./database.ts";
import { type AskParts, derived } from "./derived/derive.ts";
import {
  devicesOf,
  markRow,
  putMark,
  putRanges,
  putRevisions,
  putSpent,
  rangesAround,
} from "./remembered.ts";
import { rezoneSite } from "./rezone.ts";
import { type RowBatch, rowBatch } from "./row_batch.ts";
import { equals, putRecords, recordsOf, type RowStore } from "./statements.ts";
import type { UpsertOptions, Written } from "./upsert_rules.ts";

/** What a dialect does for saving, inside the one transaction of a delivery. */
export interface SaveStore extends RowStore {
  upsert(batch: RowBatch, options: UpsertOptions): Awaitable<Written>;
  /** Stored rows that others follow from, those of this delivery included. */
  readonly parts: AskParts;
}

/** Writes a delivery through a transaction that the caller opens and commits. */
export async function saveDelivery(store: SaveStore, delivery: Delivery): Promise<Saved> {
  const fetchedAt = instantText(delivery.fetchedAt);
  const { rank = "answer" } = delivery;
  const believed = await believedZones(store, delivery);

  let inserted = 0, changed = 0, unchanged = 0;
  const revised: Revision[] = [];
  const upsert = async (rows: TableRows, revisions: boolean) => {
    const batch = rowBatch(rows, { mayNameSource: rank === "filling" });
    const written = await store.upsert(batch, {
      source: delivery.source,
      fetchedAt,
      revisions,
      rank,
    });
    inserted += written.inserted;
    changed += written.changed;
    unchanged += batch.count - written.inserted - written.changed;
    for (const one of written.revised) revised.push(one);
  };
  for (const rows of believed.rows) await upsert(rows, delivery.keepRevisions ?? false);
  // No revision is kept of rows that follow from others: those have theirs, and the server never sent these.
  const compared: Compared[] = [];
  for (const one of delivery.derive ?? []) {
    const found = await derived(store.parts, one);
    for (const rows of found.rows) await upsert(rows, false);
    if (found.compared) compared.push(found.compared);
  }
  await putRevisions(store, revised, fetchedAt);

  const news = await saveRanges(store, delivery);
  for (const one of delivery.also ?? []) {
    await saveRanges(store, { ...delivery, ...one });
    await saveMarks(store, { ...delivery, ...one });
  }
  if (delivery.totalsOf) await makeStale(store, delivery, revised, news);
  if (delivery.spent?.length) {
    await putSpent(store, delivery.spent, epochOf(delivery.fetchedAt) - keptSpent);
  }
  await saveMarks(store, delivery);

  await keepLatest(store, delivery);

  // Last, because all that the delivery brought was computed in the zone that was known before.
  const rezoned: Rezoned[] = [];
  for (const change of believed.changes) {
    const { rezoned: done, lost } = await rezoneSite(store, change);
    await putRevisions(store, lost, fetchedAt);
    rezoned.push(done);
  }
  return { inserted, changed, unchanged, revised, rezoned, compared };
}

async function saveMarks(store: SaveStore, delivery: Delivery): Promise<void> {
  for (const change of delivery.marks) {
    const of = { siteId: change.siteId, series: delivery.series, deviceKey: change.deviceKey };
    await putMark(store, of, markAfter(await markRow(store, of), change, delivery));
  }
}

/**
 * Saves in the quick way, which inserts readings where nothing was stored a moment before. When the server refuses
 * one whose key another process has put there meanwhile, an error with this code, it saves all again, carefully.
 */
export async function savedOrAgain(
  duplicateKey: string | null,
  save: (careful: boolean) => Promise<Saved>,
): Promise<Saved> {
  try {
    return await save(false);
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    if (duplicateKey === null || cause?.code !== duplicateKey) throw error;
    return await save(true);
  }
}

/** A site has reported up to its newest value, whatever its own page said some days ago. */
async function keepLatest(store: SaveStore, delivery: Delivery): Promise<void> {
  const table = factsOf("sites");
  for (const { siteId, newestData } of delivery.marks) {
    if (!newestData) continue;
    const [site] = await recordsOf(store, table, [equals("site_id", siteId)]);
    const zone = storedZone(site?.time_zone);
    if (zone === null) continue;
    const day = toLocal(newestData.subtract({ seconds: 1 }), zone).toPlainDate().toString();
    const local = localText(toLocal(newestData, zone));
    const latest: Record<string, Value> = {};
    if (String(site.data_end_date ?? "") < day) latest.data_end_date = day;
    if (String(site.last_update_at ?? "") < instantText(newestData)) {
      latest.last_update_at = instantText(newestData);
      latest.last_update_local = local;
      latest.last_update_date = local.slice(0, 10);
    }
    if (Object.keys(latest).length > 0) await putRecords(store, table, [{ ...site, ...latest }]);
  }
}

/** Older spending decides nothing. */
const keptSpent = 36 * 3600;

/** Gives what had come empty before and has values now, by site. */
async function saveRanges(store: SaveStore, delivery: Delivery): Promise<Map<number, Range[]>> {
  const news = new Map<number, Range[]>();
  const byDevice = Map.groupBy(
    delivery.ranges.filter((one) => one.start < one.end),
    (one) => JSON.stringify([one.siteId, one.deviceKey]),
  );
  for (const asked of byDevice.values()) {
    const { siteId, deviceKey } = asked[0];
    const of = { siteId, series: delivery.series, deviceKey };
    const fresh = asked.map((one) => fetched(one, delivery.fetchedAt));
    const known = await putRanges(store, of, fresh);
    const before = known.filter((one) => one.state === "empty");
    const now = fresh.filter((one) => one.state === "covered");
    news.set(siteId, [...news.get(siteId) ?? [], ...common(before, now)]);
  }
  return news;
}

function fetched(
  { start, end, state, reportedAt = null }: Omit<AskedRange, "siteId" | "deviceKey">,
  at: Temporal.Instant,
) {
  const tries = state === "failed" ? 1 : 0;
  return { start, end, state, fetchedAt: epochOf(at), reportedAt, tries };
}

/**
 * Where the total of a day is not what it was, or is there for the first time, the parts of that day must be
 * asked for again. A day that was still open does not count: its total was bound to grow.
 */
async function makeStale(
  store: SaveStore,
  delivery: Delivery,
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
    const of = equals("site_id", siteId);
    const [stored] = await store.select(factsOf("sites"), ["time_zone"], [of]);
    const zone = storedZone(stored?.[0]);
    if (zone === null) continue;
    const start = startOfDay(Temporal.PlainDate.from(String(date)), zone);
    const day = { start: epochOf(start), end: epochOf(bucketEnd(start, "day", zone)) };
    const series = { siteId, series: delivery.series, deviceKey: "" };
    const known = await rangesAround(store, series, day);
    if (common([day], known).length > 0) add(siteId, [day]);
  }
  for (const [siteId, days] of stale) {
    for (const series of delivery.totalsOf ?? []) {
      for (const deviceKey of await devicesOf(store, siteId, series)) {
        const of = { siteId, series, deviceKey };
        const fresh = unionOf(days).map((one) =>
          fetched({ ...one, state: "stale" }, delivery.fetchedAt)
        );
        if (fresh.length > 0) await putRanges(store, of, fresh);
      }
    }
  }
}

function markAfter(
  old: Readonly<Record<string, Value>> | null,
  change: MarkChange,
  delivery: Delivery,
): Record<string, Value> {
  const row: Record<string, Value> = { ...old, data_type: delivery.dataType };
  if (change.lastSuccess) {
    row.source = delivery.source;
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
  if (change.lost) {
    row.last_error_at = instantText(change.lost.at);
    row.last_error = change.lost.text;
  }
  if (change.doubt) {
    row.doubts = change.doubt.days;
    row.doubted_at = instantText(change.doubt.at);
  } else if (change.doubt === null) row.doubts = row.doubted_at = null;
  return row;
}

/** Instants as text sort like the time they stand for. */
function latest(a: Value | undefined, b: string): string {
  return isTime(a) && a > b ? a : b;
}

function earliest(a: Value | undefined, b: string): string {
  return isTime(a) && a < b ? a : b;
}

function isTime(value: Value | undefined): value is string {
  return typeof value === "string" && /^\d{4}-/.test(value);
}
