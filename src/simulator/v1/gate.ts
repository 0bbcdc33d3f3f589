import type { Limits } from "../limits.ts";
import type { CallSite, Quirks } from "./call.ts";
import type { Route } from "./endpoints.ts";
import { authenticationProblem, Picture, Refusal, type Reply } from "./reply.ts";

/** What the gate needs of the server. */
export interface Gate {
  /** The sites that a key opens; null for an unknown key. */
  sitesOf(key: string): readonly number[] | null;
  readonly apiKey: string;
  readonly invalidKeyStatus: 401 | 403;
  readonly limits: Limits;
  readonly mostInFlight: number;
  readonly quirks: Quirks;
  site(siteId: number, now: number): CallSite;
}

/** A request as it arrived. */
export interface Arrival {
  readonly method: string;
  readonly address: URL;
  readonly accept: string;
  readonly found: Route | null;
  /** Epoch seconds. */
  readonly now: number;
  /** Requests in flight, this one included. */
  readonly inFlight: number;
  /** True when it was counted before. */
  readonly counted?: boolean;
}

/** The answer; `passed` when neither the key nor a limit stood in its way. */
export interface Answered extends Reply {
  readonly passed: boolean;
}

const mostSites = 100;

/** Answers a request: key, limits, path, format, rights, parameters, in this order. */
export function answer(gate: Gate, arrival: Arrival): Answered {
  let passed = false;
  try {
    const { found, address, now } = arrival;
    const parameters = address.searchParams;
    const key = parameters.get("api_key") ?? "";
    const allowed = gate.sitesOf(key);
    if (allowed === null) {
      if (gate.invalidKeyStatus === 403) throw new Refusal(403, "Invalid token");
      throw new Refusal(401, "Invalid API key", authenticationProblem());
    }
    const siteIds = found?.siteIds ?? [];
    if (siteIds.length > mostSites) throw new Refusal(400, `At most ${mostSites} sites`);
    const allowances = siteIds.length === 0 ? [`token ${key}`] : siteIds.map((id) => `site ${id}`);
    const within = arrival.counted || gate.limits.charge(allowances, now);
    if (!within || arrival.inFlight > gate.mostInFlight) {
      throw new Refusal(429, "Too many requests");
    }
    passed = true;
    if (arrival.method !== "GET") throw new Refusal(405, "Method not allowed");
    if (found === null) throw new Refusal(404, "Not found");
    checkFormat(arrival);
    if (siteIds.some((id) => !allowed.includes(id))) throw new Refusal(403, "Access Denied");
    for (const name of parameters.keys()) {
      if (!["api_key", "format", ...found.endpoint.parameters].includes(name)) {
        throw new Refusal(400, `Unknown parameter ${name}`);
      }
    }
    const sites = (siteIds.length > 0 ? siteIds : allowed).map((id) => gate.site(id, now));
    const body = found.endpoint.handle({
      endpoint: found.endpoint.template,
      now,
      sites,
      site: sites[0],
      part: found.part,
      parameters,
      accountKey: key === gate.apiKey,
      quirks: gate.quirks,
    });
    return { status: body instanceof Picture ? body.status : 200, body, passed };
  } catch (error) {
    if (error instanceof Refusal) return { ...error.reply, passed };
    throw error;
  }
}

function checkFormat({ address, accept }: Arrival): void {
  const format = address.searchParams.get("format");
  const suffix = /\.(xml|csv)$/.exec(address.pathname);
  const accepted = accept === "" || /\*\/\*|application\/(\*|json)/.test(accept);
  if (suffix || !accepted || (format !== null && format !== "application/json")) {
    throw new Refusal(406, "Only JSON is simulated");
  }
}
