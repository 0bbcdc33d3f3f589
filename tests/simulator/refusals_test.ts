import assert from "node:assert/strict";
import type { SpanWords } from "../../src/simulator/span_refusal.ts";
import { fleet } from "../../src/simulator/scenarios.ts";
import { ask, dayTimes, noon, serverAt } from "./ask.ts";

const home = "/site/1234567";

Deno.test("an unknown key is refused, in the old way or the new", async () => {
  await using sim = await serverAt(noon);
  const old = await ask(sim, "/sites/list", {}, "WRONG");
  assert.deepEqual([old.status, old.body], [403, { String: "Invalid token" }]);
  await using newer = await serverAt(noon, { invalidKeyStatus: 401 });
  const problem = await ask(newer, "/sites/list", {}, "WRONG");
  assert.deepEqual([problem.status, problem.body.detail], [401, "Invalid API key"]);
});

Deno.test("a site's key opens that site alone", async () => {
  await using sim = await serverAt(noon);
  const key = sim.siteKey(2345678);
  assert.match(key, /^[0-9A-Z]{32}$/);
  assert.equal((await ask(sim, "/site/2345678/overview", {}, key)).status, 200);
  assert.equal((await ask(sim, `${home}/overview`, {}, key)).status, 403);
  assert.equal((await ask(sim, "/sites/1234567,2345678/overview", {}, key)).status, 403);
  assert.equal((await ask(sim, "/site/99/overview")).status, 403);
});

Deno.test("alerts are refused to everybody", async () => {
  await using sim = await serverAt(noon);
  const { status, body } = await ask(sim, `${home}/alerts`);
  assert.deepEqual([status, body], [403, { String: "Access Denied" }]);
});

Deno.test("paths are strict about names and case, and about formats", async () => {
  await using sim = await serverAt(noon);
  const status = async (path: string, parameters = {}) => (await ask(sim, path, parameters)).status;
  assert.equal(await status(`${home}/Overview`), 404);
  assert.equal(await status(`${home}/metersList`), 404);
  assert.equal(await status("/equipment/1234567/NOSUCH-1/data", dayTimes("2026-06-01")), 404);
  assert.equal(await status("/equipment/3456789/OTHER-1/data", dayTimes("2026-06-01")), 404);
  assert.equal(await status("/equipment/1234567/NOSUCH-1/changeLog"), 404);
  assert.equal(await status(`${home}/overview.json`), 200);
  assert.equal(await status(`${home}/overview`, { format: "application/json" }), 200);
  assert.equal(await status(`${home}/overview.xml`), 406);
  const response = await fetch(`${sim.url}${home}/overview?api_key=${sim.apiKey}`, {
    method: "POST",
  });
  await response.body?.cancel();
  assert.equal(response.status, 405);
});

Deno.test("missing, unknown and unreadable parameters are refused with 400", async () => {
  await using sim = await serverAt(noon);
  const days = { startDate: "2026-06-01", endDate: "2026-06-01" };
  const refused: [string, Record<string, string>][] = [
    ["energy", {}],
    ["energy", { startDate: "2026-06-01" }],
    ["energy", { ...days, timeUnit: "day" }],
    ["energy", { ...days, startDate: "2026-06-01 00:00:00" }],
    ["energy", { ...days, startDate: "2026-02-30" }],
    ["energy", { ...days, startDate: "2026-06-02" }],
    ["energy", { ...days, timeunit: "DAY" }],
    ["power", days],
    ["power", { startTime: "2026-06-01", endTime: "2026-06-01" }],
    ["meters", {}],
    ["powerDetails", { ...dayTimes("2026-06-01"), meters: "Import" }],
    ["sensors", days],
    ["envBenefits", { systemUnits: "metrics" }],
  ];
  for (const [path, parameters] of refused) {
    const { status, body } = await ask(sim, `${home}/${path}`, parameters);
    assert.equal(status, 400, `${path} ${JSON.stringify(parameters)}`);
    assert.equal(typeof body.String, "string");
  }
  for (const [name, value] of [["size", "0"], ["size", "101"], ["sortProperty", "name"]] as const) {
    assert.equal((await ask(sim, "/sites/list", { [name]: value })).status, 400);
  }
});

