import assert from "node:assert/strict";
import type { Known, SiteFacts } from "../../src/model/harvest.ts";
import { dataTypes } from "../../src/model/data_type.ts";
import type { Query } from "../../src/source/source.ts";
import { arrange } from "../../src/sync/knowledge.ts";
import { plan, type Step } from "../../src/sync/plan.ts";
import { attemptKeys, nothingDone, type Progress } from "../../src/sync/progress.ts";
import { rulesFor } from "../../src/sync/rules.ts";
import type { Wanted } from "../../src/sync/wanted.ts";
import { knownOf, markOf, queryOf, rangeAt, secondAt, siteOf } from "./facts.ts";

const noon = "2026-06-15T12:07:00Z";
const hoursAgo = (hours: number) =>
  Temporal.Instant.from(noon).subtract({ minutes: Math.round(hours * 60) });

const list = queryOf("sites", {
  scope: "account",
  role: "site-list",
  dataType: "sites",
  tier: 0,
  axis: undefined,
});
const details = queryOf("details", {
  role: "last-update",
  dataType: "sites",
  fills: ["sites"],
  axis: undefined,
});
const power = queryOf("power", { worth: 1 });
const inverters = queryOf("inverters", {
  scope: "device",
  dataType: "telemetry",
  categories: ["inverter"],
  tier: 5,
});
const equipment = queryOf("equipment", {
  dataType: "equipment",
  fills: ["equipment"],
  axis: undefined,
});

interface Given {
  readonly known?: Partial<Known>;
  readonly wanted?: Partial<Wanted>;
  readonly progress?: Partial<Progress>;
  readonly now?: string;
}

function steps(
  queries: readonly Query[],
  { known = {}, wanted = {}, progress = {}, now = noon }: Given = {},
): Step[] {
  const listed = markOf("sites", { siteId: 0, lastSuccess: hoursAgo(1) });
  const all = knownOf({ sites: [siteOf(1)], ...known, marks: [listed, ...known.marks ?? []] });
  const rules = rulesFor({
    knowledge: arrange(all, secondAt(now)),
    source: {
      name: "test",
      queries,
      quota: [{ allowance: "credits", amount: 2000, per: "billing-month" }],
    },
    wanted: {
      depth: "recent",
      siteIds: null,
      dataTypes: new Set(dataTypes),
      range: null,
      lookbackDays: { energy: 365, power: 7 },
      overlapMinutes: 15,
      spareQuota: "spend",
      ...wanted,
    },
    now: secondAt(now),
    left: new Map(),
    cadence: 1,
    widths: new Map(),
  });
  return [...plan({ ...rules, progress: { ...nothingDone, ...progress }, atOnce: 1000 }).steps];
}

const shown = ({ request: { query, window, reason, necessity } }: Step) =>
  [
    query.name,
    window?.start.toString({ smallestUnit: "minute" }).slice(0, 16),
    window?.end.toString({ smallestUnit: "minute" }).slice(0, 16),
    reason,
    necessity,
  ].filter((one) => one).join(" ");

const covered = rangeAt("2026-06-01T22:00:00Z", "2026-06-15T11:45:00Z", "covered", noon);
const power1 = { siteId: 1, series: "power", deviceKey: "" };

Deno.test("the first request for a series reaches back as far as it costs nothing", () => {
  assert.deepEqual(steps([power]).map(shown), [
    "power 2026-06-08T22:00 2026-06-15T12:15 first due",
    "power 2026-06-07T22:00 2026-06-08T22:00 first due",
  ]);
});

