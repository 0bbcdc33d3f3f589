import assert from "node:assert/strict";
import type { Known } from "../../src/model/harvest.ts";
import type { Query, QuotaWindow, Remaining } from "../../src/source/source.ts";
import { arrange } from "../../src/sync/knowledge.ts";
import { forecast } from "../../src/sync/forecast.ts";
import { cadenceOf, type Pace, paceOf, type PacingFacts } from "../../src/sync/pacing.ts";
import { knownOf, queryOf, secondAt, siteOf } from "./facts.ts";

const now = secondAt("2026-10-01T00:07:00Z");
const month: QuotaWindow = { allowance: "credits", amount: 2000, per: "billing-month" };
const rolling: QuotaWindow = { allowance: "site:", amount: 300, per: "rolling-day" };
const power = queryOf("power", { worth: 1 });
const storage = queryOf("storage", { worth: 2, dataType: "storage", tier: 4 });
const telemetry = queryOf("telemetry", { worth: 3, dataType: "telemetry", tier: 5 });
const totals = queryOf("energy", {
  dataType: "energy",
  tier: 1,
  role: "totals",
  axis: { bucket: "day", ladder: [720], lookback: "energy", keeps: "ranges" },
});

function pace(more: Partial<PacingFacts> & { known?: Partial<Known> } = {}): Pace {
  const sites = more.sites ?? [siteOf(1)];
  const left: Remaining = {
    requests: 2000,
    limit: 2000,
    freesAt: null,
    resetsAt: Temporal.Instant.from("2026-11-01T00:00:00Z"),
  };
  return paceOf({
    knowledge: arrange(knownOf({ sites, ...more.known }), now),
    queries: [power, storage, telemetry],
    quota: [month],
    wanted: {
      depth: "recent",
      spareQuota: "spend",
      dataTypes: new Set(["power", "storage", "telemetry", "energy"] as const),
    },
    sites,
    now,
    left: new Map([["credits", left]]),
    misses: () => false,
    missesDays: () => false,
    widthOf: () => 168 * 3600,
    cadence: 1,
    since: null,
    ...more,
  });
}

const share = (one: Pace) => [...one.shares.values()][0];

Deno.test("half of what is spare buys history while it is wanted, the other half freshness", () => {
  const { needPerDay, historyPerDay, freshPerDay } = share(pace({ misses: () => true }));
  assert.equal(needPerDay, 3);
  assert.ok(Math.abs(historyPerDay - freshPerDay) < 1e-9);
  assert.ok(historyPerDay * 2 + needPerDay > 62 && historyPerDay * 2 + needPerDay <= 2000 / 31);
  assert.equal(share(pace()).historyPerDay, 0);
});

Deno.test("requests that failed are repeated for a tenth of an allowance, spread over its days", () => {
  const ofMonth = pace();
  assert.equal(ofMonth.allowed(share(ofMonth), "repeat"), 6, "a tenth of 2,000 in 30.5 days");
  const ofDay = pace({ quota: [{ ...rolling, allowance: "credits" }] });
  assert.equal(ofDay.allowed(share(ofDay), "repeat"), 30, "a tenth of 300");
  const small = pace({ quota: [{ ...month, amount: 100 }] });
  assert.equal(small.allowed(share(small), "repeat"), 1, "one try a day is always allowed");
});

Deno.test("kept quota buys neither, but for a full sync that somebody asks for", () => {
  const wanted = { spareQuota: "keep", dataTypes: new Set(["power"] as const) } as const;
  const plain = share(pace({ misses: () => true, wanted: { ...wanted, depth: "recent" } }));
  assert.deepEqual([plain.historyPerDay, plain.freshPerDay], [0, 0]);
  const full = share(pace({ misses: () => true, wanted: { ...wanted, depth: "full" } }));
  assert.ok(full.historyPerDay > 50);
});

Deno.test("what is worth more to a person is fresher, and nothing more often than values come", () => {
  const one = pace();
  const [a, b, c] = [power, storage, telemetry].map((query) => one.freshEvery(query, 1));
  assert.ok(a < b && b < c, `${a} ${b} ${c}`);
  assert.ok(Math.abs(c / a - 4) < 0.1);
  const plenty = pace({ quota: [{ ...rolling, amount: 100_000 }], left: new Map() });
  assert.equal(plenty.freshEvery(power, 1), Infinity, "no charge of the site's own allowance");
  const charges = () => [{ allowance: "site:1", amount: 1 }];
  const rich = pace({
    queries: [{ ...power, charges }],
    quota: [{ ...rolling, amount: 100_000 }],
    left: new Map(),
  });
  assert.equal(rich.freshEvery(power, 1), 900);
});