Deno.test("windows may be as wide as documented and no wider", async () => {
  await using sim = await serverAt(noon);
  const status = async (path: string, parameters: Record<string, string>) => {
    const { status, body } = await ask(sim, path, parameters);
    if (status === 403) assert.match(body.String, /too long/);
    return status;
  };
  const times = (startTime: string, endTime: string) => ({ startTime, endTime });
  const dates = (startDate: string, endDate: string) => ({ startDate, endDate });
  const quarter = { timeUnit: "QUARTER_OF_AN_HOUR" };
  const energy = `${home}/energy`;
  assert.equal(await status(energy, dates("2025-06-01", "2026-06-01")), 200);
  assert.equal(await status(energy, dates("2025-06-01", "2026-06-02")), 403);
  assert.equal(await status(energy, { ...dates("2026-02-01", "2026-03-01"), ...quarter }), 200);
  assert.equal(await status(energy, { ...dates("2026-02-01", "2026-03-02"), ...quarter }), 403);
  const years = { ...dates("2010-01-01", "2026-06-01"), timeUnit: "YEAR" };
  assert.equal(await status(energy, years), 200);
  const month = times("2026-05-01 00:00:00", "2026-06-01 00:00:00");
  const overMonth = times("2026-05-01 00:00:00", "2026-06-01 00:00:01");
  for (const path of ["power", "powerDetails"]) {
    assert.equal(await status(`${home}/${path}`, month), 200);
    assert.equal(await status(`${home}/${path}`, overMonth), 403);
  }
  for (const path of ["energyDetails", "meters"]) {
    assert.equal(await status(`${home}/${path}`, { ...month, ...quarter }), 200);
    assert.equal(await status(`${home}/${path}`, { ...overMonth, ...quarter }), 403);
    assert.equal(await status(`${home}/${path}`, { ...overMonth, timeUnit: "DAY" }), 200);
  }
  const week = times("2026-05-01 00:00:00", "2026-05-08 00:00:00");
  const overWeek = times("2026-05-01 00:00:00", "2026-05-08 00:00:01");
  for (const path of [`${home}/storageData`, "/equipment/1234567/7E1234AB-5F/data"]) {
    assert.equal(await status(path, week), 200);
    assert.equal(await status(path, overWeek), 403);
  }
});

Deno.test("a server may take narrower windows than documented", async () => {
  await using sim = await serverAt(noon, {
    quirks: { maximumDays: { "/site/{id}/power": 20 } },
  });
  const wide = dayTimes("2026-05-01", "2026-05-21");
  assert.equal((await ask(sim, `${home}/power`, wide)).status, 403);
  assert.equal((await ask(sim, `${home}/powerDetails`, wide)).status, 200);
  assert.equal((await ask(sim, `${home}/power`, dayTimes("2026-05-01", "2026-05-20"))).status, 200);
});

Deno.test("too wide a window may be refused in other words, by other statuses, by a page", async () => {
  const wide = dayTimes("2026-05-01", "2026-05-21");
  const refused = async (status: 400 | 403, words: SpanWords) => {
    await using sim = await serverAt(noon, {
      quirks: { maximumDays: { "/site/{id}/power": 20 }, spanRefusal: { status, words } },
    });
    const answer = await ask(sim, `${home}/power`, wide);
    const { status: documented } = await ask(sim, `${home}/storageData`, wide);
    return [answer.status, answer.body?.String ?? answer.text, documented];
  };
  const sentence = "The time range is too long: at most 20 days";
  assert.deepEqual(await refused(403, "sentence"), [403, sentence, 403]);
  assert.deepEqual(await refused(400, "span"), [400, "The maximum allowed period is 20 days", 400]);
  assert.deepEqual(await refused(403, "empty"), [403, "", 403]);
  const [status, page] = await refused(403, "page");
  assert.equal(status, 403);
  assert.match(`${page}`, /<h1>HTTP Status 403 – Forbidden<\/h1>.*allowed limit of 20 days<\/p>/);
});

