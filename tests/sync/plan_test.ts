import assert from "node:assert/strict";
import type { Coverage, Known, Mark, SiteFacts } from "../../src/model/harvest.ts";
import { dataTypes } from "../../src/model/data_type.ts";
import type { Query } from "../../src/source/source.ts";
import { plan } from "../../src/sync/plan.ts";
import { attemptKeys, type Progress } from "../../src/sync/progress.ts";
import type { Wanted } from "../../src/sync/wanted.ts";

const now = Temporal.Instant.from("2026-06-15T12:07:00Z");
const charges = () => [{ bucket: "account", amount: 1 }];
const base = { fills: [], maxSites: 1, charges } as const;

const list: Query = {
  ...base,
  name: "sites",
  dataType: "sites",
  series: "sites",
  scope: "account",
  rhythm: "daily",
  role: "site-list",
};
const overview: Query = {
  ...base,
  name: "overview",
  dataType: "sites",
  series: "overview",
  scope: "site",
  maxSites: 100,
  rhythm: "always",
  role: "last-update",
};
const power: Query = {
  ...base,
  name: "power",
  dataType: "power",
  series: "power",
  scope: "site",
  maxSites: 100,
  rhythm: "on-change",
  axis: { bucket: 900, maxDays: 25, lookback: "power", keeps: "stretches" },
};
const energy: Query = {
  ...power,
  name: "energy",
  dataType: "energy",
  series: "energy",
  axis: { bucket: "day", maxDays: 364, lookback: "energy", keeps: "stretches" },
};
const equipment: Query = {
  ...base,
  name: "equipment",
  dataType: "equipment",
  series: "equipment",
  fills: ["equipment"],
  scope: "site",
  rhythm: "daily",
};
const telemetry: Query = {
  ...power,
  name: "telemetry",
  dataType: "telemetry",
  series: "telemetry",
  scope: "device",
  maxSites: 1,
  categories: ["inverter"],
  axis: { bucket: "samples", maxDays: 6, lookback: "power", keeps: "stretches" },
};

function site(siteId: number, facts: Partial<SiteFacts> = {}): SiteFacts {
  return {
    siteId,
    name: `Site ${siteId}`,
    timeZone: "Europe/Berlin",
    lastUpdateLabel: "2026-06-15 14:03:12",
    lastUpdate: Temporal.Instant.from("2026-06-15T12:03:12Z"),
    firstDay: Temporal.PlainDate.from("2026-01-01"),
    lastSeen: now,
    productionMetered: null,
    ...facts,
  };
}

function mark(series: string, facts: Partial<Mark> = {}): Mark {
  return {
    siteId: 1,
    series,
    deviceKey: "",
    dataType: "power",
    lastSuccess: now.subtract({ minutes: 15 }),
    lastUpdateLabel: "2026-06-15 13:50:00",
    wantedFrom: null,
    unavailableSince: null,
    unavailableReason: null,
    spanSeconds: null,
    lastErrorAt: null,
    lastError: null,
    ...facts,
  };
}

function stretch(
  start: string,
  end: string,
  state: Coverage["state"] = "covered",
  fetchedAt = now.subtract({ minutes: 15 }),
): Coverage {
  const interval = { start: Temporal.Instant.from(start), end: Temporal.Instant.from(end) };
  return { siteId: 1, series: "power", deviceKey: "", interval, state, fetchedAt };
}

function wanted(facts: Partial<Wanted> = {}): Wanted {
  return {
    depth: "recent",
    siteIds: null,
    dataTypes: new Set(dataTypes),
    range: null,
    lookbackDays: { energy: 365, power: 7 },
    overlapMinutes: 15,
    spareQuota: "spend",
    ...facts,
  };
}

function progress(facts: Partial<Progress> = {}): Progress {
  return {
    attempted: new Set(),
    reported: new Set([1, 2, 3]),
    refused: new Set(),
    assumeChanged: false,
    ...facts,
  };
}

function known(facts: Partial<Known> = {}): Known {
  return {
    sites: [site(1)],
    devices: [],
    marks: [mark("sites", { siteId: 0, lastSuccess: now })],
    coverage: [],
    ...facts,
  };
}

