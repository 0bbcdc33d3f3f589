import { dayText, readDay } from "./zone.ts";

/** Buckets that begin and end with local days. */
export type CalendarUnit = "DAY" | "WEEK" | "MONTH" | "YEAR";

/** First local day of the bucket that holds a local day; weeks begin on Monday. */
export function firstDay(unit: CalendarUnit, day: number): number {
  if (unit === "WEEK") return day - (((day + 3) % 7) + 7) % 7;
  if (unit === "MONTH") return readDay(`${dayText(day).slice(0, 7)}-01`);
  if (unit === "YEAR") return readDay(`${dayText(day).slice(0, 4)}-01-01`);
  return day;
}

/** First local day of the bucket after the one that begins with `day`. */
export function nextDay(unit: CalendarUnit, day: number): number {
  if (unit === "DAY") return day + 1;
  if (unit === "WEEK") return day + 7;
  return firstDay(unit, day + (unit === "MONTH" ? 31 : 366));
}
