import { chance } from "../hash.ts";
import { measured } from "../json_text.ts";
import type { InverterSpec, MeterType, SiteSpec } from "../site_spec.ts";
import { readDay } from "../zone.ts";
import type { Call } from "./call.ts";
import { someOf } from "./parameters.ts";
import { dayStamp } from "./stamp.ts";

const deviceTypes = [
  "INVERTER",
  "BATTERY",
  "BATTERY_MODULE",
  "OPTIMIZER",
  "METER",
  "EV_CHARGER",
  "BUI",
  "GATEWAY",
] as const;

const meterWords: Record<MeterType, string> = {
  Production: "PRODUCTION",
  Consumption: "CONSUMPTION",
  SelfConsumption: "SELF_CONSUMPTION",
  FeedIn: "FEED_IN",
  Purchased: "PURCHASED",
};

/** `/sites/{id}/devices`: of SolarEdge's own; inverters of another maker are not listed */
export function devices(call: Call): unknown {
  const { spec, zone } = call.site.model;
  const types = someOf(call.parameters, "types", deviceTypes, ["INVERTER"]);
  const createdAt = dayStamp(zone, readDay(spec.installationDate));
  return describe(spec).filter((one) => types.includes(one.type)).map((one) => ({
    partNumber: null,
    createdAt,
    firmwareVersion: null,
    firmware: null,
    connectedTo: null,
    active: true,
    nameplate: measured(0),
    form: null,
    meterType: null,
    communicationType: null,
    connectedOptimizers: null,
    ...one,
  }));
}

interface Device {
  readonly type: typeof deviceTypes[number];
  readonly serialNumber: string | null;
  readonly name: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly [further: string]: unknown;
}

function describe(spec: SiteSpec): Device[] {
  const inverters = spec.inverters.filter((one) => one.phases !== "third-party");
  return [
    ...inverters.map((one): Device => ({
      type: "INVERTER",
      serialNumber: one.serial,
      name: one.name,
      manufacturer: one.manufacturer,
      model: one.model,
      partNumber: one.model,
      firmwareVersion: one.cpuVersion,
      firmware: `${one.cpuVersion}.1.100`,
      communicationType: one.communicationMethod,
      connectedOptimizers: one.connectedOptimizers,
    })),
    ...inverters.flatMap((one) => optimizers(spec, one)),
    ...spec.meters.map((one): Device => ({
      type: "METER",
      serialNumber: one.serial,
      name: one.name,
      manufacturer: one.manufacturer,
      model: one.model,
      firmwareVersion: one.firmwareVersion,
      connectedTo: spec.inverters[one.inverter].serial,
      form: one.serial === null ? "VIRTUAL" : "PHYSICAL",
      meterType: meterWords[one.type],
    })),
    ...spec.gateways.map((one): Device => ({
      type: "GATEWAY",
      serialNumber: one.serial,
      name: one.name,
      manufacturer: "SolarEdge",
      model: null,
      firmwareVersion: one.firmwareVersion,
      communicationType: "ETHERNET",
    })),
    ...spec.batteries.map((one): Device => ({
      type: "BATTERY",
      serialNumber: one.serial,
      name: one.name,
      manufacturer: one.manufacturer,
      model: one.model,
      partNumber: one.modelNumber,
      firmwareVersion: one.firmwareVersion,
      connectedTo: spec.inverters[one.inverter].serial,
      nameplate: measured(one.nameplateWh),
    })),
  ];
}

function optimizers(spec: SiteSpec, inverter: InverterSpec): Device[] {
  return Array.from({ length: inverter.connectedOptimizers }, (_, i) => {
    const number = Math.floor(0x1000_0000 * chance(spec.siteId, inverter.serial, i, "optimizer"));
    return {
      type: "OPTIMIZER",
      serialNumber: `2${number.toString(16).toUpperCase().padStart(7, "0")}-${
        (i + 16).toString(16).toUpperCase()
      }`,
      name: `Optimizer ${inverter.name.replace(/\D+/, "")}.1.${i + 1}`,
      manufacturer: "SolarEdge",
      model: "S440",
      partNumber: "S440-1GM4MRM",
      connectedTo: inverter.serial,
    };
  });
}
