import type { Clock } from "../../../model/clock.ts";
import type { Secret } from "../../../model/secret.ts";
import type { Renew } from "../../http/send.ts";
import { SourceError } from "../../source_error.ts";
import { createTokenEndpoint, type TokenEndpointOptions, tokenPath } from "./exchange.ts";
import { grantOf, isFresh, type SiteGrant } from "./grant_life.ts";
import { openTokenFile } from "./token_file.ts";
import { clientName, type GrantRecord, type StoredGrant } from "./token_record.ts";

/** What homeowners' grants are kept and renewed with. */
export interface GrantsOptions extends Omit<TokenEndpointOptions, "clock"> {
  /** Path of the file with the tokens. */
  readonly tokenFile: string;
  /** Where tokens go that the file has no room for. */
  readonly spareFolder?: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly clock: Pick<Clock, "now">;
  /** Called with each token as soon as it is known, so that nothing prints it. */
  readonly hide?: (secrets: readonly Secret[]) => void;
  /** Lines without secrets. */
  readonly log?: (level: "warning" | "debug", text: string) => void;
}

/** The grants of one application: one a site, each with tokens that change all the time. */
export interface Grants {
  /**
   * Lets a request for `/sites/{id}…` go with that site's access token, renewed first where it is about to
   * expire. The result renews it again if the server refuses it all the same. Throws SourceError.
   */
  authorize(url: URL, headers: Headers): Promise<Renew>;
  /** The sites that are granted to this application. Throws SourceError. */
  sites(): Promise<readonly SiteGrant[]>;
  /**
   * Exchanges the code of an authorization, with the verifier that its address was made with, for a grant,
   * which is kept. Throws SourceError.
   */
  redeem(
    code: Secret,
    siteId: number,
    months: number,
    verifier?: Secret | null,
  ): Promise<SiteGrant>;
  /** Every token that this process has seen; another array when there are more. */
  secrets(): readonly Secret[];
}

const loginAgain = "Run `seh login` again.";

/**
 * Opens the grants. Refresh tokens are good for one use, so a refresh happens under the lock of the token
 * file, after a look whether another process has done it, and what it brings is on the disk before it is
 * used. No grant is ever given up by our clock, which may be wrong: only the server's refusal ends one.
 */
