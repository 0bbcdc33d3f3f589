import { firstDay, nextDay } from "../calendar.ts";
import { dayOf, quarterHour, type Zone } from "../zone.ts";

export const resolutions = [
  "QUARTER_HOUR",
  "HOUR",
  "DAY",
  "WEEK",
  "MONTH",
  "YEAR",
  "TOTAL",
] as const;

export type Resolution = typeof resolutions[number];

/** A range of epoch seconds, `[from, to)`; every one that there was has one, whatever the clocks did. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
}

/** The buckets of a window, from the one that holds its first second to the one that holds its last. */
export function buckets(zone: Zone, resolution: Resolution, from: number, to: number): Bucket[] {
  switch (resolution) {
    case "QUARTER_HOUR": {
      const first = Math.floor(from / quarterHour);
      const count = Math.floor(to / quarterHour) - first + 1;
      return Array.from({ length: count }, (_, i) => quarter(first + i));
    }
    case "HOUR":
      return hours(zone, from, to);
    case "TOTAL":
      return [{ from, to: to + 1 }];
    default: {
      const found: Bucket[] = [];
      const last = dayOf(zone.localOf(to));
      for (let day = firstDay(resolution, dayOf(zone.localOf(from))); day <= last;) {
        const next = nextDay(resolution, day);
        found.push({ from: zone.dayStart(day), to: zone.dayStart(next) });
        day = next;
      }
      return found;
    }
  }
}

function quarter(slot: number): Bucket {
  return { from: slot * quarterHour, to: (slot + 1) * quarterHour };
}

/** Hours of the wall clock; a change by half an hour makes a short one. */
function hours(zone: Zone, from: number, to: number): Bucket[] {
  const hourOf = (epoch: number) => Math.floor(zone.localOf(epoch) / 3600);
  const same = (a: number, b: number) =>
    hourOf(a) === hourOf(b) && zone.offsetAt(a) === zone.offsetAt(b);
  let at = Math.floor(from / quarterHour) * quarterHour;
  while (same(at - quarterHour, at)) at -= quarterHour;
  const found: Bucket[] = [];
  while (at <= to) {
    let end = at + quarterHour;
    while (same(at, end)) end += quarterHour;
    found.push({ from: at, to: end });
    at = end;
  }
  return found;
}
