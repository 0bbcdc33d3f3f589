import assert from "node:assert/strict";
import { noon, serverAt } from "./ask.ts";
import { askV2, unlimited } from "./ask_v2.ts";

const site = "/sites/1234567";

function remaining(headers: Headers): string | null {
  return headers.get("x-ratelimit-remaining-minute");
}

Deno.test("ten calls a minute: each answer says how many are left, the eleventh must wait", async () => {
  await using sim = await serverAt("2026-06-02T12:07:20Z");
  const left = [];
  for (let i = 0; i < 10; i++) {
    const { status, headers } = await askV2(sim, i === 5 ? `${site}/nothing` : site);
    assert.equal(status, i === 5 ? 404 : 200);
    assert.equal(headers.get("x-ratelimit-limit-minute"), "10");
    left.push(remaining(headers));
  }
  assert.deepEqual(left, ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]);
  const refused = await askV2(sim, site);
  assert.deepEqual(
    [refused.status, remaining(refused.headers), refused.headers.get("retry-after")],
    [429, "0", "40"],
  );
  assert.equal(sim.credits(), 10);
  const { accessToken } = sim.grant(1234567);
  const other = await askV2(sim, site, {}, { authorization: `Bearer ${accessToken}` });
  assert.deepEqual([other.status, remaining(other.headers)], [200, "9"]);
  sim.setNow(Temporal.Instant.from("2026-06-02T12:08:00Z"));
  assert.equal(remaining((await askV2(sim, site)).headers), "9");
});

Deno.test("a spent month is refused without a time to wait, until the billing day", async () => {
  await using sim = await serverAt("2026-06-02T12:07:00Z", {
    allowance: { credits: 3, perMinute: 10, billingDay: 15 },
  });
  for (let i = 0; i < 3; i++) assert.equal((await askV2(sim, site)).status, 200);
  const refused = await askV2(sim, site);
  assert.deepEqual(
    [refused.status, remaining(refused.headers), refused.headers.get("retry-after")],
    [429, "7", null],
  );
  assert.match(refused.headers.get("content-type")!, /problem\+json/);
  const status = async (now: string) => {
    sim.setNow(Temporal.Instant.from(now));
    return (await askV2(sim, site)).status;
  };
  assert.equal(await status("2026-06-14T23:59:59Z"), 429);
  assert.equal(sim.credits(), 3);
  assert.equal(await status("2026-06-15T00:00:00Z"), 200);
  assert.equal(sim.credits(), 1);
});

Deno.test("a billing day that a month lacks is its last day", async () => {
  await using sim = await serverAt("2026-02-27T12:00:00Z", {
    allowance: { credits: 1, billingDay: 31 },
  });
  const status = async (now: string) => {
    sim.setNow(Temporal.Instant.from(now));
    return (await askV2(sim, site)).status;
  };
  assert.equal(await status("2026-02-27T12:00:00Z"), 200);
  assert.equal(await status("2026-02-27T23:59:59Z"), 429);
  assert.equal(await status("2026-02-28T00:00:00Z"), 200);
  assert.equal(await status("2026-03-30T23:59:59Z"), 429);
  assert.equal(await status("2026-03-31T00:00:00Z"), 200);
});

Deno.test("faults and holds strike v2 too, and cost their credit", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const fault = sim.inject({ kind: "status", status: 503, endpoint: "/v2/sites/{id}/energy" });
  const status = async (
    path: string,
    parameters = {},
  ) => (await fetch(`${sim.url}/v2${site}${path}?${new URLSearchParams(parameters)}`, {
    headers: { "X-API-Key": sim.fleetKey },
  }).then(async (response) => {
    await response.body?.cancel();
    return response.status;
  }));
  assert.equal(await status("/power", { resolution: "HOUR" }), 200);
  assert.equal(await status("/energy", { resolution: "HOUR" }), 503);
  assert.equal(await status("/energy", { resolution: "HOUR" }), 200);
  assert.deepEqual([fault.hits, sim.credits()], [1, 3]);
  assert.deepEqual(sim.requestCounts(), {
    "/v2/sites/{id}/power": 1,
    "/v2/sites/{id}/energy": 2,
  });
  const hold = sim.hold({ endpoint: /telemetry$/ });
  const both = [
    status("/meters/telemetry", { resolution: "HOUR" }),
    status("/storage/telemetry", {
      resolution: "HOUR",
    }),
  ];
  await hold.waiting(2);
  hold.release();
  assert.deepEqual(await Promise.all(both), [200, 200]);
});

Deno.test("the order of calls at once does not matter: concurrency is not limited", async () => {
  await using sim = await serverAt(noon, { allowance: unlimited });
  const all = await Promise.all(Array.from({ length: 20 }, () => askV2(sim, site)));
  assert.deepEqual(new Set(all.map((one) => one.status)), new Set([200]));
});

Deno.test("a site list whose every page is the first does not end", async () => {
  await using sim = await serverAt(noon);
  sim.inject({ kind: "endless-count", endpoint: "/v2/sites", times: Infinity });
  const first = await askV2(sim, "/sites", { "sites-in-page": "2" });
  const second = await askV2(sim, "/sites", { "sites-in-page": "2", page: "2" });
  assert.deepEqual(second.body, first.body);
  assert.equal(sim.credits(), 2);
});

Deno.test("keys that no documentation knows come everywhere but among serial numbers", async () => {
  await using sim = await serverAt(noon, { extraKeys: true });
  const { body } = await askV2(sim, `${site}/storage/telemetry`, { resolution: "HOUR" });
  assert.deepEqual(Object.keys(body.storage), ["BAT0001"]);
  assert.ok("unheardOf" in body && "unheardOf" in body.storage.BAT0001);
});