export async function createGrants(options: GrantsOptions): Promise<Grants> {
  const { clock, log = () => {} } = options;
  const file = openTokenFile(
    options.tokenFile,
    options.spareFolder,
    (text) => log("warning", text),
  );
  const client = await clientName(options.clientId);
  const endpoint = createTokenEndpoint(options, {
    id: options.clientId,
    secret: options.clientSecret,
  });
  let record: GrantRecord | null = null;
  let secrets: readonly Secret[] = [options.clientSecret];
  /** Access tokens that replaced a refused one: when such a one is refused too, the token is not why. */
  const replacements = new Set<string>();

  function learn(next: GrantRecord): GrantRecord {
    record = next;
    remember([...next.values()].flatMap((one) => [one.accessToken, one.refreshToken]));
    return next;
  }

  function remember(tokens: readonly Secret[]): void {
    const known = new Set(secrets.map((one) => one.reveal()));
    const fresh = tokens.filter((one) => !known.has(one.reveal()));
    if (fresh.length === 0) return;
    secrets = [...secrets, ...fresh];
    options.hide?.(fresh);
  }

  function grantFor(siteId: number, grants: GrantRecord): StoredGrant {
    const grant = grants.get(siteId);
    if (!grant) {
      const remedy = "Run `seh login`.";
      throw refused(siteId, `seh may not read site ${siteId} yet`, remedy);
    }
    if (grant.client !== client) {
      throw refused(
        siteId,
        `the access to site ${siteId} belongs to another application`,
        "Set SEH_OAUTH_CLIENT_ID to that one, or run `seh login` again.",
      );
    }
    return grant;
  }

  /** The site's tokens, renewed unless they are good or another process has renewed them. */
  function renewed(siteId: number, isGood: (grant: StoredGrant) => boolean): Promise<StoredGrant> {
    return file.change(async (grants, store) => {
      const grant = grantFor(siteId, learn(grants));
      if (isGood(grant)) return grant;
      // A full disk is noticed before the token is used up.
      await store(grants);
      const next = await refreshed(siteId, grant).catch(async (error) => {
        // Whoever looks at the grant afterwards learns it without asking the server.
        if (error instanceof SourceError && error.kind === "credentials") {
          if (error.facts.siteId === siteId) {
            await store(new Map(grants).set(siteId, { ...grant, refusedAt: clock.now() }));
          }
        }
        throw error;
      });
      const all = new Map(grants).set(siteId, next);
      remember([next.accessToken, next.refreshToken]);
      await store(all, { mustNotBeLost: true });
      learn(all);
      log("debug", `site ${siteId}: the tokens were renewed`);
      return next;
    });
  }

  async function refreshed(siteId: number, grant: StoredGrant): Promise<StoredGrant> {
    let answer = await endpoint.refresh(grant.refreshToken);
    const lost = answer.kind === "lost" ? answer.detail : null;
    if (lost !== null) {
      log("debug", `site ${siteId}: ${lost} to a renewal; once more`);
      answer = await endpoint.refresh(grant.refreshToken);
    }
    switch (answer.kind) {
      case "tokens": {
        const { accessToken, accessExpiresAt, askedAt, refreshToken } = answer.tokens;
        const { refusedAt: _, ...accepted } = grant;
        return {
          ...accepted,
          accessToken,
          accessExpiresAt,
          refreshLastUsedAt: askedAt,
          refreshToken: refreshToken ?? grant.refreshToken,
        };
      }
      case "spent": {
        const why = lost === null
          ? `the access to site ${siteId} has expired or was ended (${answer.detail})`
          : `the access to site ${siteId} is lost: the answer to a renewal did not arrive (${lost}), and a ` +
            `token can be used once only (${answer.detail})`;
        throw refused(siteId, why, loginAgain, answer.status);
      }
      case "lost":
        throw new SourceError({
          kind: "transport",
          endpoint: tokenPath,
          status: answer.status,
          detail: answer.detail,
        });
    }
  }

  const isFreshNow = (grant: StoredGrant) => isFresh(grant, clock.now());

  return {
    async authorize(url, headers) {
      const siteId = siteIn(url);
      const known = (record ?? learn(await file.read())).get(siteId);
      const grant = known && known.client === client && isFreshNow(known)
        ? known
        : await renewed(siteId, isFreshNow);
      headers.set("authorization", `Bearer ${grant.accessToken.reveal()}`);
      return async () => {
        const sent = grant.accessToken.reveal();
        if (replacements.has(sent)) return false;
        const next = await renewed(siteId, (one) => one.accessToken.reveal() !== sent);
        replacements.add(next.accessToken.reveal());
        return true;
      };
    },
    async sites() {
      const grants = learn(await file.read());
      return [...grants].filter(([, one]) => one.client === client).map(grantOf);
    },
    async redeem(code, siteId, months, verifier = null) {
      remember(verifier ? [code, verifier] : [code]);
      return await file.change(async (grants, store) => {
        // A full disk is noticed before the code is used up.
        await store(grants);
        const answer = await endpoint.exchangeCode(code, verifier);
        if (answer.kind !== "tokens") {
          const spent = answer.kind === "spent";
          throw new SourceError({
            kind: spent ? "credentials" : "transport",
            endpoint: tokenPath,
            status: answer.status,
            detail: spent
              ? `the code was refused (${answer.detail}); it is good for one use within a short time`
              : answer.detail,
            remedy: loginAgain,
          });
        }
        const { accessToken, accessExpiresAt, askedAt, refreshToken } = answer.tokens;
        if (refreshToken === null) {
          throw new SourceError({
            kind: "body",
            endpoint: tokenPath,
            detail: "the answer holds no token to renew the login with",
          });
        }
        const grant: StoredGrant = {
          client,
          grantedAt: askedAt,
          months,
          refreshLastUsedAt: askedAt,
          accessExpiresAt,
          accessToken,
          refreshToken,
        };
        remember([accessToken, refreshToken]);
        const all = new Map(grants).set(siteId, grant);
        await store(all, { mustNotBeLost: true });
        learn(all);
        return grantOf([siteId, grant]);
      });
    },
    secrets: () => secrets,
  };
}

/**
 * Ends the grant for a site on the server, then takes it out of the token file; one that could not be ended
 * there is kept. False where the server did not know it any more. Needs no credentials of the application.
 * Throws SourceError.
 */
export async function revokeGrant(
  options: TokenEndpointOptions & Pick<GrantsOptions, "tokenFile" | "spareFolder" | "hide">,
  siteId: number,
): Promise<boolean> {
  const endpoint = createTokenEndpoint(options, null);
  return await openTokenFile(options.tokenFile, options.spareFolder).change(
    async (grants, store) => {
      const grant = grants.get(siteId);
      if (!grant) return false;
      options.hide?.([grant.accessToken, grant.refreshToken]);
      const known = await endpoint.revoke(grant.refreshToken);
      const left = new Map(grants);
      left.delete(siteId);
      await store(left);
      return known;
    },
  );
}

/** The grants of all applications in a token file. Throws SourceError. */
export async function grantsIn(
  tokenFile: string,
  spareFolder?: string,
): Promise<readonly SiteGrant[]> {
  return [...await openTokenFile(tokenFile, spareFolder).read()].map(grantOf);
}

function siteIn(url: URL): number {
  const site = /\/sites\/(\d+)(\/|$)/.exec(url.pathname)?.[1];
  if (site !== undefined) return Number(site);
  throw new SourceError({
    kind: "rejected",
    endpoint: url.pathname,
    detail: "a homeowner's login is for one site and cannot ask for this",
    remedy: "Lists of sites need the API key of a fleet account.",
  });
}

function refused(siteId: number, detail: string, remedy: string, status?: number): SourceError {
  return new SourceError({
    kind: "credentials",
    endpoint: tokenPath,
    status,
    detail,
    remedy,
    siteId,
  });
}
