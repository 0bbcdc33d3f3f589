import type { DataType } from "../../model/data_type.ts";
import type { Axis, Charge, PlannedRequest, Query, QuotaWindow } from "../source.ts";
import { parseAlerts } from "./alerts.ts";
import type { Parser } from "../answer/answer_body.ts";
import { parseChanges } from "./changes.ts";
import { parseDataPeriod } from "./data_period.ts";
import { energyParser } from "./energy.ts";
import { parseEnvironmental } from "./environmental.ts";
import { parseEquipment } from "./equipment.ts";
import { parseInventory } from "./inventory.ts";
import { parseEnergyDetails, parsePowerDetails } from "./meter_types.ts";
import { parseMeters } from "./meters.ts";
import { parseOverview } from "./overview.ts";
import { parsePowerFlow } from "./power_flow.ts";
import { parsePower } from "./power.ts";
import { parseSensorReadings, parseSensors } from "./sensors.ts";
import { parseDetails, parseSiteList, siteListPage, sitesPerPage } from "./site_attributes.ts";
import { parseStorage } from "./storage.ts";
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
import { parseTelemetry } from "./telemetry.ts";

/** One call of the API: what can be asked, where it is, and who reads the answer. */
export interface Endpoint {
  readonly query: Query;
  readonly path: Path;
  readonly parameters: Parameters;
  readonly parse: Parser;
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
  parse: Parser,
): Endpoint {
  const sites = facts.scope === "account" ? 0 : 1;
  return {
    query: { maxSites: sites, leastDays: 1, tier: 2, ...facts, series: facts.name, charges },
    path,
    parameters,
    parse,
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
    parseSiteList,
  ),
  endpoint(
    { name: "details", dataType: "sites", fills: ["sites"], scope: "site" },
    ofSites("details"),
    nothing,
    parseDetails,
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
    parseDataPeriod,
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
    parseOverview,
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
    parseEquipment,
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
    energyParser("DAY", "ranges"),
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
    energyParser("MONTH", "whole"),
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
    energyParser("YEAR", "whole"),
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
    parsePower,
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
    parsePowerFlow,
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
    parsePowerDetails,
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
    parseEnergyDetails,
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
    parseStorage,
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
    parseMeters,
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
    parseEnvironmental,
  ),
  endpoint(
    { name: "alerts", dataType: "alerts", fills: ["alerts"], scope: "site" },
    ofSites("alerts"),
    nothing,
    parseAlerts,
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
    parseInventory,
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
    parseChanges,
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
    parseTelemetry,
  ),
  endpoint(
    { name: "sensors", dataType: "sensors", fills: ["sensors"], scope: "site" },
    ofEquipment("sensors"),
    nothing,
    parseSensors,
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
    parseSensorReadings,
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