Deno.test("a day that has closed is due once, by the first run after midnight and its uploads", () => {
  const mark = markOf("power", {
    lastSuccess: Temporal.Instant.from("2026-06-15T11:50:00Z"),
    askedUntil: Temporal.Instant.from("2026-06-15T11:30:00Z"),
  });
  const at = (now: string) =>
    steps([power], {
      now,
      known: { marks: [mark], coverage: [{ ...power1, ...covered }] },
      wanted: { spareQuota: "keep" },
    }).filter((one) => one.request.necessity === "due").map((one) => one.request.reason);
  assert.deepEqual(at("2026-06-15T21:59:00Z"), []);
  assert.deepEqual(at("2026-06-15T22:15:00Z"), []);
  assert.deepEqual(at("2026-06-15T22:21:00Z"), ["new-day"]);
});

Deno.test("a day whose total has changed waits for tomorrow's window, and is asked for where that ends before", () => {
  const mark = markOf("power", {
    lastSuccess: Temporal.Instant.from("2026-06-15T11:50:00Z"),
    askedUntil: Temporal.Instant.from("2026-06-15T11:50:00Z"),
    wantedFrom: Temporal.Instant.from("2026-06-01T22:00:00Z"),
  });
  const at = (date: string, now: string) => {
    const day = Temporal.Instant.from(`${date}T22:00:00Z`);
    const stale = rangeAt(String(day), String(day.add({ hours: 24 })), "stale", noon);
    const known = [
      { ...covered, end: stale.start },
      stale,
      { ...covered, start: stale.end },
    ].map((one) => ({ ...power1, ...one }));
    return steps([power], {
      now,
      known: { marks: [mark], coverage: known },
      wanted: { spareQuota: "keep" },
    }).map(shown);
  };
  const [midday, tomorrow] = ["2026-06-15T12:07:00Z", "2026-06-15T22:21:00Z"];
  assert.deepEqual(at("2026-06-11", midday), []);
  assert.deepEqual(at("2026-06-11", tomorrow), [
    "power 2026-06-09T22:00 2026-06-15T22:30 new-day due",
  ]);
  assert.deepEqual(at("2026-06-05", midday), [
    "power 2026-06-01T22:00 2026-06-06T22:00 total-changed due",
  ]);
});

Deno.test("newer values are asked for when the pace says so, and not while their window waits", () => {
  const at = (minutes: number) =>
    steps([power], {
      known: {
        marks: [
          markOf("power", {
            lastSuccess: hoursAgo(minutes / 60),
            askedUntil: Temporal.Instant.from(noon).subtract({ minutes: minutes + 20 }),
          }),
        ],
        coverage: [{ ...power1, ...covered, start: secondAt("2025-12-31T23:00:00Z") }],
      },
    }).map((one) => one.request.reason);
  assert.deepEqual(at(5), []);
  assert.deepEqual(at(60), ["fresh"]);
});

Deno.test("where the quota cannot pay for every site, what the newest request does not reach is history", () => {
  const days = queryOf("energy", {
    role: "totals",
    tier: 1,
    dataType: "energy",
    axis: { bucket: "day", ladder: [720], lookback: "energy", keeps: "ranges" },
  });
  const asked = (sites: number) => {
    const known = { sites: Array.from({ length: sites }, (_, at) => siteOf(at + 1)) };
    const all = steps([days, power], { known }).filter((one) =>
      one.request.sites[0].siteId === 1 && one.request.query === days
    );
    return all.map((one) => one.request.necessity);
  };
  assert.deepEqual(asked(1), Array(6).fill("due"));
  assert.deepEqual(asked(300), ["due", ...Array(5).fill("history")]);
});

Deno.test("history is asked for newest first, a week at a time, and waits behind what is due", () => {
  const all = steps([list, power], { wanted: { depth: "full" } });
  const history = all.filter((one) => one.request.necessity === "history");
  assert.equal(history.length, 22);
  assert.equal(shown(history[0]), "power 2026-05-25T22:00 2026-06-01T22:00 history history");
  assert.ok(all.findIndex((one) => one.stage === "history") > 0);
});

