import type { Reply } from "../v1/reply.ts";
import type { Allowance } from "./allowance.ts";
import type { CallSite, SpanLimits, Tier, V2Quirks } from "./call.ts";
import type { Route, Scope } from "./endpoints.ts";
import type { Grants } from "./grants.ts";
import { Problem, problemReply } from "./problem.ts";

/** What the gate needs of the server. */
export interface Gate {
  readonly siteIds: readonly number[];
  readonly fleetKey: string;
  /** A second key that the account's calls must carry too; null: none. */
  readonly accountKey: string | null;
  readonly grants: Grants;
  readonly allowance: Allowance;
  readonly tier: Tier;
  readonly quirks: V2Quirks;
  readonly spans: SpanLimits;
  site(siteId: number, now: number): CallSite;
}

/** A request as it arrived. */
export interface Arrival {
  readonly method: string;
  readonly address: URL;
  readonly headers: {
    readonly apiKey: string | null;
    readonly accountKey: string | null;
    readonly authorization: string | null;
  };
  readonly found: Route | null;
  /** Epoch seconds. */
  readonly now: number;
  /** True when it was counted before. */
  readonly counted?: boolean;
}

/** The answer; `passed` when neither the credential nor a limit stood in its way. */
export interface Answered extends Reply {
  readonly passed: boolean;
}

/** Whom a credential opens what. */
interface Caller {
  readonly name: string;
  readonly siteIds: readonly number[];
  /** null: the account itself, which may see everything of its sites. */
  readonly scopes: readonly Scope[] | null;
}

/** Answers a request: credential, limits, path, rights, parameters, in this order. */
export function answer(gate: Gate, arrival: Arrival): Answered {
  const caller = identify(gate, arrival);
  if ("status" in caller) return { ...caller, passed: false };
  const { now } = arrival;
  const admission = arrival.counted
    ? gate.allowance.look(caller.name, now)
    : gate.allowance.charge(caller.name, now);
  const { headers } = admission;
  if (admission.refused !== null) {
    const detail = admission.refused === "minute"
      ? "API rate limit exceeded"
      : "Monthly credits exceeded";
    return { ...problemReply(429, detail), headers, passed: false };
  }
  try {
    return { status: 200, body: handle(gate, arrival, caller), headers, passed: true };
  } catch (error) {
    if (error instanceof Problem) return { ...error.reply, headers, passed: true };
    throw error;
  }
}

function identify(gate: Gate, { headers, now }: Arrival): Caller | Reply {
  const { apiKey, accountKey, authorization } = headers;
  if (apiKey !== null) {
    const known = apiKey === gate.fleetKey &&
      (gate.accountKey === null || gate.accountKey === accountKey);
    if (!known) return problemReply(401, "Invalid API key");
    return { name: "account", siteIds: gate.siteIds, scopes: null };
  }
  const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
  if (token === undefined) {
    return {
      status: 401,
      body: { error: "invalid_request", error_description: "The access token is missing" },
    };
  }
  const grant = gate.grants.opened(token, now);
  if (grant === null) return problemReply(401, "The access token is invalid or has expired");
  return { name: "application", siteIds: [grant.siteId], scopes: grant.scopes };
}

function handle(gate: Gate, { method, address, found, now }: Arrival, caller: Caller): unknown {
  if (found === null) throw new Problem(404, "Unknown endpoint");
  if (method !== "GET") throw new Problem(405, "Method not allowed");
  const { endpoint, siteId } = found;
  if (caller.scopes !== null && endpoint.scope === null) {
    throw new Problem(401, "An API key is needed");
  }
  if (siteId !== null && !caller.siteIds.includes(siteId)) {
    throw new Problem(403, "No access to this site");
  }
  if (endpoint.scope !== null && caller.scopes?.includes(endpoint.scope) === false) {
    throw new Problem(403, `Scope ${endpoint.scope} is missing`);
  }
  for (const name of new Set(address.searchParams.keys())) {
    if (!endpoint.parameters.includes(name)) throw new Problem(400, `Unknown parameter ${name}`);
  }
  const sites = (siteId === null ? caller.siteIds : [siteId]).map((id) => gate.site(id, now));
  return endpoint.handle({
    now,
    sites,
    site: sites[0],
    parts: found.parts,
    parameters: address.searchParams,
    tier: gate.tier,
    quirks: gate.quirks,
    spans: gate.spans,
  });
}
