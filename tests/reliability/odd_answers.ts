import type { Json } from "./front.ts";
import type { Api, Trouble } from "./trial.ts";

type Change = (body: Json) => Json | string;

function odd(
  name: string,
  exit: number,
  paths: Readonly<Partial<Record<Api, RegExp>>>,
  change: Change,
  { times, next }: { times?: number; next?: Trouble["next"] } = {},
): Trouble {
  return {
    name,
    exit,
    next,
    apis: (["v1", "v2"] as const).filter((api) => paths[api]),
    begin({ api, front }) {
      front.set({ path: paths[api]!, fault: { kind: "changed", change }, times });
      return {};
    },
  };
}

const power = { v1: /\/power$/, v2: /\/power$/ };
const lists = { v1: /\/sites\/list$/, v2: /\/v2\/sites$/ };
const storage = { v2: /\/storage\/telemetry$/ };
const meters = { v2: /\/meters\/telemetry$/ };
const inverters = { v2: /\/inverters\/telemetry$/ };
const inventory = { v1: /\/inventory$/ };

/** The series of the site's power, whichever API gives it. */
const valuesOf = (body: Json): Json[] => (body.power ?? body).values;
const sitesOf = (body: Json): Json[] => body.sites.site ?? body.sites.list;
const devicesOf = (body: Json, kind: string): Json[] => Object.values(body[kind]);

function withValue(body: Json, value: unknown): Json {
  const values = valuesOf(body);
  values[values.length >> 1].value = value;
  return body;
}

/** A time of the home in summer, whose clock is two hours ahead. */
function inUtc(time: string): string {
  const wall = Temporal.PlainDateTime.from(time.slice(0, 19).replace(" ", "T"));
  return `${wall.subtract({ hours: 2 })}Z`;
}

/** A number that JSON does not have. */
const raw = (body: Json, text: string): string =>
  JSON.stringify(withValue(body, "@")).replace('"@"', text);

const withZone = (zone: string | null | undefined): Change => (body) => {
  for (const site of sitesOf(body)) {
    site.location.timeZone = site.location.timezone = zone;
    if (zone === undefined) {
      delete site.location.timeZone;
      delete site.location.timezone;
    }
  }
  return body;
};

const zones: readonly (string | null | undefined)[] = [
  "AEST",
  "(GMT+01:00) Amsterdam",
  "W. Europe Standard Time",
  "CET/CEST",
  "",
  null,
  undefined,
  "America/New_York",
];

