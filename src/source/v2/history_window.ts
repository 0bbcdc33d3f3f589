import type { Interval } from "../../model/interval.ts";
import { startOfDay } from "../../model/site_time.ts";

/** Before the first of all sites. */
export const longAgo = new Temporal.PlainDate(2000, 1, 1);

/** A window that begins before any site did. */
export function historyWindow(window: Interval, timeZone: string): Interval {
  return { start: startOfDay(longAgo, timeZone), end: window.end };
}
