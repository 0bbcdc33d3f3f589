import type { DataType } from "../../model/data_type.ts";
import type { Axis, Query } from "../source.ts";
import type { Parser } from "../answer/answer_body.ts";
import { alertsPage, alertsPerPage, parseAlerts } from "./alerts.ts";
import { deviceTypes, parseDevices } from "./devices.ts";
import { parseMeterDays, parseStorageDays } from "./day_balance.ts";
import { energyParser } from "./energy.ts";
import { parseEnvironmental } from "./environmental.ts";
import { parseFirstDay } from "./first_day.ts";
import { parseInverters } from "./inverters.ts";
import { parseLifetime } from "./lifetime.ts";
import { charges } from "./limits.ts";
import { parseMeters } from "./meters.ts";
import { parsePowerFlow } from "./power_flow.ts";
import { inWholeHistory, inWindow, ofSite, type Parameters, type Path } from "./request_address.ts";
import { parseDetails, parseSiteList, siteListPage, sitesPerPage } from "./site_attributes.ts";
import { parsePower } from "./site_series.ts";
import { parseStorage } from "./storage.ts";

/** One call of the API: what can be asked, where it is, and who reads the answer. */
export interface Endpoint {
  readonly query: Query;
  readonly path: Path;
  readonly parameters: Parameters;
  readonly parse: Parser;
  /** Nothing is sent: the answer is known before. */
  readonly isKnownHere?: true;
}

/**
 * Quarter-hours cost a call for twelve hours, and none of them changes once it has closed: each half of a
 * day is asked for once. What spare credits buy first has the lowest `freshness`.
 */
const halfDays: Axis = {
  bucket: 900,
  maxDays: null,
  maxHours: 12,
  lookback: "power",
  keeps: "stretches",
};
/** A month is allowed, and the shortest has 28 days. */
const days: Axis = { bucket: "day", maxDays: 28, lookback: "energy", keeps: "stretches" };
const months: Axis = { bucket: "month", maxDays: null, lookback: "energy", keeps: "whole" };
const years: Axis = { bucket: "year", maxDays: null, lookback: "energy", keeps: "whole" };

const nothing = () => ({});

/** Without `series` its name; what the other generation refuses has a name of its own, lest the refusal count here. */
type Facts =
  & Omit<Query, "charges" | "series" | "maxSites" | "scope">
  & { readonly series?: string; readonly scope?: "account" };

function endpoint(facts: Facts, path: Path, parameters: Parameters, parse: Parser): Endpoint {
  const { scope = "site", series = facts.name } = facts;
  const maxSites = scope === "account" ? 0 : 1;
  return {
    query: { ...facts, scope, series, maxSites, charges: () => charges },
    path,
    parameters,
    parse,
  };
}

const siteList: Facts = {
  name: "sites",
  dataType: "sites",
  fills: ["sites"],
  scope: "account",
  rhythm: "daily",
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
  parseSiteList,
);

/** A home's grants know no list: they are the list, which costs nothing. */
const grantList: Endpoint = {
  ...fleetList,
  query: { ...fleetList.query, charges: () => [] },
  isKnownHere: true,
};

/** Every call that is made, in the order of the data types. */
export function endpoints(access: "fleet" | "site"): readonly Endpoint[] {
  return [access === "fleet" ? fleetList : grantList, ...siteEndpoints];
}

