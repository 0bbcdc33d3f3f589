import { type Fault, untrustedAddress } from "./front.ts";
import type { Trouble } from "./trial.ts";

const every = /./;
const power = /\/power$/;
const storage = /\/(storageData|storage\/telemetry)$/;

const page = (title: string, words: string) =>
  `<!doctype html><html><head><title>${title}</title></head><body><h1>${words}</h1></body></html>`;
const problem = (status: number, title: string) => ({ json: { title, status, detail: title } });

function passingBy(
  name: string,
  exit: number,
  fault: Fault,
  path: RegExp = every,
  { env = {}, next }: { env?: Readonly<Record<string, string>>; next?: Trouble["next"] } = {},
): Trouble {
  return {
    name,
    exit,
    next,
    begin({ front }) {
      front.set({ fault, path });
      return env;
    },
  };
}

/** Only the address differs: nothing that is there answers. */
const elsewhere = (name: string, exit: number, url: string): Trouble => ({
  name,
  exit,
  begin: () => ({ SEH_API_BASE_URL: url }),
});

const soon = { SEH_API_TIMEOUT: "0.3" };

/** What can come between the program and its answers, each for a whole run. */
export const faults: readonly Trouble[] = [
  elsewhere("connection refused", 75, "http://127.0.0.1:9"),
  elsewhere("name unknown", 75, "https://monitoring.invalid"),
  {
    name: "certificate of an unknown authority",
    exit: 75,
    begin: async ({ ending }) => ({ SEH_API_BASE_URL: await untrustedAddress(ending) }),
  },
  passingBy("reset before the answer", 75, { kind: "reset" }),
  passingBy("reset within the body", 5, { kind: "reset-midway" }),
  passingBy("no answer at all", 75, { kind: "hang" }, every, { env: soon }),
  passingBy("a body that drips", 5, { kind: "drip" }, every, { env: soon }),
  passingBy("500", 5, { kind: "status", status: 500, body: problem(500, "Server Error") }),
  passingBy("502 with a page", 5, {
    kind: "status",
    status: 502,
    body: { html: page("502 Bad Gateway", "Bad Gateway") },
  }),
  passingBy("503", 5, { kind: "status", status: 503, body: { text: "maintenance" } }),
  passingBy("429 of the minute", 75, {
    kind: "status",
    status: 429,
    body: { json: { message: "API rate limit exceeded" } },
    headers: { "retry-after": "20", "x-ratelimit-remaining-minute": "0" },
  }),
  passingBy(
    "429 of the day or month",
    75,
    {
      kind: "status",
      status: 429,
      body: { json: { message: "API rate limit exceeded" } },
      headers: { "x-ratelimit-remaining-minute": "9" },
    },
    every,
    { next: { v2: 75 } },
  ),
  passingBy("401", 4, { kind: "status", status: 401, body: problem(401, "Unauthorized") }),
  passingBy("403", 4, { kind: "status", status: 403, body: problem(403, "Forbidden") }),
  passingBy("403 with a firewall's page", 5, {
    kind: "status",
    status: 403,
    body: { html: page("Blocked", "Access to this address was blocked") },
  }),
  passingBy("404", 5, { kind: "status", status: 404, body: problem(404, "Not Found") }),
  passingBy("410", 1, { kind: "status", status: 410, body: problem(410, "Gone") }),
  passingBy("a body cut short", 5, { kind: "truncated" }),
  passingBy("another shape", 5, { kind: "changed", change: () => [{ nothing: "of this" }] }),
  passingBy("a page with 200", 5, {
    kind: "status",
    status: 200,
    body: { html: page("Welcome", "Please log in") },
  }),
  passingBy("an empty body", 5, { kind: "status", status: 200, body: { text: "" } }),
  passingBy("a redirect elsewhere", 5, { kind: "redirect" }),
  passingBy("a body beyond the limit", 5, { kind: "big" }, power),
  passingBy("a small body that unpacks to much", 5, { kind: "gzip-bomb" }, power),
  ...[power, storage].flatMap((path) => {
    const kind = path === power ? "power" : "storage";
    return [
      passingBy(`${kind}: 403`, 5, {
        kind: "status",
        status: 403,
        body: problem(403, "Forbidden"),
      }, path),
      passingBy(`${kind}: 403 with a page`, 5, {
        kind: "status",
        status: 403,
        body: { html: page("Blocked", "Access to this address was blocked") },
      }, path),
      passingBy(
        `${kind}: 404`,
        5,
        { kind: "status", status: 404, body: problem(404, "Not Found") },
        path,
      ),
      passingBy(
        `${kind}: 500`,
        5,
        { kind: "status", status: 500, body: problem(500, "Server Error") },
        path,
      ),
      passingBy(`${kind}: a body cut short`, 5, { kind: "truncated" }, path),
      passingBy(
        `${kind}: an empty body`,
        5,
        { kind: "status", status: 200, body: { text: "" } },
        path,
      ),
      passingBy(
        `${kind}: an empty object`,
        5,
        { kind: "status", status: 200, body: { json: {} } },
        path,
      ),
    ];
  }),
];