function stepsOf(
  queries: Query[],
  facts: Partial<Known>,
  want: Partial<Wanted> = {},
  done: Partial<Progress> = {},
) {
  return plan(known(facts), { queries }, wanted(want), now, progress(done)).steps;
}

const text = (one: { request: { window?: { start: Temporal.Instant; end: Temporal.Instant } } }) =>
  `${one.request.window?.start} ${one.request.window?.end}`;

Deno.test("before any site is known only the site list is asked", () => {
  const steps = stepsOf([list, overview, power], { sites: [], marks: [] });
  assert.deepEqual(steps.map((one) => one.request.query.name), ["sites"]);
});

Deno.test("the site list is asked once a day", () => {
  assert.deepEqual(stepsOf([list], {}), []);
  const yesterday = mark("sites", { siteId: 0, lastSuccess: now.subtract({ hours: 24 }) });
  assert.equal(stepsOf([list], { marks: [yesterday] }).length, 1);
});

Deno.test("a site that has not reported is asked for nothing", () => {
  const marks = [mark("power", { lastUpdateLabel: "2026-06-15 14:03:12" })];
  const coverage = [stretch("2026-06-07T22:00:00Z", "2026-06-15T12:00:00Z")];
  const before = mark("power", { wantedFrom: Temporal.Instant.from("2026-06-07T22:00:00Z") });
  assert.deepEqual(
    stepsOf([power], { marks: [{ ...marks[0], wantedFrom: before.wantedFrom }], coverage }),
    [],
  );
});

Deno.test("no series is asked before the site's last update is", () => {
  const steps = stepsOf([overview, power], {}, {}, { reported: new Set() });
  assert.deepEqual(steps.map((one) => one.request.query.name), ["overview"]);
});

Deno.test("the first plain sync reaches back as far as the lookback says", () => {
  const [step] = stepsOf([power], {});
  assert.equal(text(step), "2026-06-07T22:00:00Z 2026-06-15T12:15:00Z");
  assert.equal(step.wantedFrom.get(1)?.toString(), "2026-06-07T22:00:00Z");
});

Deno.test("a changed site is asked once per series, as far back as one request reaches", () => {
  const marks = [mark("power", { wantedFrom: Temporal.Instant.from("2026-03-01T23:00:00Z") })];
  const coverage = [stretch("2026-03-01T23:00:00Z", "2026-06-15T11:45:00Z")];
  const steps = stepsOf([power], { marks, coverage });
  assert.deepEqual(steps.map(text), ["2026-05-21T22:00:00Z 2026-06-15T12:15:00Z"]);
});

Deno.test("a stretch that was never asked is fetched even when the site has not reported", () => {
  const marks = [mark("power", {
    lastUpdateLabel: "2026-06-15 14:03:12",
    wantedFrom: Temporal.Instant.from("2026-06-07T22:00:00Z"),
  })];
  const coverage = [
    stretch("2026-06-07T22:00:00Z", "2026-06-09T22:00:00Z"),
    stretch("2026-06-10T22:00:00Z", "2026-06-15T12:00:00Z"),
  ];
  const steps = stepsOf([power], { marks, coverage });
  assert.deepEqual(steps.map(text), ["2026-06-08T22:00:00Z 2026-06-10T22:00:00Z"]);
  assert.equal(steps[0].request.necessity, "due");
});

Deno.test("a long absence is repaired in as few requests as the span allows, newest first", () => {
  const marks = [mark("power", { wantedFrom: Temporal.Instant.from("2026-03-01T23:00:00Z") })];
  const then = Temporal.Instant.from("2026-04-10T10:05:00Z");
  const coverage = [stretch("2026-03-01T23:00:00Z", "2026-04-10T10:00:00Z", "covered", then)];
  const steps = stepsOf([power], { marks, coverage });
  assert.deepEqual(steps.map(text), [
    "2026-05-21T22:00:00Z 2026-06-15T12:15:00Z",
    "2026-04-26T22:00:00Z 2026-05-21T22:00:00Z",
    "2026-04-09T22:00:00Z 2026-04-26T22:00:00Z",
  ]);
  assert.ok(steps.every((one) => one.request.necessity === "due"));
});

