import type { BucketSize } from "../../model/site_time.ts";
import { type Asked, bodyError } from "./answer_body.ts";

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

/** The resolution that an answer states; the one asked for where it states none. Throws SourceError. */
export function readTimeUnit(stated: unknown, wanted: TimeUnit, asked: Asked): TimeUnit {
  if (stated === undefined || stated === null) return wanted;
  const unit = String(stated).toUpperCase();
  if (Object.hasOwn(timeUnits, unit)) return unit as TimeUnit;
  throw bodyError(asked, `time unit ${JSON.stringify(stated)} is not known`);
}

/** True for units whose buckets follow the calendar of the site. */
export function isCalendarUnit(unit: TimeUnit): boolean {
  return typeof timeUnits[unit] === "string";
}

const prefixes = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/**
 * What turns a value of the stated unit into W or Wh; `wanted` where none is stated. A power that is
 * declared in Wh means W, as the server really writes. Throws SourceError for other units.
 */
export function unitFactor(stated: unknown, wanted: "W" | "Wh", asked: Asked): number {
  const match = /^([kmg]?)(w|wh)$/i.exec(String(stated ?? wanted).trim());
  if (match && (wanted === "W" || match[2]!.toLowerCase() === "wh")) {
    return prefixes[match[1]!.toLowerCase() as keyof typeof prefixes];
  }
  throw bodyError(asked, `unit ${JSON.stringify(stated)} is not one of ${wanted}`);
}

/** A value times a factor without the noise of binary fractions (1.6 kW is 1600 W); -0 is 0. */
export function scaled(value: number, factor: number): number {
  return (factor === 1 ? value : Number((value * factor).toFixed(6))) + 0;
}