Deno.test("no purpose may spend what another one needs, however often a timer runs", () => {
  const spent = (purpose: "history" | "fresh", requests: number, hours: number) => [
    { allowance: "credits", hour: now - now % 3600 - hours * 3600, purpose, requests },
  ];
  const allowed = (known: Partial<Known>) => {
    const one = pace({ misses: () => true, known });
    return one.allowed(share(one), "history");
  };
  const whole = allowed({});
  assert.ok(whole > 25 && whole <= 31);
  assert.equal(allowed({ spent: spent("history", 20, 2) }), whole - 20);
  assert.equal(allowed({ spent: spent("fresh", 20, 2) }), whole);
  assert.equal(allowed({ spent: spent("history", 20, 25) }), whole, "a day later it is free again");
  const weekly = pace({ misses: () => true, cadence: 7 });
  assert.ok(weekly.allowed(share(weekly), "history") >= whole * 7 - 7, "a timer of a week");
});

Deno.test("the date of the history is the one that the pace yields, also across the end of a month", () => {
  const one = pace({ misses: () => true });
  const on = (requests: number) =>
    String(
      forecast(new Map([["credits", requests]]), one, { now, cadence: 1, requests }).completeOn,
    );
  const perDay = share(one).historyPerDay;
  assert.equal(on(1), "2026-10-01");
  assert.equal(on(Math.floor(perDay) + 1), "2026-10-02");
  assert.equal(on(Math.floor(perDay) * 10), "2026-10-10");
  const long = Temporal.PlainDate.from(on(Math.floor(perDay * 90)));
  const days = Temporal.PlainDate.from("2026-10-01").until(long).days;
  assert.ok(days >= 85 && days <= 92, `${long}`);
  const kept = pace({
    misses: () => true,
    wanted: { depth: "recent", spareQuota: "keep", dataTypes: new Set(["power"] as const) },
  });
  const stuck = forecast(new Map([["credits", 9]]), kept, { now, cadence: 1, requests: 9 });
  assert.deepEqual([stuck.completeOn, stuck.isStuck], [null, true]);
});

Deno.test("a plan too small for its sites pays for the energy of days of all, and finer data of as many as fit", () => {
  const sites = Array.from({ length: 300 }, (_, at) => siteOf(at + 1));
  const queries: Query[] = [totals, power, storage, telemetry];
  const one = pace({ sites, queries });
  assert.ok(one.rationed);
  assert.ok(one.rationed.neededPerMonth > 30_000);
  assert.ok(one.leastDays(totals) > 1 && one.leastDays(power) === 1);
  assert.ok(sites.every((site) => one.pays(totals, site.siteId)));
  assert.equal(sites.filter((site) => one.pays(power, site.siteId)).length, one.rationed.fineSites);
  assert.ok(share(one).needPerDay <= 2000 / 30.5);
  assert.equal(pace({ sites: sites.slice(0, 3), queries }).rationed, null);
});

Deno.test("while sites of a plan too small lack older days, half of it buys these before anything finer", () => {
  const sites = Array.from({ length: 120 }, (_, at) => siteOf(at + 1));
  const queries: Query[] = [totals, power, storage, telemetry];
  const lacking = { misses: () => true, missesDays: () => true };
  for (const spareQuota of ["spend", "keep"] as const) {
    const dataTypes = new Set(["energy", "power"] as const);
    const given = { sites, queries, wanted: { depth: "recent" as const, spareQuota, dataTypes } };
    const [whole, half] = [pace(given), pace({ ...given, ...lacking })];
    assert.ok(half.leastDays(totals) > whole.leastDays(totals));
    assert.ok(sites.every((site) => half.pays(totals, site.siteId)));
    const { needPerDay, historyPerDay, freshPerDay } = share(half);
    assert.ok(needPerDay <= 1000 / 30.5 && historyPerDay > 25, `${needPerDay} ${historyPerDay}`);
    assert.ok((needPerDay + historyPerDay) * 31 <= 2000);
    assert.equal(freshPerDay, 0);
  }
});

Deno.test("a timer that runs once a week is known by its last run", () => {
  assert.equal(cadenceOf(null, now), 1);
  assert.equal(cadenceOf(now - 900, now), 1);
  assert.equal(cadenceOf(now - 7 * 86_400, now), 7);
  assert.equal(cadenceOf(now - 90 * 86_400, now), 7);
  assert.equal(cadenceOf(now + 86_400 * 3650, now), 1, "a clock that was wrong");
});
