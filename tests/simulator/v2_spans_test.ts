import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator.ts";
import { ask, noon, serverAt } from "./ask.ts";
import { askV2, unlimited } from "./ask_v2.ts";

const home = "/sites/1234567";
const start = "2026-05-01T00:00:00";

function server(options: Partial<SimulatorOptions> = {}) {
  return serverAt(noon, { allowance: unlimited, ...options });
}

Deno.test("each resolution has its longest span", async () => {
  await using sim = await server();
  const status = async (resolution: string, from: string, to: string, path = "energy") =>
    (await askV2(sim, `${home}/${path}`, { resolution, from, to })).status;
  for (const path of ["energy", "power", "inverters/telemetry", "storage/BAT0001/charge-power"]) {
    for (const resolution of ["QUARTER_HOUR", "HOUR"]) {
      assert.equal(await status(resolution, start, "2026-05-08T00:00:00", path), 200);
      assert.equal(await status(resolution, start, "2026-05-08T00:00:01", path), 400);
    }
  }
  assert.equal(await status("DAY", start, "2026-06-01T00:00:00"), 200);
  assert.equal(await status("DAY", start, "2026-06-01T00:00:01"), 400);
  assert.equal(await status("MONTH", "2000-01-01T00:00:00", start), 200);
  assert.equal(await status("YEAR", "2000-01-01T00:00:00", start), 200);
  assert.equal(await status("QUARTER_OF_AN_HOUR", start, start), 400);
  assert.equal(await status("HOUR", "2026-05-02T00:00:00", start), 400);
  const { body, headers } = await askV2(sim, `${home}/power`, { from: start, to: noon });
  assert.match(headers.get("content-type")!, /^application\/problem\+json/);
  assert.deepEqual(
    [body.status, body.detail, typeof body.traceId],
    [400, "The period is too long", "string"],
  );
});

Deno.test("a month of days is a month of the calendar, whatever the clocks did", async () => {
  await using sim = await server({ sites: [homeSite({ firstDay: "2025-09-01" })] });
  const { status } = await askV2(sim, `${home}/energy`, {
    resolution: "DAY",
    from: "2025-10-01T00:00:00",
    to: "2025-11-01T00:00:00",
  });
  assert.equal(status, 200);
});

Deno.test("a server may take any other span", async () => {
  for (const [hours, fits, over] of [[24, "24:00", "24:15"], [11.5, "11:30", "11:45"]] as const) {
    await using sim = await server({ spans: { quarterHourHours: hours } });
    const status = async (time: string, resolution = "QUARTER_HOUR") => {
      const [hour, minute] = time.split(":").map(Number);
      const to = Temporal.PlainDateTime.from(start).add({ hours: hour, minutes: minute });
      return (await askV2(sim, `${home}/meters/telemetry`, {
        resolution,
        from: start,
        to: to.toString({ smallestUnit: "second" }),
      })).status;
    };
    assert.deepEqual([await status(fits), await status(over)], [200, 400]);
    assert.equal(await status(over, "HOUR"), 200);
  }
  await using days = await server({ spans: { dayDays: 7, hourHours: 48 } });
  const status = async (resolution: string, to: string) =>
    (await askV2(days, `${home}/energy`, { resolution, from: start, to })).status;
  assert.equal(await status("DAY", "2026-05-08T00:00:00"), 200);
  assert.equal(await status("DAY", "2026-05-08T00:00:01"), 400);
  assert.equal(await status("HOUR", "2026-05-03T00:00:01"), 400);
});

Deno.test("the refusal of a span has a status and words of its own, or none, or a page", async () => {
  const refused = async (spans: SimulatorOptions["spans"], resolution = "QUARTER_HOUR") => {
    await using sim = await server({ spans });
    const url = new URL(`${sim.url}/v2${home}/energy`);
    const asked = { from: "2026-03-01T00:00:00", to: "2026-06-01T00:00:00", resolution };
    url.search = `${new URLSearchParams(asked)}`;
    const response = await fetch(url, { headers: { "X-API-Key": sim.fleetKey } });
    const text = await response.text();
    return [response.status, text.startsWith("{") ? JSON.parse(text).detail : text];
  };
  assert.deepEqual(await refused({ status: 403 }), [403, "The period is too long"]);
  const words = "span" as const;
  assert.deepEqual(await refused({ words }), [400, "The maximum allowed period is 7 days"]);
  assert.deepEqual(
    await refused({ words, quarterHourHours: 12 }),
    [400, "The maximum allowed period is 12 hours"],
  );
  assert.deepEqual(await refused({ words }, "DAY"), [400, "The maximum allowed period is 1 month"]);
  assert.deepEqual(await refused({ words: "empty", status: 403 }), [403, ""]);
  const [status, page] = await refused({ words: "page", status: 403, quarterHourHours: 24 });
  assert.equal(status, 403);
  assert.match(page, /^<!doctype html>.*Status 403 – Forbidden.*allowed limit of 1 day<\/p>/);
});

