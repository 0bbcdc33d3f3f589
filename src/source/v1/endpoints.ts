import type { DataType } from "../../model/data_type.ts";
import type { Axis, Charge, PlannedRequest, Query, QuotaWindow, SourceFacts } from "../source.ts";
import type { LoadParser } from "../answer/answer_body.ts";
import {
  inDates,
  inQuarterHours,
  inSeconds,
  inSensorTimes,
  ofDevice,
  ofEquipment,
  ofSites,
  type Parameters,
  type Path,
} from "./request_address.ts";
import { siteListPage, sitesPerPage } from "./request_pages.ts";

/** One call of the API: what can be asked, where it is, and who reads the answer. */
export interface Endpoint {
  readonly query: Query;
  readonly path: Path;
  readonly parameters: Parameters;
  readonly loadParser: LoadParser;
}

/** The most sites that a call for several may name. */
const bulkSites = 100;

const days = (...some: number[]) => some.map((one) => one * 24);

/**
 * The API allows one month for quarter-hours, one year for days and one week for samples, and has refused
 * spans a little shorter than that: the widest of each keeps a margin.
 */
const quarterHours: Axis = {
  bucket: 900,
  ladder: days(25, 13, 7, 1),
  lookback: "power",
  keeps: "ranges",
};
const wholeDays: Axis = {
  bucket: "day",
  ladder: days(364, 182, 28),
  lookback: "energy",
  keeps: "ranges",
};
const months: Axis = { bucket: "month", ladder: null, lookback: "energy", keeps: "whole" };
const years: Axis = { bucket: "year", ladder: null, lookback: "energy", keeps: "whole" };
const registers: Axis = {
  bucket: "samples",
  ladder: days(25, 13, 7, 1),
  lookback: "power",
  keeps: "ranges",
};
const samples: Axis = {
  bucket: "samples",
  ladder: days(6, 3, 1),
  lookback: "power",
  keeps: "ranges",
};

/** A call that names sites spends one from the quota of each of them, any other from the account's. */
function charges({ sites }: Pick<PlannedRequest, "sites">): readonly Charge[] {
  if (sites.length === 0) return [{ allowance: "account", amount: 1 }];
  return sites.map((one) => ({ allowance: `site:${one.siteId}`, amount: 1 }));
}

/** Both limits are a rolling day, the strictest reading of the API's documentation. */
export function quotaWindows(dailyLimit: number): readonly QuotaWindow[] {
  return [
    { allowance: "account", amount: dailyLimit, per: "rolling-day" },
    { allowance: "site:", amount: dailyLimit, per: "rolling-day" },
  ];
}

const nothing = () => ({});

function endpoint(
  facts: Omit<Query, "charges" | "series" | "maxSites" | "leastDays" | "tier"> & {
    maxSites?: number;
    leastDays?: number;
    tier?: number;
  },
  path: Path,
  parameters: Parameters,
  loadParser: LoadParser,
): Endpoint {
  const sites = facts.scope === "account" ? 0 : 1;
  return {
    query: { maxSites: sites, leastDays: 1, tier: 2, ...facts, series: facts.name, charges },
    path,
    parameters,
    loadParser,
  };
}

