import assert from "node:assert/strict";
import { SourceError } from "../../../src/source/source_error.ts";
import { client, clockAt, folder, key, overview, serve } from "./loopback.ts";

const noon = "2026-06-01T12:00:00Z";

/** The SourceError of a request that must fail. */
async function failure(promise: Promise<unknown>): Promise<SourceError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof SourceError, String(error));
    return error;
  }
  assert.fail("the request succeeded");
}

/** Everything that a person or a log could see of an error. */
function shown(error: Error): string {
  return [
    Deno.inspect(error),
    error.message,
    error.stack,
    JSON.stringify(error),
    String(error.cause),
  ]
    .join("\n");
}

Deno.test("an answer comes back parsed, asked with key, parameters and our name", async () => {
  using state = folder();
  await using server = serve(() => Response.json({ overview: { currentPower: { power: 1.5 } } }));
  await using seh = client(server.origin, state.path, clockAt(noon));
  const body = await seh.getJson({
    path: "/site/1/power",
    parameters: { startTime: "2026-06-01 00:00:00" },
    charges: [{ allowance: "site:1", amount: 1 }],
  });
  assert.deepEqual(body, { overview: { currentPower: { power: 1.5 } } });
  const { url, headers } = server.requests[0]!;
  assert.equal(url.pathname, "/site/1/power");
  assert.equal(url.searchParams.get("startTime"), "2026-06-01 00:00:00");
  assert.equal(url.searchParams.get("api_key"), key);
  assert.equal(headers.get("user-agent"), "seh/0.0.0");
  assert.equal(seh.sent, 1);
  assert.equal((await seh.remaining([{ allowance: "site:1", amount: 1 }])).requests, 299);
});

Deno.test("a base address with a path of its own keeps it", async () => {
  using state = folder();
  await using server = serve(() => Response.json({}));
  await using seh = client(server.origin, state.path, clockAt(noon), {
    baseUrl: new URL(`${server.origin}/proxy/`),
  });
  await seh.getJson(overview());
  assert.equal(server.requests[0]!.url.pathname, "/proxy/site/1/overview");
});

const refusals = [
  [
    401,
    "credentials",
    '{"title":"Unauthorized","detail":"Invalid API key"}',
    "Unauthorized: Invalid",
  ],
  [403, "forbidden", '{"String":"Access to this site is denied"}', "Access to this site is denied"],
  [404, "unavailable", "", "HTTP 404 without explanation"],
  [400, "rejected", "Invalid date format", "HTTP 400: Invalid date format"],
  [
    406,
    "rejected",
    "<html><title>Not Acceptable</title><p>x</p></html>",
    "a web page: Not Acceptable",
  ],
  [410, "retired", "Gone", "SolarEdge has switched this off"],
] as const;

for (const [status, kind, body, words] of refusals) {
  Deno.test(`HTTP ${status} is reported as ${kind}, at once and in the server's words`, async () => {
    using state = folder();
    await using server = serve(() => new Response(body, { status }));
    await using seh = client(server.origin, state.path, clockAt(noon));
    const error = await failure(seh.getJson(overview()));
    assert.equal(error.kind, kind);
    assert.equal(error.facts.status, status);
    assert.equal(error.facts.endpoint, "/site/1/overview");
    assert.ok(error.message.includes(words), error.message);
    assert.equal(server.requests.length, 1);
  });
}

Deno.test("a server that is down for a moment is asked again, longer apart each time", async () => {
  using state = folder();
  const clock = clockAt(noon);
  await using server = serve((_, n) =>
    n < 4 ? new Response("busy", { status: 503 }) : Response.json({ ok: true })
  );
  await using seh = client(server.origin, state.path, clock);
  assert.deepEqual(await seh.getJson(overview()), { ok: true });
  assert.deepEqual(clock.slept, [1000, 2000, 4000]);
  assert.equal((await seh.remaining(overview().charges)).requests, 296, "each try costs");
});

for (const status of [408, 425, 500, 502, 504, 599]) {
  Deno.test(`a server's ${status} is tried again`, async () => {
    using state = folder();
    await using server = serve((_, n) =>
      n < 2 ? new Response("trouble", { status }) : Response.json({ ok: true })
    );
    await using seh = client(server.origin, state.path, clockAt(noon));
    assert.deepEqual(await seh.getJson(overview()), { ok: true });
    assert.equal(server.requests.length, 2);
  });
}