Deno.test("one total shows the site's first day and its newest moment", async () => {
  await using sim = await server();
  const total = async (id: number, from: string, to: string) =>
    (await askV2(sim, `/sites/${id}/energy`, { resolution: "TOTAL", from, to })).body;
  const { body: { overview } } = await ask(sim, "/site/1234567/overview");
  const newest = `${overview.lastUpdateTime.replace(" ", "T")}+02:00`;
  const life = await total(1234567, "2000-01-01T00:00:00", noon);
  assert.deepEqual(life.period, { from: "2025-11-14T00:00:00+01:00", to: newest });
  assert.deepEqual(life.values, [
    { timestamp: "2025-11-14T00:00:00+01:00", value: overview.lifeTimeData.energy },
  ]);
  const house = await total(2345678, "2000-01-01T00:00:00Z", "2026-06-02T23:00:00Z");
  assert.equal(house.period.from, "2026-02-04T00:00:00-05:00");
  const inside = await total(1234567, "2026-05-01T00:00:00", "2026-05-31T23:59:59");
  const month = await askV2(sim, `${home}/energy`, {
    resolution: "MONTH",
    from: "2026-05-01T00:00:00",
    to: "2026-05-01T00:00:00",
  });
  assert.deepEqual(inside.period, {
    from: "2026-05-01T00:00:00+02:00",
    to: "2026-05-31T23:59:59+02:00",
  });
  assert.deepEqual(inside.values, month.body.values);
  const before = await total(1234567, "2000-01-01T00:00:00", "2000-12-31T23:59:59");
  assert.deepEqual(before.period, {
    from: "2000-01-01T00:00:00+01:00",
    to: "2000-12-31T23:59:59+01:00",
  });
  assert.equal(before.values[0].value, null);
});

Deno.test("the total of a site that never sent anything is the period as asked, without a value", async () => {
  await using sim = await server({ sites: [homeSite({ firstDay: null })] });
  const { body } = await askV2(sim, `${home}/energy`, {
    resolution: "TOTAL",
    from: "2000-01-01T00:00:00",
    to: "2026-06-02T00:00:00",
  });
  const from = "2000-01-01T00:00:00+01:00";
  assert.deepEqual(body.period, { from, to: "2026-06-02T00:00:00+02:00" });
  assert.deepEqual(body.values, [{ timestamp: from, value: null }]);
  const life = await askV2(sim, `${home}/lifetime-energy`);
  assert.deepEqual(life.body, { energy: 0, unit: "WH" });
});

Deno.test("the energy of the life costs a credit like everything", async () => {
  await using sim = await server();
  const { body: { overview } } = await ask(sim, "/site/1234567/overview");
  const { status, body } = await askV2(sim, `${home}/lifetime-energy`);
  assert.deepEqual([status, body], [200, { energy: overview.lifeTimeData.energy, unit: "WH" }]);
  assert.equal(sim.credits(), 1);
  assert.ok(body.energy > 0);
  const { accessToken } = sim.grant(1234567);
  const granted = await askV2(sim, `${home}/lifetime-energy`, {}, {
    authorization: `Bearer ${accessToken}`,
  });
  assert.deepEqual(granted.body, body);
});

Deno.test("the log of requests has the time that a window names", async () => {
  await using sim = await server();
  await askV2(sim, `${home}/energy`, { from: "2026-06-01T00:00:00", to: "2026-06-01T12:00:00Z" });
  await askV2(sim, `${home}/energy`, { from: "2026-06-01T00:00:00" });
  await askV2(sim, `${home}/energy`, { from: "2026-06-01T00:00:00", to: "soon" });
  await ask(sim, "/site/1234567/power", {
    startTime: "2026-06-01 00:00:00",
    endTime: "2026-06-01 23:59:59",
  });
  const at = (text: string) => Date.parse(text) / 1000;
  assert.deepEqual(sim.requests.map((one) => one.window), [
    { from: at("2026-06-01T00:00:00+02:00"), to: at("2026-06-01T12:00:00Z") },
    null,
    null,
    { from: at("2026-06-01T00:00:00+02:00"), to: at("2026-06-01T23:59:59+02:00") },
  ]);
});