/** Answers as they came, or may come, each in place of the server's own for a whole run. */
export const oddAnswers: readonly Trouble[] = [
  odd("power: one value NaN", 0, power, (body) => raw(body, "NaN")),
  odd("power: one value Infinity", 0, power, (body) => raw(body, "-Infinity")),
  odd("power: one value beyond any number", 0, power, (body) => raw(body, "1e999")),
  odd("power: one value 3.4e38", 0, power, (body) => withValue(body, 3.4028234663852886e38)),
  odd("power: one value of 200,000 digits", 0, power, (body) => raw(body, "1".repeat(200_000))),
  odd("power: one value an object", 5, power, (body) => withValue(body, { watts: 1 })),
  odd("power: one value a word", 5, power, (body) => withValue(body, "n/a")),
  odd("power: a slot of the year 0", 0, power, (body) => {
    const [one] = valuesOf(body);
    const label = one.date === undefined ? "timestamp" : "date";
    const time = label === "date" ? "0000-01-01 00:00:00" : "0000-01-01T00:00:00+01:00";
    valuesOf(body).unshift({ [label]: time, value: 5 });
    return body;
  }),
  odd("power: a label with control characters", 5, power, (body) => {
    const label = valuesOf(body)[0].date === undefined ? "timestamp" : "date";
    valuesOf(body).push({ [label]: "2026-06-\u001b[31m99 10:00:00", value: 5 });
    return body;
  }),
  odd("power: every time in UTC", 0, power, (body) => {
    for (const one of valuesOf(body)) {
      const label = one.date === undefined ? "timestamp" : "date";
      one[label] = inUtc(one[label]);
    }
    return body;
  }),
  odd("power: times under another name", 5, power, (body) => {
    (body.power ?? body).values = valuesOf(body).map(({ value, date, timestamp }) => ({
      value,
      time: date ?? timestamp,
    }));
    return body;
  }),
  odd("power: an error with 200", 5, power, () => ({ title: "Service Unavailable", status: 503 })),
  odd("power: unknown fields everywhere", 0, power, (body) => {
    (body.power ?? body).flags = ["new"];
    for (const one of valuesOf(body)) one.quality = "good";
    return body;
  }),
  odd("power: values null in place of a list", 5, power, (body) => {
    (body.power ?? body).values = null;
    return body;
  }),
  odd(
    "list: empty for a day",
    5,
    lists,
    (body) => ({ sites: { ...body.sites, count: 0, site: [] } }),
  ),
  odd("list: another site in place of ours", 5, lists, (body) => {
    for (const site of sitesOf(body)) site.id = site.siteId = 7654321;
    return body;
  }, { next: { v1: 5, v2: 5 } }),
  odd("list: an entry without a number", 5, lists, (body) => {
    sitesOf(body).push({ name: "nameless" });
    return body;
  }),
  odd("list: a title of a million letters", 0, lists, (body) => {
    for (const site of sitesOf(body)) site.name = "A".repeat(1_000_000);
    return body;
  }),
  odd("list: zero characters and half ones in a name", 0, lists, (body) => {
    for (const site of sitesOf(body)) site.name = "Ba\u0000rn \ud83d";
    return body;
  }),
  ...zones.map((zone) =>
    odd(`list: time zone ${zone === undefined ? "absent" : JSON.stringify(zone)}`, 0, {
      v1: /\/(sites\/list|details)$/,
      v2: /\/v2\/sites$/,
    }, (body) => body.details ? withDetailsZone(body, zone) : withZone(zone)(body))
  ),
  odd("storage: charge in PERCENTAGE_100", 0, storage, (body) => {
    for (const one of devicesOf(body, "storage")) one.stateOfEnergy.unit = "PERCENTAGE_100";
    return body;
  }),
  odd("storage: charge as fractions", 0, storage, (body) => {
    for (const { stateOfEnergy } of devicesOf(body, "storage")) {
      for (const one of stateOfEnergy.values) if (one.value !== null) one.value /= 100;
    }
    return body;
  }),
  odd("storage: a unit nobody knows", 5, storage, (body) => {
    for (const one of devicesOf(body, "storage")) one.chargePower.unit = "HORSEPOWER";
    return body;
  }),
  odd("storage: a second battery, silent", 0, storage, (body) => {
    const [own] = devicesOf(body, "storage");
    body.storage["BAT0009"] = Object.fromEntries(
      Object.entries(own).map(([name, metric]: [string, Json]) => [name, {
        ...metric,
        values: metric.values.map((one: Json) => ({ ...one, value: null })),
      }]),
    );
    return body;
  }),
  odd("storage: a battery without a name", 0, storage, (body) => {
    body.storage[""] = {};
    return body;
  }),
  odd("meters: an empty series of power in WH", 0, meters, (body) => {
    for (const one of devicesOf(body, "meters")) {
      if (one.importPower) one.importPower = { unit: "WH", values: [] };
    }
    return body;
  }, { times: 1 }),
  odd("meters: null in place of the map", 5, meters, () => ({ meters: null })),
  odd("inverters: no resolution at the top", 0, inverters, (body) => {
    for (const one of devicesOf(body, "inverters")) {
      for (const metric of Object.values<Json>(one)) metric.resolution = "QUARTER_HOUR";
    }
    delete body.resolution;
    return body;
  }),
  odd("inverters: 65535 in a register", 0, inverters, (body) => {
    for (const { voltage } of devicesOf(body, "inverters")) {
      if (voltage) voltage.values[0].value = 65535;
    }
    return body;
  }),
  odd("devices: other words, no model", 0, { v2: /\/devices$/ }, (body) => {
    for (const one of body) {
      delete one.model;
      if (one.meterType) one.meterType = one.meterType.replaceAll("_", "");
      if (one.type) one.type = one.type.toLowerCase();
    }
    return body;
  }),
  odd("inventory: two gateways of one name", 0, inventory, (body) => {
    body.Inventory.gateways = [1, 2].map((port) => ({
      name: "Gateway",
      firmwareVersion: `${port}`,
    }));
    return body;
  }),
  odd("inventory: a name of 70,000 letters", 0, inventory, (body) => {
    body.Inventory.gateways = [{ name: "G".repeat(70_000), firmwareVersion: "1" }];
    return body;
  }),
  odd("power flow: no connections", 0, { v1: /\/currentPowerFlow$/ }, (body) => {
    delete body.siteCurrentPowerFlow.connections;
    return body;
  }),
  odd("power flow: a word in place of a power", 5, { v1: /\/currentPowerFlow$/ }, (body) => {
    body.siteCurrentPowerFlow.LOAD.currentPower = "n/a";
    return body;
  }),
  odd("power flow: nothing in it", 5, { v1: /\/currentPowerFlow$/ }, () => ({
    siteCurrentPowerFlow: {},
  })),
  odd("overview: a last update 40 days ago", 0, { v1: /\/overview$/ }, (body) => {
    for (const one of overviewsOf(body)) one.lastUpdateTime = "2026-04-23 10:00:00";
    return body;
  }),
  odd("overview: no last update", 0, { v1: /\/overview$/ }, (body) => {
    for (const one of overviewsOf(body)) one.lastUpdateTime = null;
    return body;
  }),
  odd("storage: no batteries once", 5, { v1: /\/storageData$/ }, () => ({
    storageData: { batteryCount: 0, batteries: [] },
  })),
  odd("storage: an empty map once", 5, storage, (body) => ({ ...body, storage: {} })),
];

function withDetailsZone(body: Json, zone: string | null | undefined): Json {
  body.details.location.timeZone = zone;
  if (zone === undefined) delete body.details.location.timeZone;
  return body;
}

function overviewsOf(body: Json): Json[] {
  return body.overview ? [body.overview] : body.sitesOverviews.siteEnergyList;
}