/** Every call that is made, in the order of the data types. */
export const endpoints: readonly Endpoint[] = [
  endpoint(
    {
      name: "sites",
      tier: 0,
      dataType: "sites",
      fills: ["sites"],
      scope: "account",
      role: "site-list",
    },
    () => "/sites/list",
    (request) => ({
      size: String(sitesPerPage),
      startIndex: String(siteListPage(request).startIndex),
      sortProperty: "Name",
      sortOrder: "ASC",
    }),
    async () => (await import("./site_attributes.ts")).parseSiteList,
  ),
  endpoint(
    { name: "details", dataType: "sites", fills: ["sites"], scope: "site" },
    ofSites("details"),
    nothing,
    async () => (await import("./site_attributes.ts")).parseDetails,
  ),
  endpoint(
    {
      name: "data-period",
      dataType: "sites",
      fills: ["sites"],
      scope: "site",
      maxSites: bulkSites,
      role: "first-day",
    },
    ofSites("dataPeriod"),
    nothing,
    async () => (await import("./data_period.ts")).parseDataPeriod,
  ),
  endpoint(
    {
      name: "overview",
      worth: 1,
      dataType: "sites",
      fills: ["sites"],
      scope: "site",
      maxSites: bulkSites,
      role: "last-update",
    },
    ofSites("overview"),
    nothing,
    async () => (await import("./overview.ts")).parseOverview,
  ),
  endpoint(
    {
      name: "equipment",
      dataType: "equipment",
      fills: ["equipment"],
      scope: "site",
    },
    ofEquipment("list"),
    nothing,
    async () => (await import("./equipment.ts")).parseEquipment,
  ),
  endpoint(
    {
      name: "energy",
      tier: 1,
      worth: 2,
      role: "totals",
      dataType: "energy",
      fills: ["energy_readings"],
      scope: "site",
      maxSites: bulkSites,
      axis: wholeDays,
    },
    ofSites("energy"),
    inDates({ timeUnit: "DAY" }),
    async () => (await import("./energy.ts")).energyParser("DAY", "ranges"),
  ),
  endpoint(
    {
      name: "energy-month",
      dataType: "energy",
      fills: ["energy_readings"],
      scope: "site",
      maxSites: bulkSites,
      axis: months,
    },
    ofSites("energy"),
    inDates({ timeUnit: "MONTH" }),
    async () => (await import("./energy.ts")).energyParser("MONTH", "whole"),
  ),
  endpoint(
    {
      name: "energy-year",
      dataType: "energy",
      fills: ["energy_readings"],
      scope: "site",
      maxSites: bulkSites,
      axis: years,
    },
    ofSites("energy"),
    inDates({ timeUnit: "YEAR" }),
    async () => (await import("./energy.ts")).energyParser("YEAR", "whole"),
  ),
  endpoint(
    {
      name: "power",
      worth: 1,
      dataType: "power",
      fills: ["power_readings"],
      scope: "site",
      maxSites: bulkSites,
      axis: { ...quarterHours, sleeps: true },
    },
    ofSites("power"),
    inQuarterHours(),
    async () => (await import("./power.ts")).parsePower,
  ),
  endpoint(
    {
      name: "power-flow",
      worth: 1,
      dataType: "power-flow",
      fills: ["power_flows"],
      scope: "site",
    },
    ofSites("currentPowerFlow"),
    nothing,
    async () => (await import("./power_flow.ts")).parsePowerFlow,
  ),
  endpoint(
    {
      name: "power-details",
      worth: 1,
      dataType: "power-details",
      fills: ["power_details"],
      scope: "site",
      axis: quarterHours,
    },
    ofSites("powerDetails"),
    inQuarterHours(),
    async () => (await import("./meter_types.ts")).parsePowerDetails,
  ),
  endpoint(
    {
      name: "energy-details",
      worth: 2,
      dataType: "energy-details",
      fills: ["energy_details"],
      scope: "site",
      axis: quarterHours,
    },
    ofSites("energyDetails"),
    inQuarterHours({ timeUnit: "QUARTER_OF_AN_HOUR" }),
    async () => (await import("./meter_types.ts")).parseEnergyDetails,
  ),
  endpoint(
    {
      name: "storage",
      worth: 2,
      dataType: "storage",
      fills: ["battery_telemetry", "batteries"],
      scope: "site",
      axis: samples,
    },
    ofSites("storageData"),
    inSeconds(),
    async () => (await import("./storage.ts")).parseStorage,
  ),
  endpoint(
    {
      name: "meters",
      worth: 2,
      dataType: "meters",
      fills: ["meter_readings", "meters"],
      scope: "site",
      axis: registers,
    },
    ofSites("meters"),
    inSeconds({ timeUnit: "QUARTER_OF_AN_HOUR" }),
    async () => (await import("./meters.ts")).parseMeters,
  ),
  endpoint(
    {
      name: "environmental",
      dataType: "environmental",
      fills: ["environmental_benefits"],
      scope: "site",
    },
    ofSites("envBenefits"),
    () => ({ systemUnits: "Metrics" }),
    async () => (await import("./environmental.ts")).parseEnvironmental,
  ),
  endpoint(
    { name: "alerts", dataType: "alerts", fills: ["alerts"], scope: "site" },
    ofSites("alerts"),
    nothing,
    async () => (await import("./alerts.ts")).parseAlerts,
  ),
  endpoint(
    {
      name: "inventory",
      dataType: "inventory",
      fills: ["inventory", "equipment", "batteries", "meters", "sensors"],
      scope: "site",
    },
    ofSites("inventory"),
    nothing,
    async () => (await import("./inventory.ts")).parseInventory,
  ),
  endpoint(
    {
      name: "changes",
      dataType: "changes",
      fills: ["equipment_changes"],
      scope: "device",
      categories: ["inverter", "battery", "gateway", "optimizer"],
    },
    ofDevice("changeLog"),
    nothing,
    async () => (await import("./changes.ts")).parseChanges,
  ),
  endpoint(
    {
      name: "telemetry",
      worth: 3,
      dataType: "telemetry",
      fills: ["inverter_telemetry"],
      scope: "device",
      categories: ["inverter"],
      axis: { ...samples, sleeps: true },
    },
    ofDevice("data"),
    inSeconds(),
    async () => (await import("./telemetry.ts")).parseTelemetry,
  ),
  endpoint(
    { name: "sensors", dataType: "sensors", fills: ["sensors"], scope: "site" },
    ofEquipment("sensors"),
    nothing,
    async () => (await import("./sensors.ts")).parseSensors,
  ),
  endpoint(
    {
      name: "sensor-readings",
      worth: 3,
      dataType: "sensors",
      fills: ["sensor_readings"],
      scope: "site",
      axis: samples,
      onlyWhereSensors: true,
    },
    ofSites("sensors"),
    inSensorTimes,
    async () => (await import("./sensors.ts")).parseSensorReadings,
  ),
];

/** What no call of this API gives. */
export const lacks: readonly { readonly dataType: DataType; readonly reason: string }[] = [
  {
    dataType: "optimizers",
    reason: "SolarEdge's API has no data of single panels",
  },
];

/** Calls of the API that are not made, and why. */
export const notHarvested: readonly { readonly path: string; readonly reason: string }[] = [
  {
    path: "/accounts/list",
    reason: "contact data of people and companies, no data of a site; account keys only",
  },
  {
    path: "/site/{id}/timeFrameEnergy",
    reason:
      "a total that depends on the range asked for; the days, months and years of energy add up to it",
  },
  {
    path: "/version/current, /version/supported",
    reason: "numbers of the API itself; every answer shows whether it is there",
  },
  {
    path: "/site/{id}/siteImage, /site/{id}/installerImage",
    reason: "pictures; their addresses are kept in the column uris of sites",
  },
];

/** What is known of v1 without asking it; `dailyLimit` in requests. */
export function v1Facts(dailyLimit: number): SourceFacts {
  return {
    name: "v1",
    queries: endpoints.map((one) => one.query),
    quota: quotaWindows(dailyLimit),
    lacks,
  };
}
