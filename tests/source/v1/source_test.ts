import assert from "node:assert/strict";
import { dataTypes } from "../../../src/model/data_type.ts";
import type { Charge, PlannedRequest } from "../../../src/source/source.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { endpoints, notHarvested } from "../../../src/source/v1/endpoints.ts";
import { createV1Source } from "../../../src/source/v1/source.ts";
import { ask } from "./ask.ts";
import { bodies } from "./bodies.ts";

function sourceThat(answer: () => Promise<unknown>, charged: Charge[][] = []) {
  return createV1Source({
    client: {
      getJson: answer,
      remaining(charges) {
        charged.push([...charges]);
        return Promise.resolve({ requests: 7, limit: 50, freesAt: null });
      },
      sent: 0,
    },
    clock: { now: () => Temporal.Instant.from("2026-06-01T00:00:00Z") },
    dailyLimit: 50,
  });
}

const site = {
  siteId: 5,
  name: null,
  timeZone: "Europe/Berlin",
  lastUpdateLabel: null,
  lastUpdate: null,
  firstDay: null,
  lastSeen: Temporal.Instant.from("2026-06-01T00:00:00Z"),
};

Deno.test("every data type is either asked for or said to be lacking", () => {
  const source = sourceThat(() => Promise.resolve({}));
  const found = new Set([...source.queries, ...source.lacks].map((one) => one.dataType));
  assert.deepEqual(
    dataTypes.filter((one) => !found.has(one)),
    [],
    "each needs an endpoint, or a line in `lacks` of src/source/v1/endpoints.ts",
  );
  const asked = new Set(source.queries.map((one) => one.dataType));
  assert.deepEqual(source.lacks.filter((one) => asked.has(one.dataType)), []);
});

Deno.test("queries come in the order of the data types, each under its own name", () => {
  const order = endpoints.map((one) => dataTypes.indexOf(one.query.dataType));
  assert.deepEqual(order, order.toSorted((a, b) => a - b));
  assert.equal(new Set(endpoints.map((one) => one.query.name)).size, endpoints.length);
});

Deno.test("requests begin with what servers have been seen to accept and go down to what is documented", () => {
  const widest: Record<string, readonly number[] | null> = {};
  for (const { query } of endpoints) {
    if (query.axis) widest[query.name] = query.axis.ladder?.map((one) => one / 24) ?? null;
  }
  assert.deepEqual(widest, {
    energy: [364, 182, 28],
    "energy-month": null,
    "energy-year": null,
    power: [25, 13, 7, 1],
    "power-details": [25, 13, 7, 1],
    "energy-details": [25, 13, 7, 1],
    storage: [6, 3, 1],
    meters: [25, 13, 7, 1],
    telemetry: [6, 3, 1],
    "sensor-readings": [6, 3, 1],
  });
});

Deno.test("only the calls that exist for several sites name up to a hundred", () => {
  const bulk = endpoints.filter((one) => one.query.maxSites > 1);
  assert.deepEqual(bulk.map((one) => one.query.name), [
    "data-period",
    "overview",
    "energy",
    "energy-month",
    "energy-year",
    "power",
  ]);
  assert.ok(bulk.every((one) => one.query.maxSites === 100));
});

Deno.test("the daily limit holds for the account and for each site, over a rolling day", () => {
  assert.deepEqual(sourceThat(() => Promise.resolve({})).quota, [
    { allowance: "account", amount: 50, per: "rolling-day" },
    { allowance: "site:", amount: 50, per: "rolling-day" },
  ]);
});

Deno.test("what is left is asked for the allowances that the request would spend from", async () => {
  const charged: Charge[][] = [];
  const source = sourceThat(() => Promise.resolve({}), charged);
  const query = source.queries.find((one) => one.name === "power")!;
  const request: PlannedRequest = { query, sites: [site], reason: "first", necessity: "due" };
  assert.equal((await source.remaining(request)).requests, 7);
  assert.deepEqual(charged, [[{ allowance: "site:5", amount: 1 }]]);
});

Deno.test("each call goes to its own path", async () => {
  const paths: Record<string, string> = {};
  for (const { query } of endpoints) {
    paths[query.name] = (await ask(query.name, bodies[query.name])).request.path;
  }
  assert.deepEqual(paths, {
    sites: "/sites/list",
    details: "/site/1/details",
    "data-period": "/site/1/dataPeriod",
    overview: "/site/1/overview",
    equipment: "/equipment/1/list",
    energy: "/site/1/energy",
    "energy-month": "/site/1/energy",
    "energy-year": "/site/1/energy",
    power: "/site/1/power",
    "power-flow": "/site/1/currentPowerFlow",
    "power-details": "/site/1/powerDetails",
    "energy-details": "/site/1/energyDetails",
    storage: "/site/1/storageData",
    meters: "/site/1/meters",
    environmental: "/site/1/envBenefits",
    alerts: "/site/1/alerts",
    inventory: "/site/1/inventory",
    changes: "/equipment/1/7F000001-11/changeLog",
    telemetry: "/equipment/1/7F000001-11/data",
    sensors: "/equipment/1/sensors",
    "sensor-readings": "/site/1/sensors",
  });
});

Deno.test("a refusal of the server reaches the caller as it is", async () => {
  const refusal = new SourceError({
    kind: "forbidden",
    endpoint: "/site/5/alerts",
    status: 403,
    detail: "no right to this resource",
  });
  const source = sourceThat(() => Promise.reject(refusal));
  const query = source.queries.find((one) => one.name === "alerts")!;
  await assert.rejects(
    source.fetch({ query, sites: [site], reason: "first", necessity: "due" }),
    (error) => error === refusal,
  );
});

Deno.test("every call that is not made has its reason", () => {
  assert.ok(notHarvested.every((one) => one.path.startsWith("/") && one.reason.length > 20));
});
