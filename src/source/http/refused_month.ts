import type { Refusal } from "./quota_record.ts";

/**
 * The rule for a month that the server calls spent while our count has credits left: one request a day, in UTC,
 * asks whether that is still so. A clock that goes astray makes it ask once too often at the most, and never
 * stops it for ever.
 */
export function mayAskToday(refusal: Refusal, now: Temporal.Instant): boolean {
  return refusal.askedOn !== dayOf(now);
}

/** The day of a moment, in UTC. */
export function dayOf(moment: Temporal.Instant): string {
  return moment.toString().slice(0, "2026-06-02".length);
}

/** The midnight, in UTC, that comes next. */
export function nextDay(now: Temporal.Instant): Temporal.Instant {
  return now.toZonedDateTimeISO("UTC").startOfDay().add({ days: 1 }).toInstant();
}
