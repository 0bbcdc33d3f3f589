import assert from "node:assert/strict";
import { join } from "node:path";
import { connectionFailure } from "../../../src/source/http/connection_failure.ts";
import type { QuotaWindow } from "../../../src/source/source.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { client, clockAt, folder, overview, serve } from "./loopback.ts";

const noon = "2026-06-01T12:00:00Z";
const scarce: QuotaWindow[] = [
  { allowance: "minute", amount: 10, per: "minute" },
  { allowance: "credits", amount: 2000, per: "billing-month" },
];
const credit = {
  path: "/sites/1/power",
  parameters: {},
  charges: [{ allowance: "minute", amount: 1 }, { allowance: "credits", amount: 1 }],
};

async function failure(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(() => null, (thrown) => thrown);
  assert.ok(error instanceof SourceError, String(error));
  return error;
}

/** An address at which nothing listens. */
function nobody(): string {
  using closed = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return `127.0.0.1:${closed.addr.port}`;
}

/** A port that takes connections, says something and hangs up, each time. */
function rude(says: string) {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  let visits = 0;
  const serving = (async () => {
    for await (const connection of listener) {
      visits++;
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode(says)).catch(() => {});
      connection.close();
    }
  })();
  return {
    host: `127.0.0.1:${listener.addr.port}`,
    get visits() {
      return visits;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

for (
  const [what, address, words] of [
    ["refuses the connection", () => `http://${nobody()}`, /refused/i],
    ["has no name", () => "http://no-such-host.invalid", /dns|name|lookup/i],
  ] as const
) {
  Deno.test(`a server that ${what} costs nothing, and is asked once`, async () => {
    using state = folder();
    await using seh = client(address(), state.path, clockAt(noon), { quotaWindows: scarce });
    const { facts } = await failure(seh.getJson(credit));
    assert.match(facts.detail, words);
    assert.deepEqual([facts.kind, facts.sent, facts.noAnswer], ["transport", false, true]);
    assert.equal((await seh.remaining(credit.charges.slice(1))).requests, 2000);
    assert.equal(
      (await seh.remaining(credit.charges)).requests,
      10,
      "the minute is given back too",
    );
    assert.equal(seh.sent, 0);
  });
}

Deno.test("where TLS fails nothing is counted, and the ways out are named", async () => {
  using state = folder();
  await using plain = rude("HTTP/1.1 400 Bad Request\r\n\r\n");
  await using seh = client(`https://${plain.host}`, state.path, clockAt(noon));
  const { facts } = await failure(seh.getJson(overview()));
  assert.deepEqual([facts.kind, facts.sent, facts.noAnswer], ["transport", false, true]);
  assert.match(facts.remedy!, /DENO_CERT.*DENO_TLS_CA_STORE=system.*HTTPS_PROXY/s);
  assert.equal((await seh.remaining(overview().charges)).requests, 300);
});

Deno.test("a connection that breaks off before the answer stays counted: it may have been sent", async () => {
  using state = folder();
  await using server = rude("");
  await using seh = client(`http://${server.host}`, state.path, clockAt(noon));
  const { facts } = await failure(seh.getJson(overview()));
  assert.deepEqual([facts.sent, facts.noAnswer], [true, true]);
  assert.equal((await seh.remaining(overview().charges)).requests, 299);
  assert.equal(server.visits, 1, "nothing had ever answered: not tried again");
});

Deno.test("once something has answered, what breaks off is tried again: a scarce credit once", async () => {
  for (
    const [windows, request, tries] of [
      [undefined, overview(), 4],
      [scarce, credit, 2],
    ] as const
  ) {
    using state = folder();
    await using server = serve((_, n) =>
      n === 1 ? Response.json({}) : new Response("busy", { status: 503 })
    );
    await using seh = client(server.origin, state.path, clockAt(noon), {
      ...windows ? { quotaWindows: windows } : {},
    });
    await seh.getJson(request);
    const { facts } = await failure(seh.getJson(request));
    assert.deepEqual([facts.kind, facts.sent, facts.noAnswer], ["transport", true, false]);
    assert.equal(server.requests.length, 1 + tries);
  }
});

Deno.test("a credential that cannot be had costs no request", async () => {
  using state = folder();
  const error = new SourceError({ kind: "transport", endpoint: "/oauth2/token", detail: "down" });
  for (const thrown of [error, new TypeError("bad header")]) {
    await using seh = client("http://127.0.0.1", state.path, clockAt(noon), {
      authorize: () => Promise.reject(thrown),
      maxRetries: 0,
    });
    await failure(seh.getJson(overview()));
    assert.equal((await seh.remaining(overview().charges)).requests, 300);
  }
});

Deno.test("an interrupt ends an answer, a pause, a full minute and a queue at once, and is no failure", async () => {
  const never = Promise.withResolvers<Response>();
  const situations = [
    ["an answer", () => never.promise, 1],
    [
      "a Retry-After",
      () => new Response(null, { status: 429, headers: { "retry-after": "60" } }),
      1,
    ],
  ] as const;
  for (const [what, answer, counted] of situations) {
    using state = folder();
    const interrupt = new AbortController();
    await using server = serve(() => {
      setTimeout(() => interrupt.abort(), 20);
      return answer();
    });
    await using seh = client(server.origin, state.path, machineClock(), {
      interrupted: interrupt.signal,
    });
    const { facts } = await failure(seh.getJson(overview()));
    assert.equal(facts.kind, "interrupted", what);
    assert.equal((await seh.remaining(overview().charges)).requests, 300 - counted);
    const later = await failure(seh.getJson(overview()));
    assert.deepEqual([later.kind, later.facts.sent], ["interrupted", false]);
    never.resolve(new Response());
  }
});

Deno.test("who waits in the queue when the interrupt comes has spent nothing", async () => {
  using state = folder();
  const interrupt = new AbortController();
  const first = Promise.withResolvers<void>();
  const never = Promise.withResolvers<Response>();
  await using server = serve(() => {
    first.resolve();
    return never.promise;
  });
  const options = { interrupted: interrupt.signal, maxConcurrent: 1 };
  await using seh = client(server.origin, state.path, machineClock(), options);
  // Another program has a queue of its own before the same place.
  await using other = client(server.origin, state.path, machineClock(), options);
  const errors = [failure(seh.getJson(overview()))];
  await first.promise;
  errors.push(failure(seh.getJson(overview())), failure(other.getJson(overview())));
  await new Promise((resolve) => setTimeout(resolve, 60));
  interrupt.abort();
  const facts = (await Promise.all(errors)).map((one) => one.facts);
  never.resolve(new Response());
  assert.deepEqual(facts.map((one) => one.kind), Array(3).fill("interrupted"));
  assert.deepEqual(facts.map((one) => one.sent), [true, false, false]);
  assert.equal((await seh.remaining(overview().charges)).requests, 299);
  assert.ok(Deno.readTextFileSync(join(state.path, "state", "quota.json")).includes("site:1"));
});

Deno.test("a minute that is waited for ends with the interrupt", async () => {
  using state = folder();
  const interrupt = new AbortController();
  await using server = serve(() => Response.json({}));
  await using seh = client(server.origin, state.path, machineClock(), {
    quotaWindows: [{ allowance: "", amount: 1, per: "minute" }],
    interrupted: interrupt.signal,
  });
  await seh.getJson(overview());
  const waiting = failure(seh.getJson(overview()));
  setTimeout(() => interrupt.abort(), 20);
  assert.equal((await waiting).kind, "interrupted");
  assert.equal(server.requests.length, 1);
});

/** Sleeps for real, so that what waits can be interrupted. */
function machineClock() {
  const clock = clockAt(noon);
  return {
    now: clock.now,
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = setTimeout(resolve, milliseconds);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(signal.reason);
        }, { once: true });
      }),
  };
}

