import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { changingSite, type SimulatedSite } from "./changing_site.ts";
import { createFaults, type Fault, type Hold, type Injection, type Target } from "./faults.ts";
import { chance } from "./hash.ts";
import { createLimits } from "./limits.ts";
import { deliver } from "./delivery.ts";
import { type SiteModel, siteModel } from "./site_model.ts";
import type { SiteSpec } from "./site_spec.ts";
import type { Moment, SimulatorOptions } from "./options.ts";
import { type RequestRecord, requestWindow } from "./request_record.ts";
import { answer, type Gate } from "./v1/gate.ts";
import { route } from "./v1/endpoints.ts";
import type { Reply } from "./v1/reply.ts";
import type { Tokens } from "./v2/grants.ts";
import { problemReply } from "./v2/problem.ts";
import { createV2 } from "./v2/v2.ts";

export type { SimulatorOptions } from "./options.ts";
export type { RequestRecord } from "./request_record.ts";

/** A range of a site's time, `[from, to)`; widened to whole quarter-hours. */
export interface SiteRange {
  readonly siteId: number;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** A simulated SolarEdge on loopback. */
export interface Simulator extends AsyncDisposable {
  /** `http://127.0.0.1:port`, the base URL of the API. */
  readonly url: string;
  /** Opens every site. */
  readonly apiKey: string;
  /** Opens one site. */
  siteKey(siteId: number): string;
  /** Opens every site in v2, as `X-API-Key`. */
  readonly fleetKey: string;
  /** The application that owners grant access: `/authorize`, `/v2/oauth2/token`. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Tokens as if the owner of a site had granted all there is for two years. */
  grant(siteId: number): Tokens;
  /** The owner of a site takes all grants back. */
  revokeGrants(siteId: number): void;
  /** Credits of v2 spent in the billing month. */
  credits(): number;
  now(): Temporal.Instant;
  /** Sets the clock to a moment at which it stands, or to another clock. */
  setNow(now: Moment | (() => Moment)): void;
  readonly sites: ReadonlyMap<number, SimulatedSite>;
  /** Every request in the order of arrival. */
  readonly requests: readonly RequestRecord[];
  /** How many requests each endpoint had. */
  requestCounts(): Record<string, number>;
  /** Most requests that were in flight at once. */
  readonly maxInFlight: number;
  /** Forgets the requests so far; the limits still count them. */
  clearRequests(): void;
  inject(fault: Fault): Injection;
  /** Holds matching requests unanswered until released. */
  hold(target: Target): Hold;
  /**
   * Keeps uploads of a range from the server until an instant: those of the whole site, or of the one
   * device under a serial number, while the site and its other devices report.
   */
  holdBack(late: SiteRange & { readonly until: Temporal.Instant; readonly device?: string }): void;
  /**
   * Until an instant the server shows the production of a range scaled by a factor, then as it was. Ranges of
   * one site may not overlap.
   */
  revise(change: SiteRange & { readonly until: Temporal.Instant; readonly factor: number }): void;
  /** The site sends nothing in a range; its values are lost. */
  silence(outage: SiteRange): void;
  /** Stops at once: open requests are cut off. */
  close(): Promise<void>;
}

/** The models of the sites that were simulated last, whose past need not be computed again. */
const models = new Map<string, SiteModel>();
const modelsKept = 20;

function modelOf(spec: SiteSpec): SiteModel {
  const name = JSON.stringify(spec);
  const model = models.get(name) ?? siteModel(spec);
  models.delete(name);
  models.set(name, model);
  if (models.size > modelsKept) models.delete(models.keys().next().value!);
  return model;
}

/** Starts a simulated SolarEdge on 127.0.0.1; it serves until it is closed. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  let clock = options.now ?? (() => Date.now());
  const now = () => {
    const moment = clock();
    return typeof moment === "number" ? Temporal.Instant.fromEpochMilliseconds(moment) : moment;
  };
  const sites = new Map(options.sites.map((spec) => [
    spec.siteId,
    changingSite(
      modelOf(spec),
      typeof options.daylightSaving === "function"
        ? options.daylightSaving(spec.siteId)
        : options.daylightSaving ?? "96",
    ),
  ]));
  const apiKey = options.apiKey ?? makeKey(0);
  const siteKeys = new Map([...sites.keys()].map((id) => [makeKey(id), id]));
  const faults = createFaults();
  const gate: Gate = {
    sitesOf: (key) => {
      if (key === apiKey) return [...sites.keys()];
      const id = siteKeys.get(key);
      return id === undefined ? null : [id];
    },
    apiKey,
    invalidKeyStatus: options.invalidKeyStatus ?? 403,
    limits: createLimits({ perDay: 300, inFlight: 3, reset: "rolling", ...options.limits }),
    mostInFlight: options.limits?.inFlight ?? 3,
    quirks: {
      powerFlowUnit: "kW",
      bulkPowerUnit: "Wh",
      energyUnit: "Wh",
      bareChangeLog: true,
      typesWithoutMeter: "empty",
      stateOfChargeKey: "batteryPercentageState",
      maximumDays: {},
      spanRefusal: { status: 403, words: "sentence" },
      ...options.quirks,
    },
    site: (id, at) => {
      const site = sites.get(id)!;
      return { ...site.stateAt(at), daylightSaving: site.daylightSaving };
    },
  };

  const v2 = createV2([...sites.keys()], gate.site, options);
  const epochNow = () => epochOf(now());

  let requests: RequestRecord[] = [];
  let inFlight = 0;
  let maxInFlight = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    inFlight++;
    maxInFlight = Math.max(maxInFlight, inFlight);
    const address = new URL(request.url ?? "/", "http://127.0.0.1");
    const newer = v2.find(address.pathname);
    const found = newer === null ? route(address.pathname) : null;
    const siteIds = newer?.siteIds ?? found?.siteIds ?? [];
    const record = {
      at: now(),
      endpoint: newer?.template ?? found?.endpoint.template ?? "",
      path: address.pathname,
      parameters: parametersOf(address),
      siteIds,
      window: requestWindow(address.searchParams, sites.get(siteIds[0])?.model.zone),
      status: 0,
      inFlight,
    };
    requests.push(record);
    const gone = Promise.withResolvers<void>();
    // A client may ask again as soon as it has read the last byte: a request is over just before.
    let over = false;
    const finish = () => {
      if (!over) inFlight--;
      over = true;
    };
    response.on("close", () => {
      finish();
      gone.resolve();
    });
    const moment = epochOf(record.at);
    response.setHeader("date", new Date(record.at.epochMilliseconds).toUTCString());
    const arrival = {
      method: request.method ?? "GET",
      address,
      accept: request.headers.accept ?? "*/*",
      found,
      now: moment,
      inFlight,
    };
    const older = (counted: boolean): Reply & { passed: boolean } =>
      options.v1Retired
        ? { ...problemReply(410, "This version of the API is retired"), passed: true }
        : answer(gate, { ...arrival, counted });
    let reply = newer === null
      ? older(false)
      : newer.answer(request, address, await textOf(request), moment);
    const failure = reply.passed ? faults.next(record.endpoint, record.siteIds) : null;
    if (failure?.kind === "endless-count") {
      for (const name of ["startIndex", "page"]) address.searchParams.delete(name);
      reply = newer === null ? older(true) : newer.answerAgain(request, address, moment);
    }
    if (reply.passed) await faults.held(record.endpoint, record.siteIds, gone.promise);
    record.status = await deliver({
      request,
      response,
      reply,
      failure,
      gone: gone.promise,
      finish,
      numbers: options.numbers ?? "float",
      extraKeys: options.extraKeys ?? false,
    });
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`the simulator failed: ${error}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;

  const changing = ({ siteId, from, to }: SiteRange) => {
    const site = sites.get(siteId);
    if (site === undefined) throw new RangeError(`no simulated site ${siteId}`);
    return { site, from: from.epochMilliseconds / 1000, to: to.epochMilliseconds / 1000 };
  };
  const silence = (range: SiteRange, until: number, device: string | null) => {
    const { site, from, to } = changing(range);
    site.silence({ from, to, until, device });
  };

  let closing: Promise<void> | undefined;
  const close = () =>
    closing ??= new Promise<void>((resolve) => {
      faults.releaseAll();
      server.close(() => resolve());
      server.closeAllConnections();
    });

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    siteKey: makeKey,
    fleetKey: v2.fleetKey,
    clientId: v2.clientId,
    clientSecret: v2.clientSecret,
    grant: (siteId) => v2.grant(siteId, epochNow()),
    revokeGrants: v2.revokeGrants,
    credits: () => v2.credits(epochNow()),
    now,
    setNow: (next) => void (clock = typeof next === "function" ? next : () => next),
    sites,
    get requests() {
      return requests;
    },
    requestCounts() {
      const counts: Record<string, number> = {};
      for (const { endpoint } of requests) counts[endpoint] = (counts[endpoint] ?? 0) + 1;
      return counts;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    clearRequests() {
      requests = [];
      maxInFlight = inFlight;
    },
    inject: faults.inject,
    hold: faults.hold,
    holdBack: (late) => silence(late, epochOf(late.until), late.device ?? null),
    revise(change) {
      const { site, from, to } = changing(change);
      site.revise({ from, to, until: epochOf(change.until), factor: change.factor });
    },
    silence: (outage) => silence(outage, Infinity, null),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function epochOf(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / 1000);
}

/** The query without what is secret in it. */
function parametersOf({ searchParams }: URL): Record<string, string> {
  const names = [...new Set(searchParams.keys())].filter((name) =>
    name.toLowerCase() !== "api_key"
  );
  return Object.fromEntries(names.map((name) => [name, searchParams.getAll(name).join(",")]));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const piece of request) text += piece;
  return text;
}

/** 32 characters of 0-9 and A-Z, the account's (0) or a site's. */
function makeKey(siteId: number): string {
  return Array.from(
    { length: 32 },
    (_, i) => Math.floor(36 * chance("key", siteId, i)).toString(36).toUpperCase(),
  ).join("");
}
