import type { DataType } from "../../model/data_type.ts";
import type { Axis, Query, SourceFacts } from "../source.ts";
import type { LoadParser } from "../answer/answer_body.ts";
import { charges, type Limits, quotaWindows } from "./limits.ts";
import { alertsPage, alertsPerPage, siteListPage, sitesPerPage } from "./request_pages.ts";
import { inWholeHistory, inWindow, ofSite, type Parameters, type Path } from "./request_address.ts";

/** One call of the API: what can be asked, where it is, and who reads the answer. */
export interface Endpoint {
  readonly query: Query;
  readonly path: Path;
  readonly parameters: Parameters;
  readonly loadParser: LoadParser;
  /** Nothing is sent: the answer is known before. */
  readonly isKnownHere?: true;
}

/**
 * One request takes a week of quarter-hours from the live servers, and twelve hours by the documents: what a
 * server accepts is found from the widest down.
 */
const quarterHours: Axis = {
  bucket: 900,
  ladder: [7 * 24, 24, 12, 6],
  lookback: "power",
  keeps: "ranges",
};
/** Thirty days are within a month wherever it begins but in February, where the next rung is found. */
const days: Axis = {
  bucket: "day",
  ladder: [30 * 24, 28 * 24, 7 * 24],
  lookback: "energy",
  keeps: "ranges",
};
const wholeDays: Axis = { bucket: "day", ladder: [24], lookback: "power", keeps: "ranges" };
const months: Axis = { bucket: "month", ladder: null, lookback: "energy", keeps: "whole" };
const years: Axis = { bucket: "year", ladder: null, lookback: "energy", keeps: "whole" };

/** All types of devices: without them the server lists inverters alone. */
const deviceTypes = [
  "INVERTER",
  "BATTERY",
  "BATTERY_MODULE",
  "OPTIMIZER",
  "METER",
  "EV_CHARGER",
  "BUI",
  "GATEWAY",
];

const nothing = () => ({});

/** Without `series` its name; what v1 refuses has a name of its own, so that the refusal does not count here. */
type Facts =
  & Omit<Query, "charges" | "series" | "maxSites" | "scope" | "leastDays" | "tier">
  & {
    readonly series?: string;
    readonly scope?: "account";
    readonly leastDays?: number | null;
    readonly tier?: number;
  };

function endpoint(
  facts: Facts,
  path: Path,
  parameters: Parameters,
  loadParser: LoadParser,
): Endpoint {
  const { scope = "site", series = facts.name } = facts;
  const maxSites = scope === "account" ? 0 : 1;
  return {
    query: { leastDays: 1, tier: 2, ...facts, scope, series, maxSites, charges: () => charges },
    path,
    parameters,
    loadParser,
  };
}

const siteList: Facts = {
  name: "sites",
  tier: 0,
  dataType: "sites",
  fills: ["sites"],
  scope: "account",
  role: "site-list",
};

/** A fleet's key lists its sites. */
const fleetList = endpoint(
  siteList,
  () => "/sites",
  (request) => ({
    page: String(siteListPage(request).page),
    "sites-in-page": String(sitesPerPage),
  }),
  async () => (await import("./site_attributes.ts")).parseSiteList,
);

/** A home's grants know no list: they are the list, which costs nothing. */
const grantList: Endpoint = {
  ...fleetList,
  query: { ...fleetList.query, isCertain: true, charges: () => [] },
  isKnownHere: true,
};

/**
 * Every call that is made, in the order of the data types; the overview comes last, because history is
 * completed in this order and it is worth the least.
 */
export function endpoints(access: "fleet" | "site"): readonly Endpoint[] {
  return [
    access === "fleet" ? fleetList : grantList,
    // What a fleet's list says every day of each site needs no page of its own as often.
    details(access === "fleet" ? 7 : 1),
    ...siteEndpoints,
  ];
}

/** A site's own page: all its attributes, and its last update. */
function details(leastDays: number): Endpoint {
  const facts: Facts = {
    name: "details",
    dataType: "sites",
    fills: ["sites"],
    leastDays,
    role: "last-update",
  };
  return endpoint(
    facts,
    ofSite(),
    nothing,
    async () => (await import("./site_attributes.ts")).parseDetails,
  );
}

