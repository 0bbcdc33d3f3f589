import assert from "node:assert/strict";
import type { Failure } from "../../src/simulator/faults.ts";
import { ask, noon, serverAt } from "./ask.ts";

const overview = "/site/1234567/overview";

Deno.test("a fault strikes the endpoint, the site and the requests that it was meant for", async () => {
  await using sim = await serverAt(noon);
  const fault = sim.inject({
    kind: "status",
    status: 500,
    endpoint: "/site/{id}/overview",
    siteId: 1234567,
    after: 1,
    times: 2,
  });
  const status = async (path: string) => (await ask(sim, path)).status;
  assert.equal(await status("/site/2345678/overview"), 200);
  assert.equal(await status("/site/1234567/details"), 200);
  const seen = [];
  for (let i = 0; i < 4; i++) seen.push(await status(overview));
  assert.deepEqual(seen, [200, 500, 500, 200]);
  assert.equal(fault.hits, 2);
  const everything = sim.inject({ kind: "status", status: 410, times: Infinity });
  assert.deepEqual([await status(overview), await status("/sites/list")], [410, 410]);
  everything.remove();
  assert.equal(await status(overview), 200);
  sim.inject({ kind: "status", status: 503, endpoint: /equipment/ });
  assert.deepEqual([await status(overview), await status("/equipment/1234567/list")], [200, 503]);
});

Deno.test("refusals come with every kind of body, and say when to try again", async () => {
  await using sim = await serverAt(noon);
  const bodies = {
    html: /<html>/,
    json: /"String"/,
    problem: /traceId/,
    text: /^Acc/,
    empty: /^$/,
  };
  for (const [body, pattern] of Object.entries(bodies)) {
    sim.inject({ kind: "status", status: 502, body: body as keyof typeof bodies });
    const answer = await ask(sim, overview);
    assert.equal(answer.status, 502);
    assert.match(answer.text, pattern);
  }
  for (const retryAfter of [undefined, "30"]) {
    sim.inject({ kind: "status", status: 429, ...(retryAfter ? { retryAfter } : {}) });
    const response = await fetch(`${sim.url}${overview}?api_key=${sim.apiKey}`);
    await response.body?.cancel();
    assert.equal(response.headers.get("retry-after"), retryAfter ?? null);
  }
});

Deno.test("a success may have a body that is none", async () => {
  await using sim = await serverAt(noon);
  const answer = async (failure: Failure) => {
    sim.inject(failure);
    const { status, text } = await ask(sim, overview);
    assert.equal(status, 200);
    return text;
  };
  const truncated = await answer({ kind: "truncated-json" });
  assert.match(truncated, /^\{"overview"/);
  assert.throws(() => JSON.parse(truncated), SyntaxError);
  assert.match(await answer({ kind: "html" }), /^<html>/);
  assert.equal(await answer({ kind: "empty" }), "");
  assert.equal(await answer({ kind: "wrong-shape" }), '{"surprise":[1,2,3]}');
  assert.equal(await answer({ kind: "wrong-shape", body: { overview: [] } }), '{"overview":[]}');
});

Deno.test("a connection may break before the answer or amid it", async () => {
  await using sim = await serverAt(noon);
  const url = `${sim.url}${overview}?api_key=${sim.apiKey}`;
  sim.inject({ kind: "reset" });
  await assert.rejects(fetch(url), TypeError);
  sim.inject({ kind: "reset-midway" });
  const response = await fetch(url);
  await assert.rejects(response.text(), TypeError);
  assert.equal((await ask(sim, overview)).status, 200);
  assert.deepEqual(sim.requests.map((one) => one.status), [0, 200, 200]);
});

Deno.test("a request may stay without an answer until its client gives up", async () => {
  await using sim = await serverAt(noon);
  sim.inject({ kind: "no-answer" });
  const url = `${sim.url}${overview}?api_key=${sim.apiKey}`;
  await assert.rejects(fetch(url, { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  assert.equal((await ask(sim, overview)).status, 200);
  assert.equal(sim.requests[0]!.status, 0);
});

Deno.test("closing the server cuts off what is still open", async () => {
  const sim = await serverAt(noon);
  const hold = sim.hold({ endpoint: "/sites/list" });
  sim.inject({ kind: "no-answer", endpoint: "/site/{id}/overview" });
  const open = [ask(sim, "/sites/list"), ask(sim, overview)];
  const settled = Promise.allSettled(open);
  await hold.waiting(1);
  await sim.close();
  assert.equal((await settled)[1]!.status, "rejected");
});

Deno.test("an error may echo the address of the request, key included", async () => {
  await using sim = await serverAt(noon);
  sim.inject({ kind: "echo-url", status: 400 });
  const { status, text } = await ask(sim, overview);
  assert.equal(status, 400);
  assert.ok(text.includes(`${overview}?api_key=${sim.apiKey}`));
});

Deno.test("a redirect leads where the test says", async () => {
  await using sim = await serverAt(noon);
  sim.inject({ kind: "redirect", to: "http://127.0.0.1:9/elsewhere" });
  const response = await fetch(`${sim.url}${overview}?api_key=${sim.apiKey}`, {
    redirect: "manual",
  });
  await response.body?.cancel();
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "http://127.0.0.1:9/elsewhere");
});

Deno.test("a list may promise more rows than it has, and be the same on every page", async () => {
  await using sim = await serverAt(noon);
  sim.inject({ kind: "endless-count", endpoint: "/sites/list", times: Infinity });
  for (const startIndex of ["0", "100", "200"]) {
    const { sites } = (await ask(sim, "/sites/list", { startIndex })).body;
    assert.deepEqual([sites.count, sites.site.length], [1567, 3]);
  }
});
