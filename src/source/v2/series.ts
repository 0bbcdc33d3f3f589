import { uploadsTake } from "../../model/coverage.ts";
import type { AnsweredRange, SiteFacts } from "../../model/harvest.ts";
import { compareInstants, earlier, later } from "../../model/interval.ts";
import {
  bucketStart,
  type Resolved,
  type Stamp,
  startOfDay,
  toLocal,
} from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import { type Asked, type Json } from "../answer/answer_body.ts";
import { fieldReader, real } from "../answer/answer_fields.ts";
import { answeredRanges, type AskedSite, askedSite, joined } from "../answer/asked_site.ts";
import {
  isFilled,
  isUnnamed,
  label,
  type Labelled,
  type Placed,
  placeEntries,
  possible,
  type Series,
} from "../answer/placed_series.ts";
import { type Resolution, type Slot, slotsOf } from "../answer/slot_state.ts";
import { inOwnUnit } from "../answer/measured.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { scaled } from "../answer/rounding.ts";
import { isCalendarUnit, type TimeUnit, timeUnits } from "../answer/time_unit.ts";
import { isPossible, resolveTimes } from "../answer/times.ts";
import type { Quantity } from "../answer/units.ts";
import { isOffset } from "./zone_of_stamps.ts";

const entry = fieldReader({ timestamp: ["label", label], value: ["value", real] });

/** In which form the entries of one series come. */
export interface SeriesForm {
  readonly unit: TimeUnit;
  /** From the unit of the answer to that of the column. */
  readonly factor: number;
  /** What the series measures: the entries may state a unit of their own. None is looked for without. */
  readonly quantity?: Quantity;
  /** The vendor stamps voltage and frequency with the end of the bucket, everything else with its start. */
  readonly stampedAtEnd?: boolean;
  /** What the series is, for notes. */
  readonly subject: string;
}

/** Entries of one series as buckets with one value each; if two share a time, the last with a value counts. */
export function placeBuckets(
  entries: readonly Json[],
  site: AskedSite,
  { unit, factor, quantity, stampedAtEnd, subject }: SeriesForm,
): { buckets: readonly Placed[] } & Omit<Series, "entries"> {
  const labelled = entries.map((one): Labelled => {
    const { values: [label, value = null], rest } = entry.read(one);
    const own = quantity ? inOwnUnit([value], rest, quantity) : null;
    if (own) return { label: String(label), ...own };
    const measured = value === null ? null : scaled(Number(value), factor);
    return { label: String(label), values: [measured], rest };
  });
  const stamps = resolveTimes(labelled.map(possible), site.timeZone).map(
    (one): Resolved => {
      if (!one.ok) return one;
      if (!isPossible(one.stamp.local)) {
        return { ok: false, label: one.stamp.local.toString(), problem: "unreadable" };
      }
      if (isCalendarUnit(unit)) return { ok: true, stamp: dayOf(one.stamp, site.timeZone) };
      return stampedAtEnd
        ? {
          ok: true,
          stamp: bucketBefore(one.stamp.instant, site.timeZone),
        }
        : one;
    },
  );
  const { entries: buckets, isUntimed, notes } = placeEntries(labelled, stamps, site, {
    subject,
    unit,
    isUnnamed: isUnnamed(entries, "timestamp", ["value"]),
  });
  const misfits = labelled.map((one) => entry.misfit(one.rest));
  return { buckets, isUntimed, notes: [...notes, ...misfitNotes(misfits, site.siteId, subject)] };
}

/** Days, weeks, months and years begin with their local day, also where its midnight is skipped. */
function dayOf(stamp: Stamp, timeZone: string): Stamp {
  const { local } = stamp;
  return isOffset(timeZone) ? stamp : { instant: startOfDay(local.toPlainDate(), timeZone), local };
}

/** A moment of the bucket that ends then. */
function bucketBefore(end: Temporal.Instant, timeZone: string): Stamp {
  const instant = end.subtract({ seconds: 1 });
  return { instant, local: toLocal(instant, timeZone) };
}

/** The last update is asked for once a day, and a night may lie before it. */
const longestSilence = Temporal.Duration.from({ hours: 36 });

/** A site whose quarter-hours were asked for. */
export interface ReportingSite extends AskedSite {
  /** Until then a quarter-hour without a value was asked for and came empty; later ones may be on their way. */
  readonly emptyUntil: Temporal.Instant;
}

/**
 * The site of a request for quarter-hours. What it knows of the last update may be a day old, so a newer
 * value counts as an update; and while the site cannot be called silent, whatever ended a while ago is taken
 * as reported, with or without a value: the quarter-hours of a night are rows too. The time of a silent site
 * makes no rows, but is remembered as asked.
 */
export function reportingSite(
  facts: SiteFacts,
  asked: Asked,
  unit: TimeUnit,
  buckets: readonly Placed[],
): ReportingSite {
  const site = askedSite(facts, asked);
  const { now } = asked;
  const filled = buckets.filter(saysSomething);
  const length = { seconds: Number(timeUnits[unit]) || 86_400 };
  const newest = filled
    .map((one) => one.instant.add(length))
    .filter((end) => compareInstants(end, now) <= 0)
    .reduce<Temporal.Instant | null>(
      (last, end) => last ? later(last, end) : end,
      facts.lastUpdate,
    );
  const quiet = now.subtract({ seconds: uploadsTake });
  const known = newest === null ? quiet : later(newest, quiet);
  const emptyUntil = bucketStart(earlier(known, now), 900, site.timeZone);
  // The site may not have been there yet: then silence makes no rows.
  if (filled.length === 0 && facts.firstDay === null) {
    return { ...site, lastUpdate: site.window.start, emptyUntil };
  }
  const isAwake = newest === null ||
    compareInstants(newest.add(longestSilence), now) >= 0;
  return { ...site, lastUpdate: isAwake ? known : newest, emptyUntil };
}

/** A value of a unit that is not known is none of ours, but the site has reported it. */
function saysSomething({ values, rest }: Placed): boolean {
  return isFilled(values) || Object.hasOwn(rest, "value");
}

/** The buckets that become rows: ended ones; those that were not asked for only with a value. */
export function keptSlots(
  buckets: readonly Placed[],
  unit: Resolution,
  site: AskedSite,
): Slot[] {
  return slotsOf(buckets, unit, site).filter((one) =>
    one.state === "complete" && (one.isRequested || saysSomething(one))
  );
}

/**
 * What an answer in quarter-hours has covered of a device: those in which it has a value. The others are empty,
 * up to those whose values may still be on their way.
 */
export function quarterHourRanges(
  site: ReportingSite,
  deviceKey: string,
  slots: readonly Slot[],
): AnsweredRange[] {
  const covered = slots.filter((one) => isFilled(one.values)).map((
    { instant, end },
  ) => [instant.epochMilliseconds, end.epochMilliseconds] as const);
  return answeredRanges(site, deviceKey, site.emptyUntil, [joined(covered)]);
}

/** The value of a bucket of a single series. */
export function valueOf(slot: Pick<Slot, "values">): Value {
  return slot.values[0]!;
}
