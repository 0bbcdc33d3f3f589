import { measured } from "../json_text.ts";
import * as figures from "../site_figures.ts";
import type { AlertSpec, SiteSpec } from "../site_spec.ts";
import { powerFlowBody } from "../v1/site_faces.ts";
import { readDay } from "../zone.ts";
import { type Call, type CallSite, tiers } from "./call.ts";
import { oneOf, paged } from "./parameters.ts";
import { Problem } from "./problem.ts";
import { dayStamp, stamp } from "./stamp.ts";

/** `/sites` */
export function siteList(call: Call): unknown {
  const size = { most: 1000, otherwise: 50 };
  const page = paged(call.parameters, "sites-in-page", size, call.sites).map(siteObject);
  return call.quirks.bareSiteList ? page : { sites: { count: page.length, site: page } };
}

/** `/sites/{id}` */
export function site(call: Call): unknown {
  const { model: { spec, zone }, knowledge: { lastUpload } } = call.site;
  return {
    ...siteObject(call.site),
    accountId: spec.accountId,
    lastUpdateTime: lastUpload === null ? null : stamp(zone, lastUpload),
  };
}

const statuses: Record<SiteSpec["status"], string> = {
  Active: "ACTIVE",
  PendingCommunication: "PENDING",
  Disabled: "DISABLED",
};

function siteObject({ model: { spec, zone } }: CallSite) {
  const { location } = spec;
  return {
    siteId: spec.siteId,
    name: spec.name,
    peakPower: measured(spec.peakPowerKwp),
    installationDate: dayStamp(zone, readDay(spec.installationDate)),
    location: {
      address: location.address,
      city: location.city,
      state: location.state ?? undefined,
      zip: location.zip,
      country: location.country,
      timezone: spec.timeZone,
    },
    activationStatus: statuses[spec.status],
    note: spec.notes,
  };
}

/** `/sites/{id}/power-flow` */
export function powerFlow(call: Call): unknown {
  if (tiers.indexOf(call.tier) < tiers.indexOf("business-pro")) {
    throw new Problem(403, "Not part of the plan of this account");
  }
  return powerFlowBody(call.site, "kW");
}

/** `/sites/{id}/lifetime-energy` */
export function lifetimeEnergy(call: Call): unknown {
  const { model, knowledge } = call.site;
  return { energy: measured(figures.overview(model, knowledge, call.now).life), unit: "WH" };
}

const poundsPerKilogram = 2.2046226;
const milesPerKilowattHour = 3.4;

/** `/sites/{id}/environmental-benefits` */
export function environmentalBenefits(call: Call): unknown {
  const unit = oneOf(call.parameters, "unit", ["METRIC", "IMPERIAL"], "METRIC");
  const { model, knowledge } = call.site;
  const { co2Kg } = figures.benefits(model, knowledge, call.now);
  const { life } = figures.overview(model, knowledge, call.now);
  return {
    unit,
    co2Emissions: measured(unit === "METRIC" ? co2Kg : co2Kg * poundsPerKilogram),
    evMiles: measured(Math.round(life / 1000 * milesPerKilowattHour)),
  };
}

/** `/sites/{id}/alerts` and `/alerts`, the newest first */
export function alerts(call: Call): unknown {
  const onlyOpen = oneOf(call.parameters, "only-open", ["true", "false"], "false") === "true";
  const all = call.sites.flatMap((site) => alertsOf(site, call.now))
    .filter((one) => !onlyOpen || one.status === "OPEN")
    .toSorted((a, b) => b.alertId - a.alertId);
  return paged(call.parameters, "alerts-in-page", { most: 100, otherwise: 50 }, all);
}

function alertsOf({ model: { spec } }: CallSite, now: number) {
  const past = (instant: string | null) => instant !== null && Date.parse(instant) / 1000 <= now;
  return (spec.alerts ?? []).filter((one) => past(one.firstTrigger)).map((one) => ({
    alertId: one.alertId,
    siteId: spec.siteId,
    category: one.category,
    type: one.type,
    impact: one.impact,
    status: past(one.closed) ? "CLOSED" : "OPEN",
    firstTrigger: one.firstTrigger,
    lastTrigger: past(one.lastTrigger) ? one.lastTrigger : one.firstTrigger,
    component: component(spec, one),
    errorCodes: one.errorCodes,
  }));
}

function component(spec: SiteSpec, { device }: AlertSpec) {
  if (device === null) return null;
  const all = [...spec.inverters, ...spec.batteries, ...spec.gateways, ...spec.meters];
  return { name: all.find((one) => one.serial === device)?.name ?? null, serialNumber: device };
}