Deno.test("the energy of years is asked for once a year has ended, whatever its rhythm", () => {
  const years = queryOf("years", {
    axis: { bucket: "year", ladder: null, lookback: "energy", keeps: "whole" },
    leastDays: 30,
  });
  const asked = (now: string, last: string) =>
    steps([years], {
      now,
      known: { marks: [markOf("years", { lastSuccess: Temporal.Instant.from(last) })] },
    }).map((one) => one.request.reason);
  assert.deepEqual(asked("2026-06-30T12:07:00Z", "2026-06-01T12:07:00Z"), []);
  // 20 minutes after midnight in Berlin the day counts as ended.
  assert.deepEqual(asked("2026-12-31T23:07:00Z", "2026-12-30T12:07:00Z"), []);
  assert.deepEqual(asked("2026-12-31T23:22:00Z", "2026-12-30T12:07:00Z"), ["rhythm"]);
  assert.deepEqual(asked("2027-01-01T12:07:00Z", "2026-12-31T23:22:00Z"), []);
});

Deno.test("a request names as many sites as an answer of moderate size has room for, where each pays for itself", () => {
  const known = { sites: Array.from({ length: 50 }, (_, at) => siteOf(at + 1)) };
  const perSite: Query["charges"] = ({ sites }) =>
    sites.map((one) => ({ allowance: `site:${one.siteId}`, amount: 1 }));
  const wide = queryOf("power", {
    maxSites: 100,
    axis: { bucket: 900, ladder: [25 * 24], lookback: "power", keeps: "ranges" },
  });
  const wanted = { lookbackDays: { energy: 24, power: 24 } };
  const named = (query: Query) =>
    steps([query], { known, wanted }).map((one) => one.request.sites.length);
  // 24 days and a half are 2,350 quarter-hours: 8 sites.
  assert.deepEqual(named({ ...wide, charges: perSite }), [8, 8, 8, 8, 8, 8, 2]);
  assert.deepEqual(named(wide), [50], "where all of them cost one");
  const days = { ...wide.axis!, bucket: "day" } as const;
  assert.deepEqual(named({ ...wide, axis: days, charges: perSite }), [50]);
  assert.deepEqual(named({ ...wide, axis: undefined, charges: perSite }), [50]);
});

Deno.test("what was sent in this run is not sent again in it", () => {
  const [first] = steps([power]);
  const attempted = new Set(attemptKeys(first.request));
  assert.ok(!steps([power], { progress: { attempted } }).map(shown).includes(shown(first)));
});

Deno.test("a list once a day, and again at once for a site that nobody has listed", () => {
  const at = (given: Given) => steps([list], given).length;
  assert.equal(at({}), 0);
  assert.equal(at({ now: "2026-06-16T00:01:00Z" }), 1);
  assert.equal(at({ wanted: { siteIds: [1, 99] }, now: "2026-06-15T12:30:00Z" }), 1);
});

Deno.test("a moment that lies in the future was remembered by a wrong clock and counts as never", () => {
  const future = Temporal.Instant.from("2036-01-01T00:00:00Z");
  const marks = [
    markOf("details", { lastSuccess: future }),
    markOf("power", {
      lastSuccess: future,
      askedUntil: future,
    }),
  ];
  const asked = steps([details, power], { known: { marks } }).map((one) => one.request.query.name);
  assert.ok(asked.includes("details") && asked.includes("power"), asked.join());
});

Deno.test("until when was asked by another clock, values show: behind them nothing is due, else what follows them", () => {
  const marks = [markOf("power", { askedUntil: Temporal.Instant.from("2026-06-16T08:00:00Z") })];
  const at = (now: string) =>
    steps([power], {
      now,
      known: { marks, coverage: [{ ...power1, ...covered }] },
      wanted: { spareQuota: "keep" },
    }).filter((one) => one.request.necessity === "due").map(shown);
  // A day before the newest value: this clock is wrong.
  assert.deepEqual(at("2026-06-14T10:00:00Z"), []);
  // The other one was.
  assert.deepEqual(at("2026-06-15T14:00:00Z"), [
    "power 2026-06-08T22:00 2026-06-15T14:15 first due",
  ]);
});