Deno.test("a full sync asks for the whole history, after what is due", () => {
  const steps = stepsOf([power, energy], {}, { depth: "full" });
  const due = steps.filter((one) => one.request.necessity === "due");
  const history = steps.filter((one) => one.request.necessity === "history");
  assert.deepEqual(due.map((one) => one.request.query.name), ["power", "energy"]);
  assert.equal(history.length, 6);
  assert.equal(history.at(-1)!.request.window!.start.toString(), "2025-12-31T23:00:00Z");
  assert.ok(steps.indexOf(due[1]) < steps.indexOf(history[0]));
  assert.equal(due[0].wantedFrom.get(1)?.toString(), "2025-12-31T23:00:00Z");
});

Deno.test("a range that was fetched long ago for itself makes no gap between it and the harvest due", () => {
  const needs = (coverage: Coverage[]) =>
    stepsOf([power], { coverage }, { depth: "full" }).map((step) => [
      text(step),
      step.request.necessity,
    ]).slice(1);
  const live = stretch("2026-05-20T22:00:00Z", "2026-06-15T12:00:00Z");
  const range = stretch("2026-01-31T23:00:00Z", "2026-02-01T23:00:00Z");
  assert.deepEqual([...new Set(needs([range, live]).map(([, need]) => need))], ["history"]);
  // Whereas a range that was fetched when it was new is the harvest, and what follows it is a gap.
  const then = Temporal.Instant.from("2026-02-02T00:00:00Z");
  const harvest = stretch("2026-01-31T23:00:00Z", "2026-02-01T23:00:00Z", "covered", then);
  assert.deepEqual(needs([harvest, live]).map(([, need]) => need), [
    "due",
    "due",
    "due",
    "due",
    "due",
    "history",
  ]);
});

Deno.test("a stretch that came empty is asked again once a day until it is 14 days old", () => {
  const wantedFrom = Temporal.Instant.from("2026-05-01T22:00:00Z");
  const marks = [mark("telemetry", { deviceKey: "INV", wantedFrom })];
  const devices = [{
    siteId: 1,
    deviceKey: "INV",
    serialNumber: "INV",
    category: "inverter",
    lastSeen: now,
  }];
  const inverter = (one: Coverage): Coverage => ({ ...one, series: "telemetry", deviceKey: "INV" });
  const empty = (fetchedAt: Temporal.Instant) => [
    inverter(stretch("2026-05-01T22:00:00Z", "2026-06-05T22:00:00Z")),
    inverter(stretch("2026-06-05T22:00:00Z", "2026-06-06T22:00:00Z", "empty", fetchedAt)),
    inverter(stretch("2026-06-06T22:00:00Z", "2026-06-15T11:00:00Z")),
  ];
  const windows = (fetchedAt: Temporal.Instant) =>
    stepsOf([telemetry], { devices, marks, coverage: empty(fetchedAt) }).map(text);
  const tail = "2026-06-09T22:00:00Z 2026-06-15T12:15:00Z";
  assert.deepEqual(windows(now.subtract({ hours: 1 })), [tail]);
  assert.deepEqual(windows(now.subtract({ hours: 25 })), [
    tail,
    "2026-06-04T22:00:00Z 2026-06-06T22:00:00Z",
  ]);
  assert.deepEqual(windows(Temporal.Instant.from("2026-06-20T22:00:00Z")), [tail]);
});

Deno.test("sites of one time zone and window share a request, other zones do not", () => {
  const sites = [site(1), site(2), site(3, { timeZone: "America/New_York" })];
  const steps = stepsOf([overview, power], { sites }, {}, { reported: new Set([1, 2, 3]) });
  assert.deepEqual(steps.map((one) => one.request.sites.map((s) => s.siteId)), [[1, 2], [3]]);
  const asking = stepsOf([overview], { sites }, {}, { reported: new Set() });
  assert.deepEqual(asking.map((one) => one.request.sites.length), [3]);
});

