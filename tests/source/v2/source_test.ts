import assert from "node:assert/strict";
import { dataTypes } from "../../../src/model/data_type.ts";
import { endpoints, lacks, notHarvested } from "../../../src/source/v2/endpoints.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { client, clockAt, folder, serve } from "../http/loopback.ts";
import { monthIsSpent } from "../../../src/source/v2/limits.ts";
import { ask, sourceOf } from "./ask.ts";
import { bodies } from "./bodies.ts";

const all = endpoints("fleet");

Deno.test("every data type is asked for, comes along, or is said to be lacking", () => {
  const asked = new Set(all.flatMap(({ query }) => [query.dataType, ...(query.alsoFor ?? [])]));
  const lacking = lacks.map((one) => one.dataType);
  assert.deepEqual(
    dataTypes.filter((one) => !asked.has(one) && !lacking.includes(one)),
    [],
    "each needs an endpoint, or a line in `lacks` of src/source/v2/endpoints.ts",
  );
  assert.deepEqual(lacking.filter((one) => asked.has(one)), []);
});

Deno.test("windows begin with what live servers take and go down to what the documents allow", () => {
  const quarterHours = all.filter((one) => one.query.axis?.bucket === 900);
  assert.ok(quarterHours.length >= 4);
  for (const { query } of quarterHours) {
    assert.deepEqual(query.axis!.ladder, [168, 24, 12, 6], query.name);
  }
  const hours = Object.fromEntries(
    all.flatMap(({ query: { name, axis } }) =>
      axis && axis.bucket !== 900 ? [[name, axis.ladder]] : []
    ),
  );
  const days = [720, 672, 168];
  assert.deepEqual(hours, {
    energy: days,
    "energy-month": null,
    "energy-year": null,
    "energy-total": null,
    "meters-day": days,
    "storage-day": days,
    overview: [24],
  });
});

Deno.test("each day costs one call a family of closed quarter-hours and few others", () => {
  const everyDay = (access: "fleet" | "site") =>
    endpoints(access).filter((one) => one.query.leastDays === 1).map((one) => one.query.name);
  // The power flow is refused to all but the dearest tiers, and then hardly asked for.
  const forAll = ["energy", "power", "power-flow", "storage-900", "meters-900", "alerts"];
  assert.deepEqual(everyDay("fleet"), ["sites", ...forAll, "telemetry-900"]);
  assert.deepEqual(everyDay("site"), ["sites", "details", ...forAll, "telemetry-900"]);
  const never = all.filter((one) => one.query.leastDays === null).map((one) => one.query.name);
  assert.deepEqual(never, ["overview"]);
});

Deno.test("totals of days come before their parts, and power and meters before batteries and inverters", () => {
  const tier = Object.fromEntries(all.map(({ query }) => [query.name, query.tier]));
  const inOrder = ["sites", "energy", "details", "power", "storage-900", "telemetry-900"];
  const tiers = inOrder.map((name) => tier[name]!);
  assert.deepEqual(tiers, [0, 1, 2, 3, 4, 5]);
  assert.equal(tier["meters-900"], tier.power);
});

Deno.test("no call is made for a single device", () => {
  assert.ok(all.every((one) => one.query.scope !== "device"));
});

Deno.test("series that fill the same rows have the same name in both generations, others their own", () => {
  const names = all.filter((one) => one.query.axis).map((one) => one.query.series);
  assert.deepEqual(names, [
    "energy",
    "energy-month",
    "energy-year",
    "energy-total",
    "meters-day",
    "storage-day",
    "power",
    "storage-900",
    "meters-900",
    "telemetry-900",
    "overview-day",
  ]);
});

Deno.test("any call costs one of the minute and one credit of the month", () => {
  const source = sourceOf(() => ({}));
  assert.deepEqual(source.quota, [
    { allowance: "minute", amount: 10, per: "minute" },
    { allowance: "credits", amount: 2000, per: "billing-month" },
  ]);
  for (const { query } of all) {
    assert.deepEqual(query.charges({ sites: [] }), [
      { allowance: "minute", amount: 1 },
      { allowance: "credits", amount: 1 },
    ]);
  }
});

Deno.test("each call of the second generation goes to its own path", async () => {
  const paths: Record<string, string> = {};
  for (const { query } of all) {
    paths[query.name] = (await ask(query.name, bodies[query.name])).request.path;
  }
  assert.deepEqual(paths, {
    sites: "/sites",
    details: "/sites/1",
    devices: "/sites/1/devices",
    energy: "/sites/1/energy",
    "energy-month": "/sites/1/energy",
    "energy-year": "/sites/1/energy",
    "energy-total": "/sites/1/energy",
    lifetime: "/sites/1/lifetime-energy",
    power: "/sites/1/power",
    "power-flow": "/sites/1/power-flow",
    "storage-900": "/sites/1/storage/telemetry",
    "meters-900": "/sites/1/meters/telemetry",
    environmental: "/sites/1/environmental-benefits",
    alerts: "/sites/1/alerts",
    "telemetry-900": "/sites/1/inverters/telemetry",
    "meters-day": "/sites/1/meters/telemetry",
    "storage-day": "/sites/1/storage/telemetry",
    overview: "/sites/1/overview",
  });
});

Deno.test("every call of the second generation that is not made has its reason", () => {
  assert.ok(notHarvested.every((one) => one.path.startsWith("/") && one.reason.length > 20));
});

const noon = "2026-06-01T12:00:00Z";
const call = { path: "/sites/1", parameters: { types: ["A", "B"] }, charges: [] };

async function failure(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(() => null, (thrown) => thrown);
  assert.ok(error instanceof SourceError, String(error));
  return error;
}

Deno.test("a spent month is not asked again within the run, and says who may have spent it", async () => {
  using state = folder();
  await using server = serve(() =>
    new Response('{"message":"API rate limit exceeded"}', {
      status: 429,
      headers: { "x-ratelimit-remaining-minute": "9" },
    })
  );
  await using seh = client(server.origin, state.path, clockAt(noon), {
    isPeriodSpent: monthIsSpent,
  });
  const error = await failure(
    seh.getJson({ ...call, charges: [{ allowance: "account", amount: 1 }] }),
  );
  assert.equal(error.kind, "quota");
  assert.equal(error.facts.byOthers, true);
  assert.match(error.facts.detail, /whole period is spent.*another program/);
  assert.equal(server.requests.length, 1);
});

Deno.test("a spent minute is waited for", async () => {
  using state = folder();
  let tries = 0;
  await using server = serve(() =>
    ++tries > 1 ? Response.json({ fine: true }) : new Response(null, {
      status: 429,
      headers: { "x-ratelimit-remaining-minute": "0", "retry-after": "30" },
    })
  );
  await using seh = client(server.origin, state.path, clockAt(noon), {
    isPeriodSpent: monthIsSpent,
  });
  assert.deepEqual(await seh.getJson(call), { fine: true });
  assert.deepEqual(server.requests[1]!.url.searchParams.getAll("types"), ["A", "B"]);
});
