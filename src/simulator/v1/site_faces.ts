import { measured } from "../json_text.ts";
import * as figures from "../site_figures.ts";
import type { SiteSpec } from "../site_spec.ts";
import type { Call, CallSite } from "./call.ts";
import { oneOf, whole } from "./parameters.ts";
import { Refusal } from "./reply.ts";

const sortProperties = [
  "Name",
  "Country",
  "State",
  "City",
  "Address",
  "Zip",
  "Status",
  "PeakPower",
  "InstallationDate",
  "Amount",
  "MaxSeverity",
  "CreationTime",
] as const;

const orders = ["ASC", "DESC"] as const;

/** `/sites/list` */
export function siteList(call: Call): unknown {
  const size = whole(call.parameters, "size", { least: 1, most: 100, otherwise: 100 });
  const startIndex = whole(call.parameters, "startIndex", {
    least: 0,
    most: 1_000_000,
    otherwise: 0,
  });
  const property = oneOf(call.parameters, "sortProperty", sortProperties, "CreationTime");
  const descending = oneOf(call.parameters, "sortOrder", orders, "ASC") === "DESC";
  const statuses = statusFilter(call.parameters.get("status") ?? "Active,Pending");
  const search = (call.parameters.get("searchText") ?? "").toLowerCase();
  const found = call.sites.filter(({ model: { spec } }) =>
    statuses(spec.status) && searchable(spec).toLowerCase().includes(search)
  );
  const key = sortKey(property);
  found.sort((a, b) => compare(key(a.model.spec), key(b.model.spec)));
  if (descending) found.reverse();
  const page = found.slice(startIndex, startIndex + size);
  return {
    sites: {
      count: found.length,
      site: page.map((site) => siteObject(site, call.accountKey)),
    },
  };
}

function statusFilter(list: string): (status: SiteSpec["status"]) => boolean {
  const words = list.split(",");
  for (const word of words) {
    if (!["Active", "Pending", "Disabled", "All"].includes(word)) {
      throw new Refusal(400, "Invalid value of parameter status");
    }
  }
  return (status) =>
    words.includes("All") || words.includes(status) ||
    (words.includes("Pending") && status === "PendingCommunication");
}

function searchable({ name, notes, location }: SiteSpec): string {
  const { address, city, zip, country } = location;
  return [name, notes, address, city, zip, `${address} ${zip} ${city}`, country].join("\n");
}

