import type { IncomingMessage } from "node:http";
import type { Reply } from "../v1/reply.ts";
import { type AllowanceOptions, createAllowance } from "./allowance.ts";
import type { CallSite, SpanLimits, Tier, V2Quirks } from "./call.ts";
import { route } from "./endpoints.ts";
import { answer, type Answered, type Gate } from "./gate.ts";
import { createGrants, makeSecret, type Tokens } from "./grants.ts";
import { createOAuth } from "./oauth.ts";

/** What a server of v2 may be asked to do. */
export interface V2Options {
  /** Makes `X-Account-Key` necessary beside the fleet's key. */
  readonly accountKey?: string;
  /** The plan of the account; `free`, which has no power flow, by default. */
  readonly tier?: Tier;
  /** 2,000 credits a month from its first day, 10 calls a minute by default. */
  readonly allowance?: Partial<AllowanceOptions>;
  readonly v2Quirks?: Partial<V2Quirks>;
  /** 168 hours of quarter-hours or hours, 31 days of days; a wider window gets 400 and a sentence. */
  readonly spans?: Partial<SpanLimits>;
}

/** v2 of the API on the same sites. */
export interface V2Server {
  /** Opens every site, as `X-API-Key`. */
  readonly fleetKey: string;
  /** The application that owners of sites can grant access. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Tokens as if the owner of a site had granted all there is for two years. */
  grant(siteId: number, now: number): Tokens;
  revokeGrants(siteId: number): void;
  /** Credits spent in the billing month. */
  credits(now: number): number;
  /** What a path is; null when it belongs to v1. */
  find(path: string): Found | null;
}

/** A path of v2, and what answers it. */
export interface Found {
  /** Template such as `/v2/sites/{id}/energy`; empty for an unknown path. */
  readonly template: string;
  readonly siteIds: readonly number[];
  answer(request: IncomingMessage, address: URL, body: string, now: number): Answered;
  /** The same of a request that was counted before. */
  answerAgain(request: IncomingMessage, address: URL, now: number): Answered;
}

interface Page {
  readonly method: string;
  reply(parameters: URLSearchParams, body: string, now: number): Reply;
}

const twoYears = 2 * 365 * 86_400;

/** Builds it over sites; `site` gives one as the server has it at an epoch second. */
export function createV2(
  siteIds: readonly number[],
  site: (siteId: number, now: number) => CallSite,
  options: V2Options,
): V2Server {
  const quirks: V2Quirks = {
    bareSiteList: false,
    kiloTelemetry: false,
    echoesState: true,
    ...options.v2Quirks,
  };
  const fleetKey = makeSecret("fleet key", 0);
  const clientId = makeSecret("client id", 0).slice(0, 24);
  const clientSecret = makeSecret("client secret", 0);
  const grants = createGrants();
  const oauth = createOAuth({
    clientId,
    clientSecret,
    redirectUri: "http://127.0.0.1:8976/callback",
    siteIds,
    echoesState: quirks.echoesState,
  }, grants);
  const allowance = createAllowance({
    credits: 2000,
    perMinute: 10,
    billingDay: 1,
    ...options.allowance,
  });
  const gate: Gate = {
    siteIds,
    fleetKey,
    accountKey: options.accountKey ?? null,
    grants,
    allowance,
    tier: options.tier ?? "free",
    quirks,
    spans: {
      quarterHourHours: 168,
      hourHours: 168,
      dayDays: 31,
      status: 400,
      words: "sentence",
      ...options.spans,
    },
    site,
  };

  const pages: Readonly<Record<string, Page>> = {
    "/authorize": { method: "GET", reply: (asked, _, now) => oauth.authorize(asked, now) },
    "/v2/oauth2/token": { method: "POST", reply: (_, body, now) => oauth.token(body, now) },
    "/v2/oauth2/revoke-token": { method: "POST", reply: (_, body) => oauth.revoke(body) },
  };

  return {
    fleetKey,
    clientId,
    clientSecret,
    grant: (siteId, now) =>
      grants.issue({ siteId, scopes: ["SITE_DATA", "DEVICE_DATA"] }, now + twoYears, now),
    revokeGrants: grants.revokeSite,
    credits: allowance.spent,
    find(path) {
      const page = pages[path];
      if (page !== undefined) return pageAt(path, page);
      if (path !== "/v2" && !path.startsWith("/v2/")) return null;
      const found = route(path);
      const ask = (request: IncomingMessage, address: URL, now: number, counted: boolean) =>
        answer(gate, {
          method: request.method ?? "GET",
          address,
          headers: {
            apiKey: header(request, "x-api-key"),
            accountKey: header(request, "x-account-key"),
            authorization: header(request, "authorization"),
          },
          found,
          now,
          counted,
        });
      return {
        template: found?.endpoint.template ?? "",
        siteIds: found === null || found.siteId === null ? [] : [found.siteId],
        answer: (request, address, _, now) => ask(request, address, now, false),
        answerAgain: (request, address, now) => ask(request, address, now, true),
      };
    },
  };
}

function pageAt(template: string, page: Page): Found {
  const answer: Found["answer"] = (request, address, body, now) =>
    request.method === page.method
      ? { ...page.reply(address.searchParams, body, now), passed: true }
      : { status: 405, body: { error: "invalid_request" }, passed: true };
  return {
    template,
    siteIds: [],
    answer,
    answerAgain: (request, address, now) => answer(request, address, "", now),
  };
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}