Deno.test("after the last retry the failure is reported with what the server said", async () => {
  using state = folder();
  await using server = serve(() => new Response("<h1>Bad Gateway</h1>", { status: 502 }));
  await using seh = client(server.origin, state.path, clockAt(noon), { maxRetries: 1 });
  const error = await failure(seh.getJson(overview()));
  assert.equal(error.kind, "transport");
  assert.match(error.message, /HTTP 502: a web page: Bad Gateway/);
  assert.equal(server.requests.length, 2);
});

for (
  const [what, body] of [
    ["empty", ""],
    ["truncated", '{"a":[1,'],
    ["a web page", "<html>"],
    ["an error", '{"title":"Service Unavailable","status":503,"detail":"later"}'],
  ]
) {
  Deno.test(`a success whose body is ${what} is asked again, then an error of the body`, async () => {
    using state = folder();
    await using server = serve(() => new Response(body));
    await using seh = client(server.origin, state.path, clockAt(noon), { maxRetries: 2 });
    const error = await failure(seh.getJson(overview()));
    assert.equal(error.kind, "body");
    assert.equal(error.facts.status, 200);
    assert.equal(server.requests.length, 3);
  });
}

Deno.test("Retry-After is waited for when it is short", async () => {
  using state = folder();
  const clock = clockAt(noon);
  await using server = serve((_, n) =>
    n === 1
      ? new Response(null, { status: 429, headers: { "retry-after": "90" } })
      : n === 2
      ? new Response(null, {
        status: 503,
        headers: { "retry-after": "Mon, 01 Jun 2026 12:02:00 GMT" },
      })
      : Response.json({})
  );
  await using seh = client(server.origin, state.path, clock);
  await seh.getJson(overview());
  assert.deepEqual(clock.slept, [90_000, 30_000]);
});

Deno.test("Retry-After of more than 90 seconds ends in a quota error that says when", async () => {
  using state = folder();
  const clock = clockAt(noon);
  await using server = serve(() =>
    new Response(null, { status: 429, headers: { "retry-after": "3600" } })
  );
  await using seh = client(server.origin, state.path, clock);
  const error = await failure(seh.getJson(overview()));
  assert.equal(error.kind, "quota");
  assert.equal(String(error.facts.retryAt), "2026-06-01T13:00:00Z");
  assert.deepEqual(clock.slept, []);
});

Deno.test("a 429 below our own count says that another program uses the quota", async () => {
  using state = folder();
  await using server = serve(() => Response.json({ String: "too many requests" }, { status: 429 }));
  await using seh = client(server.origin, state.path, clockAt(noon));
  const error = await failure(seh.getJson(overview()));
  assert.equal(error.kind, "quota");
  assert.equal(error.facts.byOthers, true);
  assert.match(error.message, /another program/);
  assert.match(error.message, /too many requests/);
  assert.equal(server.requests.length, 4);
});

Deno.test("when our own quota is spent nothing is sent, and the error says when it frees", async () => {
  using state = folder();
  const clock = clockAt(noon);
  await using server = serve(() => Response.json({}));
  const quotaWindows = [{ allowance: "site:", amount: 2, per: "rolling-day" as const }];
  await using seh = client(server.origin, state.path, clock, { quotaWindows });
  await seh.getJson(overview());
  clock.set("2026-06-01T15:00:00Z");
  await seh.getJson(overview());
  const error = await failure(seh.getJson(overview()));
  assert.equal(error.kind, "quota");
  assert.equal(error.facts.byOthers, undefined);
  assert.equal(String(error.facts.retryAt), "2026-06-02T12:00:00Z");
  assert.equal(server.requests.length, 2);
  await seh.getJson(overview(2));
  assert.equal(server.requests.length, 3, "another site has a quota of its own");
});

Deno.test("a full minute is waited for", async () => {
  using state = folder();
  const clock = clockAt(noon);
  await using server = serve(() => Response.json({}));
  const quotaWindows = [{ allowance: "", amount: 2, per: "minute" as const }];
  await using seh = client(server.origin, state.path, clock, { quotaWindows });
  for (let n = 0; n < 5; n++) await seh.getJson(overview());
  assert.equal(server.requests.length, 5);
  assert.deepEqual(clock.slept, [60_000, 60_000]);
});

