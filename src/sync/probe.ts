import { type Interval, interval, later } from "../model/interval.ts";
import { startOfDay, toLocal } from "../model/site_time.ts";
import type { PlannedRequest } from "../source/source.ts";

/**
 * The last local day of a request's window, for asking whether the window was too long;
 * null where the request has no window or one of a day at most.
 */
export function probeWindow(request: PlannedRequest): Interval | null {
  const { window, sites } = request;
  const timeZone = sites.at(0)?.timeZone;
  if (!window || !timeZone) return null;
  const lastDay = toLocal(window.end.subtract({ seconds: 1 }), timeZone).toPlainDate();
  const start = later(window.start, startOfDay(lastDay, timeZone));
  return start.equals(window.start) ? null : interval(start, window.end);
}