const siteEndpoints: readonly Endpoint[] = [
  // No list tells the last update, so each site's own page is asked for too.
  endpoint(
    {
      name: "details",
      dataType: "sites",
      fills: ["sites"],
      rhythm: "daily",
      role: "last-update",
    },
    ofSite(),
    nothing,
    parseDetails,
  ),
  endpoint(
    {
      name: "devices",
      dataType: "equipment",
      alsoFor: ["inventory"],
      fills: ["inventory", "equipment", "batteries", "meters"],
      rhythm: "weekly",
    },
    ofSite("devices"),
    () => ({ types: deviceTypes }),
    parseDevices,
  ),
  endpoint(
    {
      name: "energy",
      dataType: "energy",
      fills: ["energy_readings"],
      rhythm: "daily",
      axis: days,
    },
    ofSite("energy"),
    inWindow({ resolution: "DAY", unit: "WH" }),
    energyParser("DAY"),
  ),
  endpoint(
    {
      name: "energy-month",
      dataType: "energy",
      fills: ["energy_readings"],
      rhythm: "weekly",
      axis: months,
    },
    ofSite("energy"),
    inWindow({ resolution: "MONTH", unit: "WH" }),
    energyParser("MONTH"),
  ),
  endpoint(
    {
      name: "energy-year",
      dataType: "energy",
      fills: ["energy_readings"],
      rhythm: "weekly",
      axis: years,
    },
    ofSite("energy"),
    inWholeHistory({ resolution: "YEAR", unit: "WH" }),
    energyParser("YEAR"),
  ),
  endpoint(
    {
      name: "energy-total",
      dataType: "energy",
      fills: ["sites"],
      rhythm: "weekly",
      role: "first-day",
      axis: years,
    },
    ofSite("energy"),
    inWholeHistory({ resolution: "TOTAL", unit: "WH" }),
    parseFirstDay,
  ),
  endpoint(
    { name: "lifetime", dataType: "energy", fills: ["sites"], rhythm: "daily" },
    ofSite("lifetime-energy"),
    nothing,
    parseLifetime,
  ),
  endpoint(
    {
      name: "power",
      dataType: "power",
      fills: ["power_readings"],
      rhythm: "when-closed",
      axis: { ...halfDays, freshness: 1, sleeps: true },
    },
    ofSite("power"),
    inWindow({ resolution: "QUARTER_HOUR", unit: "W" }),
    parsePower,
  ),
  endpoint(
    {
      name: "power-flow",
      dataType: "power-flow",
      series: "live-power-flow",
      fills: ["power_flows"],
      rhythm: "daily",
    },
    ofSite("power-flow"),
    nothing,
    parsePowerFlow,
  ),
  endpoint(
    {
      name: "storage-900",
      dataType: "storage",
      fills: ["battery_telemetry"],
      rhythm: "when-closed",
      axis: halfDays,
    },
    ofSite("storage/telemetry"),
    inWindow({ resolution: "QUARTER_HOUR" }),
    parseStorage,
  ),
  endpoint(
    {
      name: "meters-900",
      dataType: "meters",
      alsoFor: ["power-details", "energy-details"],
      fills: ["meters", "meter_readings"],
      rhythm: "when-closed",
      axis: halfDays,
    },
    ofSite("meters/telemetry"),
    inWindow({ resolution: "QUARTER_HOUR" }),
    parseMeters,
  ),
  endpoint(
    {
      name: "environmental",
      dataType: "environmental",
      fills: ["environmental_benefits"],
      rhythm: "weekly",
    },
    ofSite("environmental-benefits"),
    () => ({ unit: "METRIC" }),
    parseEnvironmental,
  ),
  endpoint(
    {
      name: "alerts",
      dataType: "alerts",
      series: "site-alerts",
      fills: ["alerts"],
      rhythm: "daily",
    },
    ofSite("alerts"),
    (request) => ({
      "only-open": "false",
      "alerts-in-page": String(alertsPerPage),
      page: String(alertsPage(request).page),
    }),
    parseAlerts,
  ),
  endpoint(
    {
      name: "telemetry-900",
      dataType: "telemetry",
      alsoFor: ["power-details", "energy-details"],
      fills: ["inverter_telemetry"],
      rhythm: "when-closed",
      axis: { ...halfDays, sleeps: true },
    },
    ofSite("inverters/telemetry"),
    inWindow({ resolution: "QUARTER_HOUR" }),
    parseInverters,
  ),
  endpoint(
    {
      name: "meters-day",
      dataType: "meters",
      alsoFor: ["energy"],
      fills: ["energy_readings"],
      rhythm: "daily",
      axis: days,
    },
    ofSite("meters/telemetry"),
    inWindow({ resolution: "DAY" }),
    parseMeterDays,
  ),
  endpoint(
    {
      name: "storage-day",
      dataType: "storage",
      alsoFor: ["energy"],
      fills: ["energy_readings"],
      rhythm: "daily",
      axis: days,
    },
    ofSite("storage/telemetry"),
    inWindow({ resolution: "DAY" }),
    parseStorageDays,
  ),
];

/** What no call of this API gives. */
export const lacks: readonly { readonly dataType: DataType; readonly reason: string }[] = [
  { dataType: "changes", reason: "this generation of SolarEdge's API has no log of replacements" },
  {
    dataType: "optimizers",
    reason: "no generation of SolarEdge's API gives data of single panels",
  },
  { dataType: "sensors", reason: "this generation of SolarEdge's API gives no sensors" },
];

/** Calls of the API that are not made, and why. */
export const notHarvested: readonly { readonly path: string; readonly reason: string }[] = [
  {
    path: "/alerts",
    reason: "the alerts of each site come from the site, where a refusal concerns that site alone",
  },
  {
    path: "/sites/{id}/overview",
    reason:
      "the balance of a day follows from its energy and those of meters and batteries, a month each",
  },
  {
    path: "/sites/{id}/overview/performance",
    reason: "it needs a credit for each day, and what it divides is stored",
  },
  {
    path: "/sites/{id}/{inverters,meters,storage}/{serial}/{metric}",
    reason: "the telemetry of the site has the same metrics of all devices for one credit",
  },
];
