import assert from "node:assert/strict";
import fc from "fast-check";
import { longestBodyBytes, readText, UnreadableBody } from "../../../src/source/http/body_text.ts";
import { errorText, refusalWords } from "../../../src/source/http/error_body.ts";
import { parseLeniently } from "../../../src/source/http/lenient_json.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { client, clockAt, folder, overview, serve } from "./loopback.ts";

const noon = "2026-06-01T12:00:00Z";

async function failure(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(() => null, (thrown) => thrown);
  assert.ok(error instanceof SourceError, String(error));
  return error;
}

/** A body that goes on for as long as it is read; counts what was taken of it. */
function endless(chunk: Uint8Array<ArrayBuffer>, pauseMilliseconds = 0) {
  let taken = 0;
  let pause: Promise<void> = Promise.resolve();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (pauseMilliseconds > 0) {
        await (pause = new Promise((go) => setTimeout(go, pauseMilliseconds)));
      }
      taken += chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
  return { stream, taken: () => taken, pause: () => pause };
}

Deno.test("a body without an end is read up to the limit, named as such and not asked for again", async () => {
  using state = folder();
  const chunk = new Uint8Array(1024 * 1024).fill(0x20);
  await using server = serve(() => new Response(endless(chunk).stream));
  await using seh = client(server.origin, state.path, clockAt(noon), { timeoutSeconds: 60 });
  const { facts } = await failure(seh.getJson(overview()));
  assert.equal(facts.kind, "body");
  assert.equal(facts.detail, "HTTP 200 with more than 64 MiB of text");
  assert.deepEqual([facts.status, facts.sent, facts.noAnswer], [200, true, false]);
  assert.equal(server.requests.length, 1);
});

Deno.test("what unpacks to more than the limit is not unpacked further", async () => {
  const zeros = endless(new Uint8Array(1024 * 1024));
  const bomb = zeros.stream.pipeThrough(new CompressionStream("gzip"))
    .pipeThrough(new DecompressionStream("gzip"));
  await assert.rejects(readText(new Response(bomb), 3 * 1024 * 1024), UnreadableBody);
  assert.ok(zeros.taken() < longestBodyBytes, `${zeros.taken()} bytes were unpacked`);

  using state = folder();
  // 80 MiB in some 80 kB.
  const packed = await new Response(
    new Blob([new Uint8Array(80 * 1024 * 1024).fill(0x20)]).stream()
      .pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  await using server = serve(() =>
    new Response(packed, { headers: { "content-encoding": "gzip" } })
  );
  await using seh = client(server.origin, state.path, clockAt(noon), { timeoutSeconds: 60 });
  const { facts } = await failure(seh.getJson(overview()));
  assert.match(facts.detail, /more than 64 MiB/);
  assert.equal(server.requests.length, 1);
});

Deno.test("a body that drips ends with the time limit of its request", async () => {
  using state = folder();
  const drops = endless(new Uint8Array([0x20]), 20);
  await using server = serve(() => new Response(drops.stream));
  await using seh = client(server.origin, state.path, clockAt(noon), {
    // Long enough for the first drop to come on a busy machine.
    timeoutSeconds: 1,
    maxRetries: 0,
  });
  const { facts } = await failure(seh.getJson(overview()));
  assert.deepEqual([facts.kind, facts.noAnswer], ["transport", false]);
  assert.match(facts.detail, /no complete answer within 1 s/);
  await drops.pause();
});

Deno.test("a body that cannot be unpacked is not asked for again", async () => {
  using state = folder();
  await using server = serve(() =>
    new Response("not packed at all", { headers: { "content-encoding": "gzip" } })
  );
  await using seh = client(server.origin, state.path, clockAt(noon));
  const { facts } = await failure(seh.getJson(overview()));
  assert.equal(facts.kind, "body");
  assert.match(facts.detail, /cannot be unpacked/);
  assert.equal(server.requests.length, 1);
});

Deno.test("a value that is no number is missing, and its neighbours are there", async () => {
  using state = folder();
  const lines: string[] = [];
  await using server = serve(() =>
    new Response('{"a":[NaN,1,-Infinity,{"b":Infinity}],"c":"NaN, \\"Infinity"}')
  );
  await using seh = client(server.origin, state.path, clockAt(noon), {
    log: (level, text) => lines.push(`${level}: ${text}`),
  });
  assert.deepEqual(await seh.getJson(overview()), {
    a: [null, 1, null, { b: null }],
    c: 'NaN, "Infinity',
  });
  assert.deepEqual(lines.filter((one) => one.startsWith("warning")), [
    "warning: /site/1/overview: 3 values are no numbers (NaN or infinite): taken as missing",
  ]);
});

Deno.test("words in strings stay, whatever JSON they stand in", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.string(), (value, text) => {
    const given = { value, [`NaN ${text}`]: `${text} -Infinity "NaN` };
    const { json, noNumbers } = parseLeniently(`[NaN,${JSON.stringify(given)},-Infinity]`);
    assert.equal(JSON.stringify(json), JSON.stringify([null, given, null]));
    assert.equal(noNumbers, 2);
  }));
});

