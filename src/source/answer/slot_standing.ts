import type { Note } from "../../model/harvest.ts";
import type { Interval } from "../../model/interval.ts";
import { bucketEnd } from "../../model/site_time.ts";
import { type AskedSite, reportedAt } from "./asked_site.ts";
import { isFilled, type Placed } from "./placed_series.ts";
import { type TimeUnit, timeUnits } from "./time_unit.ts";

/**
 * - `complete`: the bucket had ended by what the site had reported; a row, NULL where it has no value
 * - `open`: it has a value and may still grow
 * - `padding`: the server filled up the range; no row
 */
export type Standing = "complete" | "open" | "padding";

/** A bucket, and what is to become of it. */
export interface Slot extends Placed {
  readonly end: Temporal.Instant;
  readonly standing: Standing;
  /** It is what was asked for: in the window and at the resolution. */
  readonly wanted: boolean;
}

/** The resolution that an answer has, and the one that was asked for. */
export interface Resolution {
  readonly stated: TimeUnit;
  readonly wanted: TimeUnit;
}

/**
 * Judges the buckets of an answer. One that lies outside the window asked for, or has another resolution,
 * is judged by the present time: what the site has reported speaks of what was asked.
 */
export function judge(
  buckets: readonly Placed[],
  unit: Resolution,
  site: AskedSite,
): Slot[] {
  const { compare } = Temporal.Instant;
  const ended = buckets.map((bucket) => {
    const end = bucketEnd(bucket.instant, timeUnits[unit.stated], site.timeZone);
    const wanted = unit.stated === unit.wanted && compare(end, site.window.start) > 0 &&
      compare(bucket.instant, site.window.end) < 0;
    return { ...bucket, end, wanted, isFilled: isFilled(bucket.values) };
  });
  const newest = ended.filter((one) => one.wanted && one.isFilled)
    .reduce<Interval | null>(
      (last, { instant, end }) =>
        last && compare(last.end, end) >= 0 ? last : { start: instant, end },
      null,
    );
  const reported = reportedAt(site, newest);
  return ended.map(({ isFilled, ...slot }) => {
    const hasEnded = compare(slot.end, slot.wanted ? reported : site.now) <= 0;
    return { ...slot, standing: hasEnded ? "complete" : isFilled ? "open" : "padding" };
  });
}

/** The ends of the buckets that were asked for and have a value in that column. */
export function endsOfValues(slots: readonly Slot[], column = 0): Temporal.Instant[] {
  return slots.filter((one) => one.wanted && one.values[column] !== null).map((one) => one.end);
}

/**
 * True for buckets that become a row of a table of means and sums: such a row has no mark for an open
 * bucket, so one that was asked for waits until it has ended.
 */
export function isKept(slot: Slot): boolean {
  return slot.standing === "complete" || (slot.standing === "open" && !slot.wanted);
}

/** The real length of a bucket: a day may have 23 or 25 hours. */
export function lengthSeconds(slot: Pick<Slot, "instant" | "end">): number {
  return (slot.end.epochMilliseconds - slot.instant.epochMilliseconds) / 1000;
}

/** A note on buckets that were not asked for and are kept under their own unit and time. */
export function elsewhereNotes(
  site: AskedSite,
  subject: string,
  slots: readonly Slot[],
  unit: Resolution,
  kept: string,
): Note[] {
  const count = slots.filter((one) => !one.wanted && one.standing !== "padding").length;
  if (count === 0) return [];
  const what = unit.stated === unit.wanted
    ? `${count} buckets outside the time asked for`
    : `${count} buckets of ${unit.stated} where ${unit.wanted} was asked for`;
  return [{ siteId: site.siteId, level: "info", text: `${subject}: ${what}, kept as ${kept}` }];
}
