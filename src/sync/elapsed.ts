import { epochOf } from "../model/coverage.ts";
import type { Mark } from "../model/harvest.ts";
import { type SeriesFacts, waitAfter } from "./missing.ts";
import { siteDays } from "./site_days.ts";

/** Whether enough time has passed since something was asked for, failed or was denied. Times in epoch seconds. */

const day = 86_400;

/** An instant that lies in the future was remembered by a clock that was wrong: it counts as never. */
export function pastSecond(
  instant: Temporal.Instant | null | undefined,
  now: number,
): number | null {
  if (!instant) return null;
  const second = epochOf(instant);
  return second <= now + 3600 ? second : null;
}

/**
 * Until when a series was asked for; -Infinity: never. A time in the future was remembered by another clock.
 * Values show which clock is wrong, since their times come from the server: where they lie ahead of now, ours
 * is behind, and everything was asked for. Else the other one was ahead: only what has values counts as asked
 * for, and the rest is asked for once more.
 */
export function askedUntil(
  mark: Pick<Mark, "askedUntil"> | undefined,
  { devices, now }: Pick<SeriesFacts, "devices" | "now">,
): { readonly asked: number; readonly isSure: boolean } {
  const asked = pastSecond(mark?.askedUntil, now);
  if (asked !== null || !mark?.askedUntil) return { asked: asked ?? -Infinity, isSure: true };
  const covered = [...devices.values()].flat().filter((one) => one.state === "covered")
    .reduce((latest, one) => Math.max(latest, one.end), -Infinity);
  return covered > now ? { asked: now, isSure: true } : { asked: covered, isSure: false };
}

/** True when the last success lies so many local days back (or there was none). */
export function isOlderThan(
  days: number,
  mark: Pick<Mark, "lastSuccess"> | undefined,
  timeZone: string | null,
  now: number,
): boolean {
  const last = pastSecond(mark?.lastSuccess, now);
  if (last === null) return true;
  const calendar = siteDays(timeZone);
  return calendar.dayStart(last, Math.max(1, Math.ceil(days))) <= now;
}

/** Whether the newest failure of a series still keeps it from being asked; null: the last answer was none. */
export function failedLately(mark: Mark | undefined, now: number): "wait" | "again" | null {
  if (!mark?.failures || !mark.lastErrorAt) return null;
  const at = epochOf(mark.lastErrorAt);
  return at <= now && now - at < waitAfter(mark.failures) ? "wait" : "again";
}

/** What was denied today is asked again tomorrow. */
export function isDenied(mark: Mark | undefined, now: number): boolean {
  if (!mark?.doubtedAt || mark.unavailableSince) return false;
  const at = epochOf(mark.doubtedAt);
  return at <= now && now - at < day - 3600;
}