function sortKey(property: typeof sortProperties[number]): (spec: SiteSpec) => string | number {
  const keys: Record<typeof property, (spec: SiteSpec) => string | number> = {
    Name: (spec) => spec.name,
    Country: (spec) => spec.location.country,
    State: (spec) => spec.location.state ?? "",
    City: (spec) => spec.location.city,
    Address: (spec) => spec.location.address,
    Zip: (spec) => spec.location.zip,
    Status: (spec) => spec.status,
    PeakPower: (spec) => spec.peakPowerKwp,
    InstallationDate: (spec) => spec.installationDate,
    Amount: (spec) => spec.alertQuantity,
    MaxSeverity: (spec) => spec.alertSeverity,
    CreationTime: (spec) => spec.siteId,
  };
  return keys[property];
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `/site/{id}/details` */
export function details(call: Call): unknown {
  return { details: siteObject(call.site, false) };
}

/** Paths of a site's resources; the images only where there are any. */
export function uris(spec: SiteSpec): Record<string, string> {
  const path = `/site/${spec.siteId}`;
  return {
    ...(spec.hasImage ? { SITE_IMAGE: `${path}/siteImage/roof.png` } : {}),
    DATA_PERIOD: `${path}/dataPeriod`,
    ...(spec.hasImage ? { INSTALLER_IMAGE: `${path}/installerImage/logo.png` } : {}),
    DETAILS: `${path}/details`,
    OVERVIEW: `${path}/overview`,
  };
}

function siteObject(site: CallSite, withAlerts: boolean): unknown {
  const { spec } = site.model;
  const { location, primaryModule } = spec;
  return {
    id: spec.siteId,
    name: spec.name,
    accountId: spec.accountId,
    status: spec.status,
    peakPower: measured(spec.peakPowerKwp),
    lastUpdateTime: figures.lastUpdateText(site.model, site.knowledge)?.slice(0, 10) ?? null,
    currency: spec.currency ?? undefined,
    installationDate: spec.installationDate,
    ptoDate: spec.ptoDate,
    notes: spec.notes,
    type: "Optimizers & Inverters",
    location: {
      country: location.country,
      state: location.state ?? undefined,
      city: location.city,
      address: location.address,
      address2: location.address2 ?? undefined,
      zip: location.zip,
      timeZone: spec.timeZone,
      countryCode: location.countryCode,
      stateCode: location.stateCode ?? undefined,
    },
    alertQuantity: withAlerts ? spec.alertQuantity : undefined,
    alertSeverity: withAlerts ? spec.alertSeverity : undefined,
    primaryModule: primaryModule === null ? undefined : {
      manufacturerName: primaryModule.manufacturerName,
      modelName: primaryModule.modelName,
      maximumPower: measured(primaryModule.maximumPower),
      temperatureCoef: primaryModule.temperatureCoef === null
        ? undefined
        : measured(primaryModule.temperatureCoef),
    },
    uris: uris(spec),
    publicSettings: { name: spec.publicName ?? undefined, isPublic: spec.isPublic },
  };
}

/** `/site/{id}/dataPeriod` and its bulk form */
export function dataPeriod(call: Call): unknown {
  const period = ({ model, knowledge }: CallSite) => {
    const days = figures.dataPeriod(model, knowledge);
    return { startDate: days?.first ?? null, endDate: days?.last ?? null };
  };
  if (!isBulk(call)) return { dataPeriod: period(call.site) };
  return {
    datePeriodList: {
      count: call.sites.length,
      siteEnergyList: call.sites.map((site) => ({
        siteId: site.model.spec.siteId,
        dataPeriod: period(site),
      })),
    },
  };
}

/** `/site/{id}/overview` and its bulk form */
export function overview(call: Call): unknown {
  const one = ({ model, knowledge }: CallSite) => {
    const facts = figures.overview(model, knowledge, call.now);
    return {
      lastUpdateTime: figures.lastUpdateText(model, knowledge),
      lifeTimeData: {
        energy: measured(facts.life),
        revenue: facts.lifeRevenue === null ? undefined : measured(facts.lifeRevenue),
      },
      lastYearData: { energy: measured(facts.year) },
      lastMonthData: { energy: measured(facts.month) },
      lastDayData: { energy: measured(facts.day) },
      currentPower: { power: measured(facts.powerW) },
      measuredBy: model.spec.measuredBy,
    };
  };
  if (!isBulk(call)) return { overview: one(call.site) };
  return {
    sitesOverviews: {
      count: call.sites.length,
      siteEnergyList: call.sites.map((site) => ({
        siteId: site.model.spec.siteId,
        siteOverview: one(site),
      })),
    },
  };
}

/** `/site/{id}/currentPowerFlow` */
export function currentPowerFlow(call: Call): unknown {
  return powerFlowBody(call.site, call.quirks.powerFlowUnit);
}

/** The body of a power flow, the same in v1 and v2. */
export function powerFlowBody(
  site: Pick<CallSite, "model" | "knowledge">,
  unit: "kW" | "W",
): unknown {
  const flow = figures.powerFlow(site.model, site.knowledge);
  if (flow === null) return { siteCurrentPowerFlow: {} };
  const scale = unit === "kW" ? 1000 : 1;
  const power = (watts: number) => measured(Math.abs(watts) / scale);
  const status = (watts: number) => watts === 0 ? "Idle" : "Active";
  return {
    siteCurrentPowerFlow: {
      updateRefreshRate: 3,
      unit,
      connections: figures.connections(flow),
      GRID: { status: status(flow.gridW), currentPower: power(flow.gridW) },
      LOAD: { status: status(flow.loadW), currentPower: power(flow.loadW) },
      PV: { status: status(flow.pvW), currentPower: power(flow.pvW) },
      STORAGE: flow.storageW === null ? undefined : {
        status: figures.storageStatus(flow.storageW),
        currentPower: power(flow.storageW),
        chargeLevel: flow.chargePct,
        critical: flow.chargePct! < 10,
      },
    },
  };
}

const poundsPerKilogram = 2.2046226;

/** `/site/{id}/envBenefits` */
export function environmentalBenefits(call: Call): unknown {
  const { model, knowledge } = call.site;
  const units = ["Metrics", "Imperial"] as const;
  const metric = oneOf(call.parameters, "systemUnits", units, model.spec.ownerUnits) === "Metrics";
  const facts = figures.benefits(model, knowledge, call.now);
  const mass = (kilograms: number) => measured(kilograms * (metric ? 1 : poundsPerKilogram));
  return {
    envBenefits: {
      gasEmissionSaved: {
        units: metric ? "kg" : "lb",
        co2: mass(facts.co2Kg),
        so2: mass(facts.so2Kg),
        nox: mass(facts.noxKg),
      },
      treesPlanted: measured(facts.trees),
      lightBulbs: measured(facts.lightBulbs),
    },
  };
}

const accountProperties = [
  "Name",
  "country",
  "city",
  "address",
  "zip",
  "fax",
  "phone",
  "notes",
] as const;

/** `/accounts/list`, for account keys */
export function accountList(call: Call): unknown {
  if (!call.accountKey) throw new Refusal(403, "Access Denied");
  whole(call.parameters, "size", { least: 1, most: 100, otherwise: 100 });
  whole(call.parameters, "pageSize", { least: 1, most: 100, otherwise: 100 });
  oneOf(call.parameters, "sortProperty", accountProperties, "Name");
  oneOf(call.parameters, "sortOrder", orders, "ASC");
  const start = whole(call.parameters, "startIndex", { least: 0, most: 1_000_000, otherwise: 0 });
  const ids = [...new Set(call.sites.map((site) => site.model.spec.accountId))].sort();
  const list = ids.map((id) => ({
    id,
    name: "Example Solar Ltd",
    location: {
      country: "Germany",
      state: null,
      city: null,
      address: "Musterweg 2",
      address2: "",
      zip: "80000",
    },
    companyWebSite: "",
    contactPerson: "A. Example",
    email: "ops@example.org",
    phoneNumber: "+490000000",
    faxNumber: "",
    notes: "",
    parentId: 1,
    uris: null,
  }));
  return { accounts: { count: list.length, list: list.slice(start) } };
}

/** True for the forms that name several sites. */
export function isBulk(call: Call): boolean {
  return call.endpoint.startsWith("/sites/{ids}/");
}