Deno.test("a site's quota is spent by its own calls and frees a day later", async () => {
  await using sim = await serverAt(noon, { limits: { perDay: 3 } });
  const status = async (path: string) => (await ask(sim, path)).status;
  assert.deepEqual([await status(`${home}/overview`), await status(`${home}/nothing`)], [200, 404]);
  assert.equal(await status(`${home}/energy`), 400);
  assert.equal(await status("/sites/1234567,2345678/overview"), 200);
  const spent = await ask(sim, `${home}/overview`);
  assert.deepEqual([spent.status, spent.body], [429, { String: "Too many requests" }]);
  assert.equal(await status("/sites/1234567,2345678/overview"), 429);
  assert.equal(await status("/site/2345678/overview"), 200);
  assert.equal(await status("/sites/list"), 200);
  sim.setNow(Temporal.Instant.from(noon).add({ seconds: 86_399 }));
  assert.equal(await status(`${home}/overview`), 429);
  sim.setNow(Temporal.Instant.from(noon).add({ hours: 24 }));
  assert.equal(await status(`${home}/overview`), 200);
});

Deno.test("calls without a site spend the key's own quota, of 300 unless set otherwise", async () => {
  await using sim = await serverAt(noon);
  for (let i = 0; i < 300; i++) {
    assert.equal((await ask(sim, "/version/current")).status, 200);
  }
  assert.equal((await ask(sim, "/version/current")).status, 429);
  assert.equal((await ask(sim, "/version/current", {}, sim.siteKey(1234567))).status, 200);
  assert.equal((await ask(sim, `${home}/overview`)).status, 200);
});

Deno.test("a quota may be reset for all at midnight UTC", async () => {
  await using sim = await serverAt("2026-06-02T23:59:00Z", {
    limits: { perDay: 1, reset: "utc-midnight" },
  });
  assert.equal((await ask(sim, `${home}/overview`)).status, 200);
  assert.equal((await ask(sim, `${home}/overview`)).status, 429);
  sim.setNow(Temporal.Instant.from("2026-06-03T00:00:00Z"));
  assert.equal((await ask(sim, `${home}/overview`)).status, 200);
});

Deno.test("one call names at most a hundred sites", async () => {
  await using sim = await serverAt(noon, { sites: fleet(101) });
  const ids = [...sim.sites.keys()];
  const status = async (some: number[]) =>
    (await ask(sim, `/sites/${some.join()}/dataPeriod`)).status;
  assert.equal(await status(ids.slice(0, 100)), 200);
  assert.equal(await status(ids), 400);
});

Deno.test("a fourth request at once is refused, and a finished one makes room", async () => {
  await using sim = await serverAt(noon);
  const hold = sim.hold({ endpoint: "/site/{id}/overview" });
  const held = [1, 2, 3].map(() => ask(sim, `${home}/overview`));
  await hold.waiting(3);
  assert.equal((await ask(sim, `${home}/details`)).status, 429);
  hold.release();
  for (const one of await Promise.all(held)) assert.equal(one.status, 200);
  assert.equal(sim.maxInFlight, 4);
  for (let i = 0; i < 20; i++) {
    const three = await Promise.all([1, 2, 3].map(() => ask(sim, `${home}/details`)));
    assert.deepEqual(three.map((one) => one.status), [200, 200, 200]);
  }
});

Deno.test("the log of requests names endpoints, sites and parameters, and no key", async () => {
  await using sim = await serverAt(noon);
  await ask(sim, "/sites/1234567,2345678/energy", {
    startDate: "2026-06-01",
    endDate: "2026-06-01",
  });
  await ask(sim, "/nowhere");
  await ask(sim, `${home}/overview`, {}, "WRONG");
  const [bulk, nowhere, wrong] = sim.requests;
  assert.deepEqual({ ...bulk, at: bulk!.at.toString() }, {
    at: noon,
    endpoint: "/sites/{ids}/energy",
    path: "/sites/1234567,2345678/energy",
    parameters: { startDate: "2026-06-01", endDate: "2026-06-01" },
    siteIds: [1234567, 2345678],
    window: {
      from: Date.parse("2026-06-01T00:00:00+02:00") / 1000,
      to: Date.parse("2026-06-02T00:00:00+02:00") / 1000,
    },
    status: 200,
    inFlight: 1,
  });
  assert.deepEqual([nowhere!.endpoint, nowhere!.status, wrong!.status], ["", 404, 403]);
  assert.deepEqual([nowhere!.window, wrong!.window], [null, null]);
  assert.deepEqual(sim.requestCounts(), {
    "/sites/{ids}/energy": 1,
    "": 1,
    "/site/{id}/overview": 1,
  });
  assert.ok(!JSON.stringify(sim.requests).includes(sim.apiKey));
  sim.clearRequests();
  assert.equal(sim.requests.length, 0);
});
