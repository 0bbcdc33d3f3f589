import { isTimeZone } from "./site_time.ts";
import { isSameZone } from "./time_zone.ts";

/** The zone that a site is known to have, and another one that an answer has named since. */
export interface ZoneBelief {
  readonly zone: string | null;
  readonly claim: string | null;
  readonly claimedAt: Temporal.Instant | null;
}

/** How far apart two answers must be to change a zone: one wrong day is no move. */
const hoursToBelieve = 20;

/**
 * What is believed after an answer has named a zone. A first one is believed at once; another one when two
 * answers say so that lie far enough apart, with none between them that names the old zone again.
 */
export function heardZone(belief: ZoneBelief, named: string, at: Temporal.Instant): ZoneBelief {
  const { zone, claim, claimedAt } = belief;
  const believed = (zone: string) => ({ zone, claim: null, claimedAt: null });
  if (zone === null || !isTimeZone(zone)) return believed(named);
  if (isSameZone(zone, named)) return believed(zone);
  if (claim === null || claimedAt === null || !isSameZone(claim, named)) {
    return { zone, claim: named, claimedAt: at };
  }
  const hours = at.since(claimedAt).total("hours");
  // A clock was wrong, then or now: what lies ahead proves nothing.
  if (hours < 0) return { zone, claim, claimedAt: at };
  return hours >= hoursToBelieve ? believed(named) : belief;
}
