/**
 * Why a request is sent: the closed list. What stands under `repeats` asks for something that was asked for
 * before; everything else is asked for the first time, or has become old since.
 */
export const reasons = {
  "first": "never asked before",
  "new-day": "a day has closed",
  "rhythm": "as often as it changes",
  "fresh": "newer values, as far as the quota goes",
  "history": "history that is missing",
  "totals": "totals of days that may have been corrected",
  "next-page": "the next page of a list",
  "asked-for": "asked for by you",
} as const;

/** Reasons to ask once more for what was asked for before. */
export const repeats = {
  "empty-before": "came empty, and the site has reported since",
  "hole": "one device was silent while the site reported",
  "failed-before": "failed before",
  "total-changed": "the total of the day has changed",
  "denied-before": "the server said that it is not there",
  "narrower": "the window was too wide",
  "alone": "several sites in one request were refused",
} as const;

/** One of them. */
export type Reason = keyof typeof reasons | keyof typeof repeats;

/** The reason in words. */
export function reasonText(reason: Reason): string {
  return { ...reasons, ...repeats }[reason];
}

/** True for what was asked for before. */
export function isRepeat(reason: Reason): boolean {
  return Object.hasOwn(repeats, reason);
}