for (const text of ["NaNa", '{"a":NaN', '{"a":-NaN}', "[nan]", "[1NaN]", '["NaN]']) {
  Deno.test(`${text} stays what is no JSON`, () => {
    assert.throws(() => parseLeniently(text), SyntaxError);
  });
}

const slow: readonly (readonly [what: string, body: string])[] = [
  ["a hundred thousand titles that do not end", `<html>${"<title".repeat(100_000)}`],
  ["a hundred thousand empty titles", `<html>${"<title>".repeat(100_000)}`],
  ["a hundred thousand comments", `<html>${"<!--".repeat(100_000)}`],
  ["a hundred thousand scripts", `<html>${"<script>".repeat(100_000)}`],
  ["brackets alone", "<".repeat(400_000)],
  ["blanks alone", `<${" ".repeat(400_000)}`],
  ["ampersands alone", `<p>${"&#".repeat(200_000)}`],
  ["quotes alone", `{"a":NaN,${'"\\'.repeat(200_000)}`],
  ["digits alone", "1".repeat(400_000)],
];
for (const [what, body] of slow) {
  Deno.test(`an answer of ${what} is read in time that grows with its length`, () => {
    const started = performance.now();
    assert.ok(errorText(body, (all) => all).length <= 200);
    assert.ok(refusalWords(body, (all) => all).length <= 500);
    try {
      parseLeniently(body);
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
    }
    assert.ok(performance.now() - started < 5000, "generous: it takes some milliseconds");
  });
}

Deno.test("the sentences on a web page are reported, not its title alone", async () => {
  const page = '<!doctype html><html lang="en"><head><title>HTTP Status 403 – Forbidden</title>' +
    "<style>p { color: red }</style></head><body><h1>HTTP Status 403 – Forbidden</h1>" +
    '<hr class="line" /><p><b>Message</b> The time frame is limited to 7&nbsp;days &amp; no more</p>' +
    "<!-- 9 days --></body></html>";
  using state = folder();
  await using server = serve(() => new Response(page, { status: 403 }));
  await using seh = client(server.origin, state.path, clockAt(noon));
  const { facts } = await failure(seh.getJson(overview()));
  assert.deepEqual([facts.kind, facts.isPage], ["forbidden", true]);
  assert.equal(
    facts.words,
    "HTTP Status 403 – Forbidden Message The time frame is limited to 7 days & no more",
  );
  assert.match(facts.detail, /a web page: HTTP Status 403 – Forbidden: Message The time frame/);
});

Deno.test("a firewall's page is not the API's word on the credentials", async () => {
  for (
    const [status, body, headers] of [
      [403, "<!DOCTYPE html><title>Request blocked</title>", {}],
      [401, "\n  <html><h1>Proxy login</h1></html>", {}],
      [403, "error code: 1020", {}],
      [403, "{}", { "cf-mitigated": "challenge" }],
    ] as const
  ) {
    using state = folder();
    await using server = serve(() => new Response(body, { status, headers: { ...headers } }));
    await using seh = client(server.origin, state.path, clockAt(noon), {
      remedies: { credentials: "Check SEH_API_KEY.", forbidden: "Check SEH_API_KEY." },
    });
    const { facts } = await failure(seh.getJson(overview()));
    assert.deepEqual([facts.kind, facts.isPage], ["forbidden", true], body);
    assert.match(facts.remedy!, /between seh and SolarEdge/);
    assert.ok(!facts.remedy!.includes("SEH_API_KEY"));
  }
});

Deno.test("a refusal in the API's own words is no page, and its words are there for rules", async () => {
  using state = folder();
  const detail = `The period is limited to 7 days ${"x".repeat(600)}`;
  await using server = serve(() =>
    Response.json({ title: "Bad Request", detail }, { status: 400 })
  );
  await using seh = client(server.origin, state.path, clockAt(noon));
  const { facts } = await failure(seh.getJson(overview()));
  assert.deepEqual([facts.kind, facts.isPage, facts.words.length], ["rejected", false, 500]);
  assert.match(facts.words, /^Bad Request: The period is limited to 7 days/);
});

Deno.test("bytes that are no text are named as such, not printed", async () => {
  using state = folder();
  const packed = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xff]);
  await using server = serve(() => new Response(packed));
  await using seh = client(server.origin, state.path, clockAt(noon), { maxRetries: 0 });
  const error = await failure(seh.getJson(overview()));
  assert.equal(error.facts.detail, "HTTP 200 with a body that is no text");
});
