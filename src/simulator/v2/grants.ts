import { chance } from "../hash.ts";
import type { Scope } from "./endpoints.ts";

/** What a homeowner allowed an application for one site. */
export interface Grant {
  readonly siteId: number;
  readonly scopes: readonly Scope[];
}

/** What the application holds of a grant. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Seconds for which an access token opens its site. */
export const accessSeconds = 7200;

const refreshIdleSeconds = 30 * 86_400;

/** The grants of a server; times in epoch seconds. */
export interface Grants {
  /** A new grant that ends at a moment, and its first tokens. */
  issue(grant: Grant, endsAt: number, now: number): Tokens;
  /** The grant that an access token opens; null when it is unknown, too old or revoked. */
  opened(accessToken: string, now: number): Grant | null;
  /**
   * New tokens for a refresh token, which is spent by it; null when it is unknown or was idle for too long.
   * A spent one revokes the grant: somebody else has a copy.
   */
  refresh(refreshToken: string, now: number): Tokens | null;
  /** Ends the grant that a token of either kind belongs to; an unknown token changes nothing. */
  revoke(token: string): void;
  /** Ends all grants of a site, as its owner may. */
  revokeSite(siteId: number): void;
}

interface Held extends Grant {
  readonly endsAt: number;
  readonly tokens: Set<string>;
  readonly accessUntil: Map<string, number>;
  refreshToken: string;
  refreshedAt: number;
}

/** No grants yet. */
export function createGrants(): Grants {
  let held: Held[] = [];
  let made = 0;
  const revoke = (one: Held) => void (held = held.filter((other) => other !== one));
  const next = (grant: Held, now: number): Tokens => {
    const accessToken = makeSecret("access", made);
    const refreshToken = makeSecret("refresh", made++);
    grant.tokens.add(accessToken).add(refreshToken);
    grant.accessUntil.set(accessToken, Math.min(grant.endsAt, now + accessSeconds));
    grant.refreshToken = refreshToken;
    grant.refreshedAt = now;
    return { accessToken, refreshToken };
  };
  return {
    issue(grant, endsAt, now) {
      const fresh: Held = {
        ...grant,
        endsAt,
        tokens: new Set(),
        accessUntil: new Map(),
        refreshToken: "",
        refreshedAt: now,
      };
      held.push(fresh);
      return next(fresh, now);
    },
    opened: (token, now) => held.find((one) => now < (one.accessUntil.get(token) ?? 0)) ?? null,
    refresh(token, now) {
      const grant = held.find((one) => one.tokens.has(token) && !one.accessUntil.has(token));
      if (grant === undefined || now >= grant.endsAt) return null;
      if (grant.refreshToken !== token) {
        revoke(grant);
        return null;
      }
      return now < grant.refreshedAt + refreshIdleSeconds ? next(grant, now) : null;
    },
    revoke(token) {
      const grant = held.find((one) => one.tokens.has(token));
      if (grant !== undefined) revoke(grant);
    },
    revokeSite: (siteId) => void (held = held.filter((one) => one.siteId !== siteId)),
  };
}

/** 40 characters of 0-9 and a-z that look like chance. */
export function makeSecret(kind: string, number: number): string {
  return Array.from(
    { length: 40 },
    (_, i) => Math.floor(36 * chance(kind, number, i)).toString(36),
  ).join("");
}
