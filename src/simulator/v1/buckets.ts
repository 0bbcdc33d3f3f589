import { type CalendarUnit, firstDay, nextDay } from "../calendar.ts";
import { dayOf, daySeconds, quarterHour, type Zone } from "../zone.ts";

export const timeUnits = [
  "QUARTER_OF_AN_HOUR",
  "HOUR",
  "DAY",
  "WEEK",
  "MONTH",
  "YEAR",
] as const;

export type TimeUnit = typeof timeUnits[number];

/**
 * What a server does with the hour that a change of clocks repeats or skips.
 * - `repeat`: lists each quarter-hour that there was: 100 in autumn, 92 in spring
 * - `96`: lists 96 a day: the repeated hour once, with its first pass; the skipped hour without values
 */
export type DaylightSaving = "repeat" | "96";

/** One label of a series and the range it stands for. */
export interface Bucket {
  /** Local seconds. */
  readonly label: number;
  /** Epoch seconds, end excluded; equal for a label that never was. */
  readonly from: number;
  readonly to: number;
}

/** The buckets that a window of local seconds touches, both ends included, in order of time. */
export function buckets(
  zone: Zone,
  unit: TimeUnit,
  start: number,
  end: number,
  daylightSaving: DaylightSaving,
): Bucket[] {
  if (unit !== "QUARTER_OF_AN_HOUR" && unit !== "HOUR") return calendar(zone, unit, start, end);
  const length = unit === "HOUR" ? 3600 : quarterHour;
  const floor = Math.floor(start / length) * length;
  const found: Bucket[] = [];
  for (let day = dayOf(floor); day * daySeconds <= end; day++) {
    const all = daylightSaving === "96"
      ? labelsOfDay(zone, day, length)
      : quartersOfDay(zone, day, length);
    found.push(...all.filter((one) => one.label >= floor && one.label <= end));
  }
  return found;
}

/** Every range that there was in a day; quarter-hours of one hour and one offset share its label. */
function quartersOfDay(zone: Zone, day: number, length: number): Bucket[] {
  const found: Bucket[] = [];
  const end = zone.dayStart(day + 1);
  let offset = NaN;
  for (let from = zone.dayStart(day); from < end; from += quarterHour) {
    const label = Math.floor(zone.localOf(from) / length) * length;
    const to = from + quarterHour;
    const last = found.at(-1);
    if (last?.label === label && offset === zone.offsetAt(from)) {
      found[found.length - 1] = { ...last, to };
    } else found.push({ label, from, to });
    offset = zone.offsetAt(from);
  }
  return found;
}

/** The same labels every day, each with the first range that carried it. */
function labelsOfDay(zone: Zone, day: number, length: number): Bucket[] {
  return Array.from({ length: daySeconds / length }, (_, i) => {
    const label = day * daySeconds + i * length;
    const quarters = Array.from(
      { length: length / quarterHour },
      (_, k) => zone.epochsOf(label + k * quarterHour)[0],
    ).filter((epoch) => epoch !== undefined);
    if (quarters.length === 0) return { label, from: 0, to: 0 };
    return { label, from: quarters[0], to: quarters.at(-1)! + quarterHour };
  });
}

function calendar(zone: Zone, unit: CalendarUnit, start: number, end: number): Bucket[] {
  const found: Bucket[] = [];
  let day = firstDay(unit, dayOf(start));
  while (day * daySeconds <= end) {
    const next = nextDay(unit, day);
    found.push({ label: day * daySeconds, from: zone.dayStart(day), to: zone.dayStart(next) });
    day = next;
  }
  return found;
}
