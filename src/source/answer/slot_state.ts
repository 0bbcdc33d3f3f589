import type { Note } from "../../model/harvest.ts";
import type { Interval } from "../../model/interval.ts";
import { bucketEnd } from "../../model/site_time.ts";
import { offsetPeriods, periodIndexAt, widestShift } from "../../model/zone_offsets.ts";
import type { Json } from "./answer_body.ts";
import { type AskedSite, reportedAt } from "./asked_site.ts";
import { isFilled, type Placed } from "./placed_series.ts";
import { type TimeUnit, timeUnits } from "./time_unit.ts";

/**
 * - `complete`: the bucket had ended by what the site had reported; a row, NULL where it has no value
 * - `open`: it has a value and may still grow
 * - `padding`: the server filled up the range; no row
 */
export type SlotState = "complete" | "open" | "padding";

/** A bucket, and what is to become of it. */
export interface Slot extends Placed {
  readonly end: Temporal.Instant;
  readonly state: SlotState;
  /** It is what was asked for: in the window and at the resolution. */
  readonly isRequested: boolean;
}

/** The resolution that an answer has, and the one that was asked for. */
export interface Resolution {
  readonly stated: TimeUnit;
  readonly requested: TimeUnit;
}

/**
 * The buckets of an answer, each with its state. One that lies outside the window asked for, or has another
 * resolution, is measured against the present time: what the site has reported speaks of what was asked.
 */
export function slotsOf(
  buckets: readonly Placed[],
  unit: Resolution,
  site: AskedSite,
): Slot[] {
  const endOf = bucketEnds(buckets, unit.stated, site.timeZone);
  const [from, to] = [site.window.start.epochMilliseconds, site.window.end.epochMilliseconds];
  const isAsked = unit.stated === unit.requested;
  let newest: Slot | null = null;
  const slots = buckets.map((bucket): Slot => {
    const end = endOf(bucket.instant);
    const isRequested = isAsked && end.epochMilliseconds > from &&
      bucket.instant.epochMilliseconds < to;
    const slot: Slot = { ...bucket, end, isRequested, state: "padding" };
    if (isRequested && isFilled(bucket.values) && (newest === null || isLater(end, newest.end))) {
      newest = slot;
    }
    return slot;
  });
  const reported = reportedAt(site, asInterval(newest)).epochMilliseconds;
  const now = site.now.epochMilliseconds;
  return slots.map((slot) => {
    const hasEnded = slot.end.epochMilliseconds <= (slot.isRequested ? reported : now);
    const state = hasEnded ? "complete" : isFilled(slot.values) ? "open" : "padding";
    return { ...slot, state };
  });
}

function isLater(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return one.epochMilliseconds > other.epochMilliseconds;
}

function asInterval(slot: Slot | null): Interval | null {
  return slot && { start: slot.instant, end: slot.end };
}

/**
 * The end of each bucket. Where the clock does not change anywhere near, a bucket that begins with its wall
 * clock is as long as its unit says; only others need the zone.
 */
function bucketEnds(buckets: readonly Placed[], unit: TimeUnit, timeZone: string) {
  const size = timeUnits[unit];
  const byZone = (start: Temporal.Instant) => bucketEnd(start, size, timeZone);
  if (typeof size !== "number" || buckets.length === 0) return byZone;
  const seconds = buckets.map((one) => one.instant.epochMilliseconds / 1000);
  const [first, last] = seconds.reduce(
    ([low, high], one) => [Math.min(low, one), Math.max(high, one)],
    [Infinity, -Infinity],
  );
  const periods = offsetPeriods(
    timeZone,
    Math.floor(first!),
    Math.floor(last!) + size + widestShift,
  );
  return (start: Temporal.Instant) => {
    const at = start.epochMilliseconds / 1000;
    const period = periods[periodIndexAt(periods, at)]!;
    const isRegular = at + size < period.end && (at + period.offset) % size === 0;
    return isRegular
      ? Temporal.Instant.fromEpochMilliseconds(start.epochMilliseconds + size * 1000)
      : byZone(start);
  };
}

/** The ends of the buckets that were asked for and have a value in that column. */
export function endsOfValues(slots: readonly Slot[], column = 0): Temporal.Instant[] {
  return slots.filter((one) => one.isRequested && one.values[column] !== null).map((one) =>
    one.end
  );
}

/**
 * True for buckets that become a row of a table of means and sums: such a row has no mark for an open
 * bucket, so one that was asked for waits until it has ended.
 */
export function isKept(slot: Slot): boolean {
  return slot.state === "complete" || (slot.state === "open" && !slot.isRequested);
}

/** The real length of a bucket: a day may have 23 or 25 hours. */
export function lengthSeconds(slot: Pick<Slot, "instant" | "end">): number {
  return (slot.end.epochMilliseconds - slot.instant.epochMilliseconds) / 1000;
}

/** The buckets, the first that has a value with what the answer says beside its series: nothing is dropped. */
export function withBeside<Bucket extends Placed>(
  buckets: readonly Bucket[],
  beside: Json,
): { buckets: Bucket[]; left: Json } {
  const at = buckets.findIndex((one) => isFilled(one.values));
  if (at < 0 || Object.keys(beside).length === 0) return { buckets: [...buckets], left: beside };
  const first = buckets[at]!;
  return {
    buckets: buckets.with(at, { ...first, rest: { ...beside, ...first.rest } }),
    left: {},
  };
}

/** A note on buckets that were not asked for and are kept under their own unit and time. */
export function elsewhereNotes(
  site: AskedSite,
  subject: string,
  slots: readonly Slot[],
  unit: Resolution,
  kept: string,
): Note[] {
  const count = slots.filter((one) => !one.isRequested && one.state !== "padding").length;
  if (count === 0) return [];
  const what = unit.stated === unit.requested
    ? `${count} buckets outside the time asked for`
    : `${count} buckets of ${unit.stated} where ${unit.requested} was asked for`;
  return [{ siteId: site.siteId, level: "info", text: `${subject}: ${what}, kept as ${kept}` }];
}
