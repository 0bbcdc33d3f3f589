import type { DataType } from "../model/data_type.ts";
import {
  type FetchedRange,
  mergeRanges,
  type Range,
  secondOf,
  type SeriesKey,
} from "../model/coverage.ts";
import type {
  Coverage,
  DeviceFacts,
  Known,
  Mark,
  Purpose,
  SiteFacts,
  Spent,
} from "../model/harvest.ts";
import { readLabel, textOfSecond } from "../model/site_time.ts";
import type { Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import { storedZone } from "../model/time_zone.ts";
import type { Awaitable } from "./session.ts";
import { digits } from "./same_value.ts";
import type { Revision } from "./database.ts";
import type { Question } from "./questions.ts";
import { equals, type Parameters, putRecords, recordsOf, type RowStore } from "./statements.ts";

/** A row by the names of its columns; instants as UTC text. */
type Row = Readonly<Record<string, Value>>;

/** Ranges of a series that overlap or touch another one. */
export async function rangesAround(
  store: RowStore,
  of: SeriesKey,
  around: Range,
): Promise<FetchedRange[]> {
  const found = await recordsOf(store, factsOf("coverage"), [
    ...ofSeries(of),
    { name: "start_at", is: "<=", value: textOfSecond(around.end) },
    { name: "end_at", is: ">=", value: textOfSecond(around.start) },
  ]);
  return found.map(rangeOf);
}

/** Merges fresh ranges of a series into those that are known; gives what was known. */
export async function putRanges(
  store: RowStore,
  of: SeriesKey,
  fresh: readonly FetchedRange[],
): Promise<readonly FetchedRange[]> {
  const known = await rangesAround(store, of, {
    start: Math.min(...fresh.map((one) => one.start)),
    end: Math.max(...fresh.map((one) => one.end)),
  });
  const now = mergeRanges(known, fresh);
  for (const { start } of known.filter((one) => !now.some((other) => other.start === one.start))) {
    const start_at = equals("start_at", textOfSecond(start));
    await store.remove(factsOf("coverage"), [...ofSeries(of), start_at]);
  }
  const rows = now.map(({ start, end, state, fetchedAt, reportedAt, tries }) => ({
    site_id: of.siteId,
    series: of.series,
    device_key: of.deviceKey,
    start_at: textOfSecond(start),
    end_at: textOfSecond(end),
    state,
    fetched_at: textOfSecond(fetchedAt),
    reported_at: reportedAt === null ? null : textOfSecond(reportedAt),
    tries: tries === 0 ? null : tries,
  }));
  await putRecords(store, factsOf("coverage"), rows);
  return known;
}

/** Devices of which ranges of a series are known. */
export async function devicesOf(store: RowStore, siteId: number, series: string) {
  const where = [equals("site_id", siteId), equals("series", series)];
  const found = await store.select(factsOf("coverage"), ["device_key"], where);
  return found.map(([deviceKey]) => String(deviceKey));
}

/** Adds to what was spent, and forgets what lies before an epoch second. */
export async function putSpent(
  store: RowStore,
  spent: readonly Spent[],
  forgetBefore: number,
): Promise<void> {
  const table = factsOf("spending");
  const value = textOfSecond(forgetBefore);
  await store.remove(table, [{ name: "hour_at", is: "<", value }]);
  for (const { allowance, hour, purpose, requests } of spent) {
    const key = [allowance, textOfSecond(hour), purpose];
    const where = table.key.map((name, at) => equals(name, key[at]));
    const [[before] = [0]] = await store.select(table, ["requests"], where);
    await store.write({ table: table.name, rows: [[...key, Number(before) + requests]] });
  }
}

/** The mark of a series: its row of `sync_metadata`, the key apart. */
export async function markRow(store: RowStore, of: SeriesKey): Promise<Row | null> {
  const [found] = await recordsOf(store, factsOf("sync_metadata"), ofSeries(of));
  return found ?? null;
}

export async function putMark(store: RowStore, of: SeriesKey, row: Row): Promise<void> {
  const key = { site_id: of.siteId, series: of.series, device_key: of.deviceKey };
  await putRecords(store, factsOf("sync_metadata"), [{ ...row, ...key }]);
}

/** Of two revisions of a row within a second the first is kept: its value stood for longer. */
export async function putRevisions(
  store: RowStore,
  revisions: readonly Revision[],
  revisedAt: string,
): Promise<void> {
  const rows = revisions.map((
    { table, key, old },
  ) => [table, JSON.stringify(key, digits), revisedAt, key[0], JSON.stringify(old, digits)]);
  // Backwards, because of rows with one key a batch keeps the last.
  if (rows.length > 0) await store.write({ table: "revisions", rows: rows.reverse() }, "kept");
}

/**
 * So many sites are read at once: what a driver gives for a row takes many times the room of what is kept of it, and
 * of a thousand sites there are 75,000 rows.
 */
const sitesAtOnce = 50;
/** What does not belong to a site is remembered under this one. */
const noSite = 0;

/** Everything the planner needs of these sites (all when absent). */
export async function readKnown(
  ask: (question: Question, given?: Parameters) => Awaitable<readonly Row[]>,
  siteIds?: readonly number[],
): Promise<Known> {
  const keep = keeping();
  const chosen = siteIds ? JSON.stringify(siteIds) : null;
  const sites = (await ask("sites", { site_ids: chosen })).map((row) => siteOf(row, keep));
  const devices: DeviceFacts[] = [];
  const marks: Mark[] = [];
  const coverage: Coverage[] = [];
  // Few sites are asked for at once, and all that there is with them: a mark may come before its site.
  const parts = !siteIds && sites.length <= sitesAtOnce
    ? [null]
    : inParts(siteIds ?? sites.map((one) => one.siteId)).map((some) => JSON.stringify(some));
  for (const [at, site_ids] of parts.entries()) {
    // What belongs to no site is among the rows of every part.
    const isNew = (row: Row) => at === 0 || row.site_id !== noSite;
    for (const row of await ask("devices", { site_ids })) devices.push(deviceOf(row, keep));
    for (const row of await ask("marks", { site_ids })) {
      if (isNew(row)) marks.push(markOf(row, keep));
    }
    for (const row of await ask("coverage", { site_ids })) {
      if (!isNew(row)) continue;
      const range = coverageOf(row, keep);
      if (range.start < range.end) coverage.push(range);
    }
  }
  return {
    sites,
    devices,
    marks,
    coverage,
    spent: (await ask("spent")).map(spentOf).filter((one) => one.hour > 0),
  };
}

/** One part at the least: what belongs to no site is known before any site is. */
function inParts(siteIds: readonly number[]): number[][] {
  const sorted = [...siteIds].sort((a, b) => a - b);
  return Array.from(
    { length: Math.max(1, Math.ceil(sorted.length / sitesAtOnce)) },
    (_, at) => sorted.slice(at * sitesAtOnce, (at + 1) * sitesAtOnce),
  );
}

/** One object for all that is the same: a few names and seconds stand in ten thousands of rows. */
interface Keeping {
  text<Text extends Value>(value: Text): Text;
  instant(value: Value): Temporal.Instant | null;
}

function keeping(): Keeping {
  const texts = new Map<Value, Value>();
  const instants = new Map<string, Temporal.Instant>();
  return {
    text<Text extends Value>(value: Text): Text {
      if (typeof value !== "string") return value;
      const same = texts.get(value);
      if (same === undefined) texts.set(value, value);
      return (same ?? value) as Text;
    },
    instant(value) {
      if (typeof value !== "string") return null;
      let one = instants.get(value);
      if (!one) {
        const moment = Date.parse(value);
        // A file takes any text, whoever writes it: what is no time was never remembered.
        if (Number.isNaN(moment)) return null;
        one = Temporal.Instant.fromEpochMilliseconds(moment);
        instants.set(value, one);
      }
      return one;
    },
  };
}

function siteOf(row: Row, { instant }: Keeping): SiteFacts {
  return {
    siteId: row.site_id as number,
    name: row.name as string | null,
    timeZone: storedZone(row.time_zone),
    lastUpdateLabel: row.last_update_local as string | null,
    lastUpdate: instant(row.last_update_at),
    firstDay: dayOf(row.data_start_date),
    lastSeen: instant(row.last_seen) ?? longAgo,
  };
}

const longAgo = Temporal.Instant.fromEpochMilliseconds(0);

function dayOf(value: Value): Temporal.PlainDate | null {
  return typeof value === "string" ? readLabel(value)?.toPlainDate() ?? null : null;
}

function deviceOf(row: Row, { text, instant }: Keeping): DeviceFacts {
  return {
    siteId: row.site_id as number,
    deviceKey: text(row.device_key as string),
    serialNumber: text(row.serial_number as string),
    category: text(row.category as string | null),
    lastSeen: instant(row.last_seen) ?? longAgo,
  };
}

function markOf(row: Row, { text, instant }: Keeping): Mark {
  return {
    siteId: row.site_id as number,
    series: text(row.series as string),
    deviceKey: text(row.device_key as string),
    dataType: text(row.data_type) as DataType,
    lastSuccess: instant(row.last_success_at),
    lastUpdateLabel: text(row.last_update_label as string | null),
    wantedFrom: instant(row.wanted_from),
    unavailableSince: instant(row.unavailable_since),
    unavailableReason: text(row.unavailable_reason as string | null),
    spanSeconds: row.span_s as number | null,
    lastErrorAt: instant(row.last_error_at),
    lastError: text(row.last_error as string | null),
    newestData: instant(row.newest_data_at),
    askedUntil: instant(row.asked_until),
    delivered: instant(row.delivered_at),
    failures: Number(row.failures ?? 0),
    failingSince: instant(row.failing_since),
    doubts: Number(row.doubts ?? 0),
    doubtedAt: instant(row.doubted_at),
    spanDoubtSeconds: row.span_doubt_s as number | null,
    spanAt: instant(row.span_at),
  };
}

function coverageOf(row: Row, { text }: Keeping): Coverage {
  const range = rangeOf(row);
  return {
    siteId: row.site_id as number,
    series: text(row.series as string),
    deviceKey: text(row.device_key as string),
    ...range,
    state: text(range.state),
  };
}

function rangeOf(row: Row): FetchedRange {
  return {
    start: secondOf(row.start_at as string),
    end: secondOf(row.end_at as string),
    state: row.state as FetchedRange["state"],
    fetchedAt: secondOf(row.fetched_at as string) || 0,
    reportedAt: typeof row.reported_at === "string" ? secondOf(row.reported_at) || null : null,
    tries: Number(row.tries ?? 0),
  };
}

function spentOf(row: Row): Spent {
  return {
    allowance: row.bucket as string,
    hour: secondOf(row.hour_at as string),
    purpose: row.purpose as Purpose,
    requests: Number(row.requests),
  };
}

function ofSeries({ siteId, series, deviceKey }: SeriesKey) {
  return [equals("site_id", siteId), equals("series", series), equals("device_key", deviceKey)];
}
