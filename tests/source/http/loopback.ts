import { join } from "node:path";
import type { Clock } from "../../../src/model/clock.ts";
import { Secret } from "../../../src/model/secret.ts";
import { type ClientOptions, createJsonClient } from "../../../src/source/http/client.ts";

/** A server on loopback that counts what reaches it. */
export interface Loopback extends AsyncDisposable {
  readonly origin: string;
  readonly requests: { readonly url: URL; readonly headers: Headers }[];
  readonly mostInFlight: number;
}

/** Starts a server; `answer` gets each request and its number, from 1. */
export function serve(
  answer: (request: Request, n: number) => Response | Promise<Response>,
): Loopback {
  const requests: { url: URL; headers: Headers }[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    requests.push({ url: new URL(request.url), headers: new Headers(request.headers) });
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    try {
      return await answer(request, requests.length);
    } finally {
      inFlight--;
    }
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    requests,
    get mostInFlight() {
      return mostInFlight;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A clock that stands still but for the sleeps, which it makes at once and remembers. */
export interface TestClock extends Clock {
  readonly slept: number[];
  set(moment: string): void;
}

export function clockAt(moment: string): TestClock {
  let now = Temporal.Instant.from(moment);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    set: (next) => now = Temporal.Instant.from(next),
    sleep(milliseconds, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      slept.push(milliseconds);
      now = now.add({ milliseconds: Math.ceil(milliseconds) });
      return Promise.resolve();
    },
  };
}

/** A folder that is gone when the test ends. */
export function folder(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "seh-http-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

export const key = "L0NGSECRETAPIKEYOF32CHARACTERS00";

/** A v1-like client: key in the query, 300 requests a day for the account and each site. */
export function client(
  origin: string,
  folderPath: string,
  clock: Clock,
  changes: Partial<ClientOptions> = {},
): ReturnType<typeof createJsonClient> {
  return createJsonClient({
    baseUrl: new URL(origin),
    authorize: (url) => url.searchParams.set("api_key", key),
    secrets: [new Secret(key)],
    quotaFile: join(folderPath, "state", "quota.json"),
    quotaOwner: "owner",
    quotaWindows: [
      { allowance: "account", amount: 300, per: "rolling-day" },
      { allowance: "site:", amount: 300, per: "rolling-day" },
    ],
    maxConcurrent: 3,
    timeoutSeconds: 10,
    maxRetries: 3,
    retryDelaySeconds: 2,
    clock,
    random: () => 0,
    userAgent: "seh/0.0.0",
    ...changes,
  });
}

/** A request for a site's overview, charged to that site. */
export function overview(site = 1) {
  return {
    path: `/site/${site}/overview`,
    parameters: {},
    charges: [{ allowance: `site:${site}`, amount: 1 }],
  };
}
