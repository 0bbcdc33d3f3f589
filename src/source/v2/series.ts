import type { Note, SiteFacts, Stretch } from "../../model/harvest.ts";
import {
  earlier,
  intersect,
  type Interval,
  interval,
  later,
  subtract,
  union,
} from "../../model/interval.ts";
import { bucketStart, startOfDay, toLocal } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import { type Asked, type Json } from "../answer/answer_body.ts";
import { fieldReader, real, text } from "../answer/answer_fields.ts";
import { type AskedSite, askedSite } from "../answer/asked_site.ts";
import { isFilled, type Placed } from "../answer/placed_series.ts";
import { judge, type Slot } from "../answer/slot_standing.ts";
import { isCalendarUnit, scaled, type TimeUnit, timeUnits } from "../answer/time_unit.ts";
import { readStamps } from "./stamps.ts";

const entry = fieldReader({ timestamp: ["label", text], value: ["value", real] });

/** How the entries of one series are to be read. */
export interface Reading {
  readonly unit: TimeUnit;
  /** From the unit of the answer to that of the column. */
  readonly factor: number;
  /** The vendor stamps voltage and frequency with the end of the bucket, everything else with its start. */
  readonly stampedAtEnd?: boolean;
  /** What the series is, for notes. */
  readonly subject: string;
}

/** Entries of one series as buckets with one value each; of two at one time the last with a value stands. */
export function placeBuckets(
  entries: readonly Json[],
  site: AskedSite,
  { unit, factor, stampedAtEnd, subject }: Reading,
): { buckets: Placed[]; notes: Note[] } {
  const read = entries.map((one) => entry.read(one));
  const stamps = readStamps(read.map((one) => String(one.values[0])), site.timeZone);
  const byMoment = new Map<number, Placed>();
  const unreadable: string[] = [];
  const repeated: string[] = [];
  read.forEach(({ values: [label, raw], rest }, index) => {
    const resolved = stamps[index]!;
    if (!resolved.ok) return void unreadable.push(String(label));
    const { instant, local } = isCalendarUnit(unit)
      ? dayOf(resolved.stamp.local, site.timeZone)
      : stampedAtEnd
      ? bucketBefore(resolved.stamp.instant, Number(timeUnits[unit]), site.timeZone)
      : resolved.stamp;
    const values = [raw === null ? null : scaled(Number(raw), factor)];
    const former = byMoment.get(instant.epochMilliseconds);
    if (former) repeated.push(String(label));
    if (!former || isFilled(values)) {
      byMoment.set(instant.epochMilliseconds, { instant, local, values, rest });
    }
  });
  return {
    buckets: [...byMoment.values()],
    notes: [
      ...warning(site, subject, "cannot be read and are left out", unreadable),
      ...warning(site, subject, "came twice; the last value stands", repeated),
    ],
  };
}

/** Days, weeks, months and years begin with their local day, also where its midnight is skipped. */
function dayOf(local: Temporal.PlainDateTime, timeZone: string) {
  return { instant: startOfDay(local.toPlainDate(), timeZone), local };
}

function bucketBefore(end: Temporal.Instant, seconds: number, timeZone: string) {
  const instant = end.subtract({ seconds });
  return { instant, local: toLocal(instant, timeZone) };
}

function warning(site: AskedSite, subject: string, why: string, labels: readonly string[]): Note[] {
  if (labels.length === 0) return [];
  const shown = labels.slice(0, 3).join(", ") + (labels.length > 3 ? " …" : "");
  const text = `${subject}: ${labels.length} times ${why}: ${shown}`;
  return [{ siteId: site.siteId, level: "warning", text }];
}

/** Of a bucket that closed this little ago, the value may still be missing. */
const valuesTake = Temporal.Duration.from({ minutes: 2 });
/** An upload may come so long after what it tells. */
const uploadsTake = Temporal.Duration.from({ minutes: 20 });
/** The last update is asked for once a day, and a night may lie before it. */
const longestSilence = Temporal.Duration.from({ hours: 36 });

/**
 * The site of a request for quarter-hours. What it knows of the last update may be a day old, so a newer
 * value counts as an update; and while the site cannot be called silent, whatever ended a while ago is taken
 * as reported, with or without a value: the quarter-hours of a night are rows too.
 */
export function reportingSite(
  facts: SiteFacts,
  asked: Asked,
  unit: TimeUnit,
  buckets: readonly Placed[],
): AskedSite {
  const site = askedSite(facts, asked);
  const { now } = asked;
  const filled = buckets.filter((one) => isFilled(one.values));
  // The site may not have been there yet: then silence makes no rows.
  if (filled.length === 0 && facts.firstDay === null) {
    return { ...site, lastUpdate: site.window.start };
  }
  const length = { seconds: Number(timeUnits[unit]) };
  const newest = filled
    .map((one) => one.instant.add(length))
    .filter((end) => Temporal.Instant.compare(end, now) <= 0)
    .reduce<Temporal.Instant | null>(
      (last, end) => last ? later(last, end) : end,
      facts.lastUpdate,
    );
  const quiet = now.subtract(uploadsTake);
  const isAwake = newest === null ||
    Temporal.Instant.compare(newest.add(longestSilence), now) >= 0;
  const reported = newest === null ? quiet : isAwake ? later(newest, quiet) : newest;
  return { ...site, lastUpdate: reported };
}

/** The buckets that become rows: ended ones; those that were not asked for only with a value. */
export function keptSlots(
  buckets: readonly Placed[],
  units: { readonly stated: TimeUnit; readonly wanted: TimeUnit },
  site: AskedSite,
): Slot[] {
  return judge(buckets, units, site).filter((one) =>
    one.standing === "complete" && (one.wanted || isFilled(one.values))
  );
}

/**
 * What an answer in quarter-hours has covered: those in which each device has a value. The others are empty, up
 * to the bucket whose value may still be on its way: twelve hours are asked for once, so a hole between values
 * would never be asked for again if it counted as covered.
 */
export function quarterHourStretches(
  { siteId, timeZone, now, window }: AskedSite,
  endsOfEach: readonly (readonly Temporal.Instant[])[],
): Stretch[] {
  const known = earlier(window.end, bucketStart(now.subtract(valuesTake), 900, timeZone));
  if (Temporal.Instant.compare(window.start, known) >= 0) return [];
  const asked = [interval(window.start, known)];
  const covered = endsOfEach
    .map((ends) => union(ends.map((end) => interval(end.subtract({ seconds: 900 }), end))))
    .reduce(intersect, endsOfEach.length > 0 ? asked : []);
  const of = (state: Stretch["state"]) => (one: Interval): Stretch => ({
    siteId,
    deviceKey: "",
    interval: one,
    state,
  });
  return [
    ...covered.map(of("covered")),
    ...subtract(asked, covered).map(of("empty")),
  ];
}

/** The ends of the buckets asked for that have any value. */
export function endsOfFilled(slots: readonly Slot[]): Temporal.Instant[] {
  return slots.filter((one) => one.wanted && isFilled(one.values)).map((one) => one.end);
}

/** The value of a bucket of a single series. */
export function valueOf(slot: Pick<Slot, "values">): Value {
  return slot.values[0]!;
}