Deno.test("why there is no connection is said in plain words, without the runtime's own", () => {
  const told = (text: string) => connectionFailure(new TypeError(text)).detail;
  const of = (stage: string, reason: string) =>
    `error sending request for url (https://x.test/?api_key=K): client error (${stage}): ${reason}`;
  assert.deepEqual(
    [
      of("Connect", "dns error: failed to lookup address information: Name or service not known"),
      of("Connect", "tcp connect error: Connection refused (os error 111)"),
      of("Connect", "tcp connect error: No route to host (os error 113)"),
      of("Connect", "invalid peer certificate: UnknownIssuer"),
      of("Connect", "invalid peer certificate: certificate expired: verification time 1 s after"),
      of("SendRequest", "connection closed before message completed"),
      of("SendRequest", "invalid HTTP version parsed"),
      "Connection reset by peer (os error 104)",
      "error reading a body from connection",
      "something new about https://x.test/?api_key=K",
    ].map(told),
    [
      "no host of that name was found",
      "nothing answers there: the connection was refused",
      "there is no way to it in this network",
      "its certificate is of an authority that is not known here",
      "its certificate is not valid today, by this machine's clock",
      "the connection broke off",
      "what answers there speaks no HTTP",
      "the connection broke off",
      "the connection broke off",
      "the connection failed",
    ],
  );
});