Deno.test("a site that lists have lacked for three days is left out, unless it is named", () => {
  const gone = (doubts: number, wanted: Partial<Wanted> = {}) =>
    steps([list, power], {
      known: { marks: [markOf("sites", { doubts, doubtedAt: hoursAgo(30) })] },
      wanted,
    }).length;
  assert.ok(gone(2) > 0);
  assert.equal(gone(3), 0);
  assert.ok(gone(3, { siteIds: [1] }) > 0);
});

Deno.test("a range that somebody names is asked from the first day to now, whatever is known", () => {
  const range = {
    from: Temporal.PlainDate.from("2020-01-01"),
    to: Temporal.PlainDate.from("2030-01-01"),
  };
  const site: SiteFacts = siteOf(1, { firstDay: Temporal.PlainDate.from("2026-06-10") });
  const all = steps([power], {
    known: { sites: [site], coverage: [{ ...power1, ...covered }] },
    wanted: { range },
  });
  assert.deepEqual(all.map(shown), ["power 2026-06-09T22:00 2026-06-15T12:15 asked-for due"]);
});

Deno.test("a repair asks for what nobody fetched, and for nothing else", () => {
  const range = {
    from: Temporal.PlainDate.from("2026-06-09"),
    to: Temporal.PlainDate.from("2026-06-15"),
  };
  const holes = [
    { ...power1, ...rangeAt("2026-06-01T22:00:00Z", "2026-06-11T22:00:00Z", "covered", noon) },
    { ...power1, ...rangeAt("2026-06-12T22:00:00Z", "2026-06-14T22:00:00Z", "covered", noon) },
  ];
  const all = steps([list, details, power], {
    known: { coverage: holes },
    wanted: { range, onlyMissing: true },
  });
  assert.equal(all.length, 1);
  assert.equal(all[0].needed[0].end - all[0].needed[0].start, 86_400);
});

Deno.test("devices are listed when a device's data are wanted and none is known", () => {
  const wanted = { dataTypes: new Set(["telemetry"] as const) };
  const names = steps([equipment, inverters], { wanted }).map((one) => one.request.query.name);
  assert.deepEqual(names, ["equipment"]);
});

Deno.test("a device that the server no longer lists is not asked for any more", () => {
  const device = (deviceKey: string, hours: number) => ({
    siteId: 1,
    deviceKey,
    serialNumber: deviceKey,
    category: "inverter",
    lastSeen: hoursAgo(hours),
  });
  const asked = steps([inverters], { known: { devices: [device("NEW", 1), device("OLD", 200)] } })
    .map((one) => one.request.device?.deviceKey);
  assert.deepEqual([...new Set(asked)], ["NEW"]);
});

Deno.test("a series that fails is tried once a day, and its next try is a repeat", () => {
  const at = (hours: number, failures: number) =>
    steps([power], {
      known: {
        marks: [markOf("power", {
          lastSuccess: hoursAgo(80),
          askedUntil: hoursAgo(80),
          failures,
          lastErrorAt: hoursAgo(hours),
          lastError: "HTTP 500",
        })],
        coverage: [
          {
            ...power1,
            ...rangeAt("2026-06-01T22:00:00Z", "2026-06-11T22:00:00Z", "covered", noon),
          },
          {
            ...power1,
            ...rangeAt("2026-06-11T22:00:00Z", "2026-06-14T22:00:00Z", "failed", noon, {
              tries: failures,
            }),
          },
        ],
      },
      wanted: { spareQuota: "keep" },
    }).filter((one) => one.request.necessity === "due").map((
      one,
    ) => [one.request.reason, one.purpose]);
  assert.deepEqual(at(0.5, 1), []);
  assert.deepEqual(at(5, 2), []);
  assert.deepEqual(at(24, 3), [["failed-before", "due"]]);
});
