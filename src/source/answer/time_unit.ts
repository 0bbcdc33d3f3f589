import type { BucketSize } from "../../model/site_time.ts";
import { type Asked, bodyError } from "./answer_body.ts";
import { shownJson } from "./shown.ts";
import { byWordKey, wordKey } from "./words.ts";

export { scaled } from "./rounding.ts";

/** The resolutions of the API, each with its bucket. */
export const timeUnits = {
  QUARTER_OF_AN_HOUR: 900,
  HOUR: 3600,
  DAY: "day",
  WEEK: "week",
  MONTH: "month",
  YEAR: "year",
} as const satisfies Record<string, BucketSize>;

export type TimeUnit = keyof typeof timeUnits;

const byWord = byWordKey<TimeUnit>({
  ...Object.fromEntries(Object.keys(timeUnits).map((unit) => [unit, unit as TimeUnit])),
  QUARTER_HOUR: "QUARTER_OF_AN_HOUR",
  PT15M: "QUARTER_OF_AN_HOUR",
  PT1H: "HOUR",
  PT60M: "HOUR",
  P1D: "DAY",
  P1W: "WEEK",
  P1M: "MONTH",
  P1Y: "YEAR",
});

/**
 * The resolution that an answer states, in the words of v1 or v2; the one asked for where it states none.
 * Throws SourceError `body` for others.
 */
export function readTimeUnit(stated: unknown, requested: TimeUnit, asked: Asked): TimeUnit {
  if (stated === undefined || stated === null) return requested;
  const unit = byWord.get(wordKey(stated));
  if (unit) return unit;
  throw bodyError(asked, `time unit ${shownJson(stated)} is not known`);
}

/**
 * The resolution that the times of an answer show, where it states another one than was asked for: entries at
 * midnights alone are days, and several of one day are parts of it. A contradiction is told.
 */
export function unitOfTimes(
  stated: TimeUnit,
  requested: TimeUnit,
  times: readonly unknown[],
  { asked, subject }: { readonly asked: Asked; readonly subject: string },
): TimeUnit {
  if (stated === requested) return stated;
  const known = times.filter((one) => typeof one === "string");
  const days = new Set(known.map((one) => one.slice(0, 10)));
  const areDays = known.length > 1 && days.size === known.length &&
    known.every((one) => /^[\d-]{10}(?:[ T]00:00(?::00)?)?$/.test(one));
  const areParts = days.size < known.length;
  const isWrong = requested === "DAY"
    ? areDays && !isCalendarUnit(stated)
    : stated === "DAY" && areParts && !isCalendarUnit(requested);
  if (!isWrong) return stated;
  asked.problems.push({
    siteId: asked.request.sites[0]?.siteId ?? 0,
    level: "warning",
    text:
      `${subject}: the answer calls itself ${stated}, and its times are those of ${requested}, ` +
      "as which it is read",
  });
  return requested;
}

/** True for units whose buckets follow the calendar of the site. */
export function isCalendarUnit(unit: TimeUnit): boolean {
  return typeof timeUnits[unit] === "string";
}