Deno.test("a server that stops answering ends in a timeout that says how long, after its retries", async () => {
  using state = folder();
  const ended = Promise.withResolvers<Response>();
  await using server = serve((_, n) => n === 1 ? Response.json({}) : ended.promise);
  await using seh = client(server.origin, state.path, clockAt(noon), {
    timeoutSeconds: 0.2,
    maxRetries: 1,
  });
  await seh.getJson(overview());
  const error = await failure(seh.getJson(overview()));
  ended.resolve(new Response());
  assert.equal(error.kind, "transport");
  assert.match(error.message, /no complete answer within 0.2 s/);
  assert.deepEqual([error.facts.sent, error.facts.noAnswer], [true, true]);
  assert.equal(seh.sent, 3);
});

Deno.test("where nothing has ever answered, nothing is tried a second time", async () => {
  using state = folder();
  const ended = Promise.withResolvers<Response>();
  await using server = serve(() => ended.promise);
  const clock = clockAt(noon);
  await using seh = client(server.origin, state.path, clock, { timeoutSeconds: 0.05 });
  await failure(seh.getJson(overview()));
  ended.resolve(new Response());
  assert.deepEqual([seh.sent, clock.slept], [1, []]);
  const { requests } = await seh.remaining(overview().charges);
  assert.equal(requests, 299, "a timeout does not prove that the request was not sent");
});

Deno.test("a connection that breaks off is asked again and reported without the address", async () => {
  using state = folder();
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const breaking = (async () => {
    const whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    for (const answer of [whole, "", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"]) {
      using connection = await listener.accept();
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode(answer));
    }
  })();
  const origin = `http://127.0.0.1:${listener.addr.port}`;
  await using seh = client(origin, state.path, clockAt(noon), { maxRetries: 1 });
  await seh.getJson(overview());
  const error = await failure(seh.getJson(overview()));
  await breaking;
  assert.equal(error.kind, "transport");
  assert.deepEqual([error.facts.sent, error.facts.noAnswer], [true, false]);
  assert.equal(seh.sent, 3);
  assert.ok(!shown(error).includes(key) && !shown(error).includes("127.0.0.1"), shown(error));
});

Deno.test("the key is in no error, log line or answer, even when the server echoes it", async () => {
  using state = folder();
  const seen: string[] = [];
  const bodies: [number, string][] = [
    [400, `bad request /site/1/overview?api_key=${key}&x=1`],
    [403, JSON.stringify({ String: `${"x".repeat(190)}${key}` })],
    [500, `<title>${key}</title>`],
    [429, JSON.stringify({ message: key })],
    [401, JSON.stringify({ detail: `Invalid API key ${key}` })],
    [200, `not json ${key}`],
  ];
  for (const [status, body] of bodies) {
    await using server = serve(() => new Response(body, { status }));
    await using seh = client(server.origin, state.path, clockAt(noon), {
      log: (_, text) => seen.push(text),
      onRequest: (exchange) => seen.push(JSON.stringify(exchange)),
    });
    seen.push(shown(await failure(seh.getJson(overview()))));
  }
  {
    using closed = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const origin = `http://127.0.0.1:${closed.addr.port}`;
    closed.close();
    await using seh = client(origin, state.path, clockAt(noon));
    seen.push(shown(await failure(seh.getJson(overview()))));
  }
  for (const text of seen) {
    for (const part of [key, key.slice(0, 8)]) assert.ok(!text.includes(part), text);
  }
  assert.ok(seen.length > 20);
});

Deno.test("a key that the server echoes in a good answer is hidden, escaped or not", async () => {
  const escaped = `\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}`;
  for (const echo of [key, escaped]) {
    using state = folder();
    await using server = serve(() => new Response(`{"a":["${echo}"],"b":{"${echo}":"x"},"n":1}`));
    await using seh = client(server.origin, state.path, clockAt(noon));
    const body = JSON.stringify(await seh.getJson(overview()));
    assert.equal(body, '{"a":["***"],"b":{"***":"x"},"n":1}');
  }
});

