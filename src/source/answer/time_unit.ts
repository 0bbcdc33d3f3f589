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

/** True for units whose buckets follow the calendar of the site. */
export function isCalendarUnit(unit: TimeUnit): boolean {
  return typeof timeUnits[unit] === "string";
}