const siteEndpoints: readonly Endpoint[] = [
  endpoint(
    {
      name: "devices",
      dataType: "equipment",
      alsoFor: ["inventory"],
      fills: ["inventory", "equipment", "batteries", "meters"],
      leastDays: 7,
    },
    ofSite("devices"),
    () => ({ types: deviceTypes }),
    async () => (await import("./devices.ts")).parseDevices,
  ),
  endpoint(
    {
      name: "energy",
      tier: 1,
      role: "totals",
      dataType: "energy",
      fills: ["energy_readings"],
      axis: days,
    },
    ofSite("energy"),
    inWindow({ resolution: "DAY", unit: "WH" }),
    async () => (await import("./energy.ts")).energyParser("DAY"),
  ),
  endpoint(
    {
      name: "energy-month",
      dataType: "energy",
      fills: ["energy_readings"],
      leastDays: 7,
      axis: months,
    },
    ofSite("energy"),
    inWindow({ resolution: "MONTH", unit: "WH" }),
    async () => (await import("./energy.ts")).energyParser("MONTH"),
  ),
  // How much this year has brought, its days show; the row of a year is final when the year has ended.
  endpoint(
    {
      name: "energy-year",
      tier: 2,
      dataType: "energy",
      fills: ["energy_readings"],
      leastDays: 30,
      axis: years,
    },
    ofSite("energy"),
    inWholeHistory({ resolution: "YEAR", unit: "WH" }),
    async () => (await import("./energy.ts")).energyParser("YEAR"),
  ),
  // Its period says since when the site has data; once known, that hardly ever changes.
  endpoint(
    {
      name: "energy-total",
      dataType: "energy",
      fills: ["sites"],
      leastDays: 30,
      // Without it years before the first day would be asked for.
      tier: 1,
      role: "first-day",
      axis: years,
    },
    ofSite("energy"),
    inWholeHistory({ resolution: "TOTAL", unit: "WH" }),
    async () => (await import("./first_day.ts")).parseFirstDay,
  ),
  endpoint(
    { name: "lifetime", dataType: "energy", fills: ["sites"], leastDays: 7 },
    ofSite("lifetime-energy"),
    nothing,
    async () => (await import("./lifetime.ts")).parseLifetime,
  ),
  endpoint(
    {
      name: "meters-day",
      dataType: "meters",
      alsoFor: ["energy"],
      fills: ["energy_readings"],
      leastDays: 7,
      tier: 3,
      axis: days,
    },
    ofSite("meters/telemetry"),
    inWindow({ resolution: "DAY" }),
    async () => (await import("./day_balance.ts")).parseMeterDays,
  ),
  endpoint(
    {
      name: "storage-day",
      dataType: "storage",
      alsoFor: ["energy"],
      fills: ["energy_readings"],
      leastDays: 7,
      tier: 4,
      axis: days,
    },
    ofSite("storage/telemetry"),
    inWindow({ resolution: "DAY" }),
    async () => (await import("./day_balance.ts")).parseStorageDays,
  ),
  endpoint(
    {
      name: "power",
      tier: 3,
      worth: 1,
      dataType: "power",
      fills: ["power_readings"],
      axis: { ...quarterHours, sleeps: true },
      // It is what the inverters give, less what a battery takes.
      follows: { series: "telemetry-900", kind: "site-power", unless: ["battery"] },
    },
    ofSite("power"),
    inWindow({ resolution: "QUARTER_HOUR", unit: "W" }),
    async () => (await import("./site_series.ts")).parsePower,
  ),
  endpoint(
    {
      name: "power-flow",
      dataType: "power-flow",
      series: "live-power-flow",
      fills: ["power_flows"],
    },
    ofSite("power-flow"),
    nothing,
    async () => (await import("./power_flow.ts")).parsePowerFlow,
  ),
  endpoint(
    {
      name: "storage-900",
      tier: 4,
      worth: 2,
      dataType: "storage",
      fills: ["battery_telemetry"],
      axis: quarterHours,
    },
    ofSite("storage/telemetry"),
    inWindow({ resolution: "QUARTER_HOUR" }),
    async () => (await import("./storage.ts")).parseStorage,
  ),
  endpoint(
    {
      name: "meters-900",
      tier: 3,
      worth: 1,
      dataType: "meters",
      alsoFor: ["power-details", "energy-details"],
      fills: ["meters", "meter_readings"],
      axis: quarterHours,
    },
    ofSite("meters/telemetry"),
    inWindow({ resolution: "QUARTER_HOUR" }),
    async () => (await import("./meters.ts")).parseMeters,
  ),
  endpoint(
    {
      name: "environmental",
      dataType: "environmental",
      fills: ["environmental_benefits"],
      leastDays: 7,
    },
    ofSite("environmental-benefits"),
    () => ({ unit: "METRIC" }),
    async () => (await import("./environmental.ts")).parseEnvironmental,
  ),
  endpoint(
    {
      name: "alerts",
      dataType: "alerts",
      series: "site-alerts",
      fills: ["alerts"],
    },
    ofSite("alerts"),
    (request) => ({
      "only-open": "false",
      "alerts-in-page": String(alertsPerPage),
      page: String(alertsPage(request).page),
    }),
    async () => (await import("./alerts.ts")).parseAlerts,
  ),
  endpoint(
    {
      name: "telemetry-900",
      tier: 5,
      worth: 3,
      afterOthers: true,
      dataType: "telemetry",
      alsoFor: ["power-details", "energy-details"],
      fills: ["inverter_telemetry"],
      axis: { ...quarterHours, sleeps: true },
    },
    ofSite("inverters/telemetry"),
    inWindow({ resolution: "QUARTER_HOUR" }),
    async () => (await import("./inverters.ts")).parseInverters,
  ),
  endpoint(
    {
      name: "overview",
      leastDays: null,
      dataType: "energy",
      series: "overview-day",
      fills: ["energy_readings"],
      axis: wholeDays,
    },
    ofSite("overview"),
    inWindow({}),
    async () => (await import("./overview.ts")).parseOverview,
  ),
];

/** What no call of this API gives. */
export const lacks: readonly { readonly dataType: DataType; readonly reason: string }[] = [
  { dataType: "changes", reason: "SolarEdge's API has no log of replacements" },
  {
    dataType: "optimizers",
    reason: "SolarEdge's API has no data of single panels",
  },
  { dataType: "sensors", reason: "SolarEdge's API has no sensors" },
];

/** Calls of the API that are not made, and why. */
export const notHarvested: readonly { readonly path: string; readonly reason: string }[] = [
  {
    path: "/alerts",
    reason: "the alerts of each site come from the site, where a refusal concerns that site alone",
  },
  {
    path: "/sites/{id}/overview/performance",
    reason: "the overview has the same two figures",
  },
  {
    path: "/sites/{id}/{inverters,meters,storage}/{serial}/{metric}",
    reason: "the telemetry of the site has the same metrics of all devices for one credit",
  },
];

/** What is known of v2 without asking it. */
export function v2Facts(access: "fleet" | "site", limits: Limits): SourceFacts {
  return {
    name: "v2",
    queries: endpoints(access).map((one) => one.query),
    quota: quotaWindows(limits),
    lacks,
  };
}