Deno.test("what was tried in this run is not tried again", () => {
  const first = stepsOf([power], {});
  const attempted = new Set(first.flatMap((one) => attemptKeys(one.request)));
  assert.deepEqual(stepsOf([power], {}, {}, { attempted }), []);
});

Deno.test("what is not available is asked again after seven days", () => {
  const since = (
    days: number,
  ) => [mark("power", { unavailableSince: now.subtract({ hours: days * 24 }) })];
  assert.deepEqual(stepsOf([power], { marks: since(6) }), []);
  assert.equal(stepsOf([power], { marks: since(8) }).length, 1);
});

Deno.test("a span that the server refused is halved in every later request", () => {
  const marks = [mark("power", { spanSeconds: 12 * 86_400 })];
  const [step] = stepsOf([power], { marks }, { depth: "full" });
  assert.equal(text(step), "2026-06-03T22:00:00Z 2026-06-15T12:15:00Z");
});

Deno.test("an explicit range is asked again whatever is known", () => {
  const range = {
    from: Temporal.PlainDate.from("2026-06-01"),
    to: Temporal.PlainDate.from("2026-06-02"),
  };
  const coverage = [stretch("2026-01-01T23:00:00Z", "2026-06-15T12:00:00Z")];
  const steps = stepsOf([power], { coverage, marks: [mark("power")] }, { range });
  assert.deepEqual(steps.map(text), ["2026-05-31T22:00:00Z 2026-06-02T22:00:00Z"]);
});

Deno.test("devices are listed when a device's data are wanted and none is known", () => {
  const only = { dataTypes: new Set(["telemetry"] as const) };
  assert.deepEqual(stepsOf([equipment, telemetry], {}, only).map((one) => one.request.query.name), [
    "equipment",
  ]);
});

Deno.test("only the sites of the newest list are harvested, unless others are named", () => {
  const asked = (sites: SiteFacts[], want: Partial<Wanted> = {}) => {
    const marks = [mark("sites", { siteId: 0, lastSuccess: now.subtract({ hours: 5 }) })];
    return stepsOf([list, power], { sites, marks }, want)
      .flatMap((one) => one.request.sites.map((s) => s.siteId));
  };
  const vanished = site(2, { lastSeen: now.subtract({ hours: 30 }) });
  assert.deepEqual(asked([site(1), vanished]), [1]);
  assert.deepEqual(asked([site(1), vanished], { siteIds: [2] }), [2]);
  // A sync of one site alone, later than the list, does not make the others vanish.
  assert.deepEqual(asked([site(1), site(3, { lastSeen: now.subtract({ hours: 4 }) })]), [1, 3]);
});

Deno.test("a site that nobody lists does not cost a list in every run", () => {
  const asked = (hours: number) => {
    const marks = [mark("sites", { siteId: 0, lastSuccess: now.subtract({ hours }) })];
    return stepsOf([list], { marks }, { siteIds: [1, 99] }).length;
  };
  assert.deepEqual([asked(0), asked(2)], [0, 1]);
});

Deno.test("no request begins or ends inside a repeated hour", () => {
  const autumn = Temporal.Instant.from("2026-10-25T00:20:00Z"); // 02:20 for the first time
  const berlin = site(1, { lastUpdate: autumn, lastUpdateLabel: "2026-10-25 02:20:00" });
  const { steps } = plan(
    known({ sites: [berlin] }),
    { queries: [power] },
    wanted(),
    autumn,
    progress(),
  );
  assert.equal(steps[0].request.window!.end.toString(), "2026-10-25T02:15:00Z");
});

Deno.test("a device that the server no longer lists is not asked for any more", () => {
  const device = (deviceKey: string, lastSeen: Temporal.Instant) => ({
    siteId: 1,
    deviceKey,
    serialNumber: deviceKey,
    category: "inverter",
    lastSeen,
  });
  const devices = [device("NEW", now), device("OLD", now.subtract({ hours: 24 * 8 }))];
  const asked = stepsOf([telemetry], { devices }).map((one) => one.request.device?.deviceKey);
  assert.deepEqual([...new Set(asked)], ["NEW"]);
});
