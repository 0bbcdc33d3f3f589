import { epochOf } from "../model/coverage.ts";
import type { Mark } from "../model/harvest.ts";

/**
 * What a denial means: the server said that something is not there, by 403, 404 or an empty answer. One
 * such answer is no proof, least of all against a series that has delivered. Times in epoch seconds.
 */

const day = 86_400;
/** A series that has delivered is given up after so many days of the same denial. */
const daysOfDoubt = 3;
/** What is believed not to be there is asked for again after this. */
const beliefHolds = 7 * day;
/** A site that says nothing for so long is silent. */
const silence = day;

/** What was denied, and what is known around it. */
export interface Denial {
  readonly mark: Mark | undefined;
  /** An answer without anything, as against a refusal. */
  readonly isEmpty: boolean;
  /** Another series of the site has values in the same time, or was answered in the same run. */
  readonly othersDeliver: boolean;
  readonly now: number;
}

/**
 * - `believed`: it is not there; asked for again in a week, no failure
 * - `failure`: it was there before; reported, and asked for again tomorrow
 * - `doubted`: nothing is known yet; asked for again tomorrow, no failure
 * - `ignored`: the whole site is silent, which says nothing about one series
 */
export type Verdict = "believed" | "failure" | "doubted" | "ignored";

/** What to make of a denial. */
export function verdictOn({ mark, isEmpty, othersDeliver, now }: Denial): Verdict {
  if (mark?.unavailableSince) return "believed";
  if (isEmpty && !othersDeliver && (mark?.delivered || hasDelivered(mark))) return "ignored";
  if (!hasDelivered(mark)) {
    return othersDeliver || doubtsAfter(mark, now) >= daysOfDoubt ? "believed" : "doubted";
  }
  return doubtsAfter(mark, now) >= daysOfDoubt ? "believed" : "failure";
}

/** Days of doubt, this one included. */
export function doubtsAfter(mark: Mark | undefined, now: number): number {
  return (mark?.doubts ?? 0) + (isNewDoubt(mark, now) ? 1 : 0);
}

/** Whether a denial now is that of another day than the last one. */
function isNewDoubt(mark: Mark | undefined, now: number): boolean {
  return !mark?.doubtedAt || now - epochOf(mark.doubtedAt) >= day / 2 ||
    epochOf(mark.doubtedAt) > now;
}

/** Whether a series has ever had anything. */
export function hasDelivered(mark: Mark | undefined): boolean {
  return !!mark && (mark.delivered !== null || mark.newestData !== null);
}

/** Whether what is believed not to be there is worth asking for: in a week, or when a silent site reports again. */
export function isAskedAgain(mark: Mark, reported: number | null, now: number): boolean {
  const since = epochOf(mark.unavailableSince!);
  if (since > now || now - since >= beliefHolds) return true;
  // What the site had reported when that was believed.
  const then = mark.askedUntil && epochOf(mark.askedUntil);
  return then !== null && since - then > silence && reported !== null && reported > since;
}