Deno.test("an error while the credential is added is reported without it", async () => {
  using state = folder();
  const error = new SourceError({ kind: "credentials", endpoint: key, detail: `${key} is stale` });
  for (const thrown of [error, new TypeError(`bad header ${key}`)]) {
    await using seh = client("http://127.0.0.1", state.path, clockAt(noon), {
      authorize: () => Promise.reject(thrown),
    });
    const found = await failure(seh.getJson(overview()));
    assert.ok(!shown(found).includes(key) && found.message.includes("***"), shown(found));
    assert.equal(seh.sent, 0);
  }
});

Deno.test("a redirect on the same host is followed and costs a request", async () => {
  using state = folder();
  await using server = serve((request) =>
    new URL(request.url).pathname === "/moved"
      ? Response.json({ moved: new URL(request.url).searchParams.get("api_key") === key })
      : new Response(null, { status: 301, headers: { location: "/moved" } })
  );
  await using seh = client(server.origin, state.path, clockAt(noon));
  assert.deepEqual(await seh.getJson(overview()), { moved: true });
  assert.equal((await seh.remaining(overview().charges)).requests, 298);
});

Deno.test("a redirect to another host is not followed, and the key stays here", async () => {
  using state = folder();
  await using other = serve(() => Response.json({ stolen: true }));
  await using server = serve(() =>
    new Response(null, {
      status: 302,
      headers: { location: `${other.origin}/?api_key=${key}` },
    })
  );
  await using seh = client(server.origin, state.path, clockAt(noon));
  const error = await failure(seh.getJson(overview()));
  assert.equal(error.kind, "body");
  assert.match(error.message, /another host/);
  assert.ok(!shown(error).includes(key));
  assert.equal(other.requests.length, 0);
  assert.equal(server.requests.length, 1);
});

Deno.test("a redirect in a circle ends", async () => {
  using state = folder();
  await using server = serve(() => Response.redirect(`${server.origin}/again`, 302));
  await using seh = client(server.origin, state.path, clockAt(noon));
  const error = await failure(seh.getJson(overview()));
  assert.match(error.message, /redirected in a circle/);
  assert.equal(server.requests.length, 2);
});

Deno.test("a chain of redirects ends", async () => {
  using state = folder();
  await using server = serve((_, n) => Response.redirect(`${server.origin}/again${n}`, 302));
  await using seh = client(server.origin, state.path, clockAt(noon));
  const error = await failure(seh.getJson(overview()));
  assert.match(error.message, /redirected more than 3 times/);
  assert.equal(server.requests.length, 4);
});

Deno.test("no more than three requests are in flight, and three are", async () => {
  using state = folder();
  const three = Promise.withResolvers<void>();
  await using server = serve(async (_, n) => {
    if (n === 3) three.resolve();
    await three.promise;
    return Response.json({});
  });
  // Two clients on one state folder stand for two programs.
  await using one = client(server.origin, state.path, clockAt(noon));
  await using two = client(server.origin, state.path, clockAt(noon));
  await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two).getJson(overview())));
  assert.equal(server.requests.length, 20);
  assert.equal(server.mostInFlight, 3);
});

Deno.test("closing the client ends what is in flight", async () => {
  using state = folder();
  const arrived = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Response>();
  await using server = serve(() => {
    arrived.resolve();
    return ended.promise;
  });
  const seh = client(server.origin, state.path, clockAt(noon));
  const failed = failure(seh.getJson(overview()));
  await arrived.promise;
  await seh[Symbol.asyncDispose]();
  assert.match((await failed).message, /stopped/);
  assert.match((await failure(seh.getJson(overview()))).message, /closed/);
  assert.equal(seh.sent, 1);
  ended.resolve(new Response());
});

Deno.test("nothing is sent where requests cannot be counted, and the error names the file", async () => {
  using state = folder();
  Deno.writeTextFileSync(`${state.path}/state`, "a file where the folder should be");
  await using server = serve(() => Response.json({}));
  await using seh = client(server.origin, state.path, clockAt(noon));
  const error = await failure(seh.getJson(overview()));
  assert.equal(error.kind, "state");
  assert.match(error.message, /cannot be counted: .*state: a folder is needed/);
  assert.match(error.facts.remedy!, /SEH_QUOTA_FILE/);
  assert.equal(server.requests.length, 0);
});
