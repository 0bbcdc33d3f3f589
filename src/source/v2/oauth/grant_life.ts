import { compareInstants, earlier } from "../../../model/interval.ts";
import type { StoredGrant } from "./token_record.ts";

/** A grant as it may be shown. */
export interface SiteGrant {
  readonly siteId: number;
  readonly grantedAt: Temporal.Instant;
  readonly refreshLastUsedAt: Temporal.Instant;
  readonly accessExpiresAt: Temporal.Instant;
  /** When it ends unless seh runs before: a grant that nobody uses dies. */
  readonly idleEndsAt: Temporal.Instant;
  /** When it ends however often it is used; the homeowner may have allowed less. */
  readonly endsAt: Temporal.Instant;
  /** When the server last refused it: the person must log in again; null: it has not. */
  readonly refusedAt: Temporal.Instant | null;
}

/** Days after which the vendor drops a refresh token that was not used. */
const idleDays = 30;

const earlySeconds = 5 * 60;

/** A little disorder between the clock now and the clock then is none. */
const jitterSeconds = 60;

/**
 * Whether an access token may be used without renewing it: minutes before it expires it may not, since a
 * request may wait. A clock that has gone back to before the token was asked for says nothing of its age.
 */
export function isFresh(
  grant: Pick<StoredGrant, "refreshLastUsedAt" | "accessExpiresAt">,
  now: Temporal.Instant,
): boolean {
  const { refreshLastUsedAt: asked, accessExpiresAt: end } = grant;
  const life = asked.until(end).total("seconds");
  const early = Math.min(earlySeconds, life / 4);
  return now.until(end).total("seconds") > early &&
    asked.until(now).total("seconds") >= -jitterSeconds;
}

/** What of a grant may be shown. */
export function grantOf([siteId, grant]: readonly [number, StoredGrant]): SiteGrant {
  const { grantedAt, refreshLastUsedAt, accessExpiresAt, months } = grant;
  return {
    siteId,
    grantedAt,
    refreshLastUsedAt,
    accessExpiresAt,
    idleEndsAt: refreshLastUsedAt.add({ hours: idleDays * 24 }),
    endsAt: grantedAt.toZonedDateTimeISO("UTC").add({ months }).toInstant(),
    refusedAt: grant.refusedAt ?? null,
  };
}

/** How long the grant lasts from now if nobody uses it; at least nothing. */
export function remainingLife(
  grant: Pick<SiteGrant, "idleEndsAt" | "endsAt">,
  now: Temporal.Instant,
): Temporal.Duration {
  const end = earlier(grant.idleEndsAt, grant.endsAt);
  return compareInstants(end, now) > 0 ? now.until(end) : new Temporal.Duration();
}

/** For people, a whole sentence: whether seh may read the site, how long, and what to do. Days in UTC. */
export function accessSentence(
  grant: Pick<SiteGrant, "idleEndsAt" | "endsAt" | "refusedAt">,
  site: string,
  now: Temporal.Instant,
): string {
  const day = (instant: Temporal.Instant) => instant.toString().slice(0, 10);
  const { idleEndsAt, endsAt, refusedAt } = grant;
  const noMore = `seh may no longer read ${site}`;
  if (refusedAt !== null) {
    return `${noMore}: SolarEdge refused it on ${day(refusedAt)}. Run: seh login`;
  }
  if (remainingLife(grant, now).sign === 0) {
    return `${noMore}: the access ended on ${day(earlier(idleEndsAt, endsAt))}. Run: seh login`;
  }
  return compareInstants(idleEndsAt, endsAt) < 0
    ? `seh may read ${site}. Run it at least once every ${idleDays} days (next by ${
      day(idleEndsAt)
    }); ` +
      `log in again before ${day(endsAt)}.`
    : `seh may read ${site}. Log in again before ${day(endsAt)}.`;
}

/**
 * For people: `until 2026-12-24, longer each time seh runs, to 2028-11-24 at most`. Days in UTC. Only the
 * server ends a grant: one that is over by our clock may not be.
 */
export function grantSentence(
  grant: Pick<SiteGrant, "idleEndsAt" | "endsAt" | "refusedAt">,
  now: Temporal.Instant,
): string {
  const day = (instant: Temporal.Instant) => instant.toString().slice(0, 10);
  if (grant.refusedAt !== null) {
    return `no more: SolarEdge refused it on ${day(grant.refusedAt)}. Run: seh login`;
  }
  if (remainingLife(grant, now).sign === 0) {
    const { idleEndsAt, endsAt } = grant;
    return `until ${day(earlier(idleEndsAt, endsAt))}, which is over: run \`seh login\` again`;
  }
  return compareInstants(grant.idleEndsAt, grant.endsAt) < 0
    ? `until ${day(grant.idleEndsAt)}, longer each time seh runs, to ${day(grant.endsAt)} at most`
    : `until ${day(grant.endsAt)}`;
}
