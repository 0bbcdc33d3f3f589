import { batteryWh, capacityWh, meterWh } from "../device_energies.ts";
import { type InverterSample, inverterSamples } from "../devices.ts";
import type { SiteModel } from "../site_model.ts";
import type { MeterSpec, MeterType } from "../site_spec.ts";
import { quarterHour } from "../zone.ts";
import type { Bucket, Resolution } from "./buckets.ts";
import type { CallSite } from "./call.ts";
import { isServed, rounded } from "./site_energies.ts";

export type Family = "inverters" | "meters" | "storage";

/** What one device gives in one kind of number. */
export interface Metric {
  readonly name: string;
  readonly unit: "W" | "WH" | "VOLT" | "AMPERE" | "HERTZ" | "PERCENTAGE";
  /** Where the stamp of a bucket stands: at its start, of averaged voltages and frequencies at its end. */
  readonly stampedAt: "start" | "end";
  /** Energies are summed and powers averaged over any bucket; the others are given up to an hour. */
  readonly kind: "mean" | "sum";
  /** The value of some slots that the server has, in the unit; there is one at least. */
  value(slots: readonly number[]): number | null;
}

/** A device of telemetry: all its values stand under its serial number. */
export interface MeasuringDevice {
  readonly serial: string;
  readonly metrics: readonly Metric[];
}

/** The devices of a family that have a serial number and measure anything. */
export function measuringDevices({ model }: CallSite, family: Family): MeasuringDevice[] {
  const { spec } = model;
  switch (family) {
    case "inverters":
      return spec.inverters.flatMap((one, index) =>
        one.phases === "third-party"
          ? []
          : [{ serial: one.serial, metrics: inverterMetrics(model, index) }]
      );
    case "storage":
      return spec.batteries.map((one, index) => ({
        serial: one.serial,
        metrics: batteryMetrics(model, index),
      }));
    case "meters":
      return physicalMeters(model).map(({ serial, meters }) => ({
        serial,
        metrics: meters.flatMap((one) => meterMetrics(model, one)),
      }));
  }
}

/** The value of a device's metric in a bucket; null where the server has nothing of it, or it was asleep. */
export function metricIn(
  site: CallSite,
  serial: string,
  resolution: Resolution,
  bucket: Bucket,
  metric: Metric,
): number | null {
  if (!isServed(site, resolution, bucket)) return null;
  const slots = knownSlots(site, serial, bucket);
  return slots.length === 0 ? null : metric.value(slots);
}

/** The whole quarter-hours of a bucket that the server has of a device. */
function knownSlots({ model, knowledge }: CallSite, serial: string, bucket: Bucket): number[] {
  const first = Math.max(model.firstSlot, Math.ceil(bucket.from / quarterHour));
  const end = Math.min(bucket.to, knowledge.lastUpload ?? -Infinity);
  const slots: number[] = [];
  for (let slot = first; (slot + 1) * quarterHour <= end; slot++) {
    if (knowledge.hasOf(serial, slot * quarterHour)) slots.push(slot);
  }
  return slots;
}

function inverterMetrics(model: SiteModel, inverter: number): Metric[] {
  const energy = awakeSum(model, (slot) => model.inverterWh(inverter, slot));
  const power = meanOf(energy);
  // Several metrics are made of the same samples.
  const bySlot = new Map<number, readonly InverterSample[]>();
  const samplesOf = (slot: number) => {
    let found = bySlot.get(slot);
    if (!found) {
      const [from, end] = [slot * quarterHour, (slot + 1) * quarterHour];
      bySlot.set(slot, found = inverterSamples(model, inverter, from, end - 1));
    }
    return found;
  };
  const samples = (slots: readonly number[]) => slots.filter(model.awake).flatMap(samplesOf);
  const phaseMean = (name: "acVoltage" | "acFrequency") => (slots: readonly number[]) => {
    const values = samples(slots).flatMap((one) => one.phases.map((phase) => phase[name]));
    return values.length === 0 ? null : rounded(mean(values), 3);
  };
  const voltage = phaseMean("acVoltage");
  const current = (slots: readonly number[]) => {
    const watts = power(slots);
    const volts = voltage(slots);
    return watts === null || volts === null ? null : rounded(watts / volts, 4);
  };
  const end = "end" as const;
  return [
    { name: "power", unit: "W", kind: "mean", stampedAt: "start", value: power },
    { name: "energy", unit: "WH", kind: "sum", stampedAt: "start", value: energy },
    { name: "voltage", unit: "VOLT", kind: "mean", stampedAt: end, value: voltage },
    { name: "current", unit: "AMPERE", kind: "mean", stampedAt: "start", value: current },
    {
      name: "frequency",
      unit: "HERTZ",
      kind: "mean",
      stampedAt: end,
      value: phaseMean("acFrequency"),
    },
  ];
}

const directions: Partial<Record<MeterType, string>> = {
  Production: "production",
  Consumption: "consumption",
  Purchased: "import",
  FeedIn: "export",
};

/**
 * The meters by serial number. One under a serial number may measure several directions; what a virtual
 * meter counts stands with the first meter of the grid on the same inverter, from which it is computed.
 */
function physicalMeters({ spec }: SiteModel): { serial: string; meters: MeterSpec[] }[] {
  const found = new Map<string, MeterSpec[]>();
  for (const one of spec.meters) {
    const host = one.serial ?? spec.meters.find((other) =>
      other.serial !== null && other.inverter === one.inverter &&
      ["Purchased", "FeedIn"].includes(other.type)
    )?.serial ?? null;
    if (host === null) {
      continue;
    }
    const together = found.get(host) ?? [];
    if (
      !together.some((other) =>
        other.type === one.type
      )
    ) together.push(one);
    found.set(host, together);
  }
  return [...found].map(([serial, meters]) => ({ serial, meters }));
}

function meterMetrics(model: SiteModel, meter: MeterSpec): Metric[] {
  const name = directions[meter.type];
  if (name === undefined) return [];
  const wattHours = (slot: number) => meterWh(model, meter, slot);
  const energy = meter.type === "Production"
    ? awakeSum(model, wattHours)
    : (slots: readonly number[]) => slots.reduce((sum, slot) => sum + wattHours(slot), 0);
  return powerAndEnergy(name, energy);
}

function batteryMetrics(model: SiteModel, battery: number): Metric[] {
  const flow = (way: "charged" | "discharged") => (slots: readonly number[]) =>
    slots.reduce((sum, slot) => sum + batteryWh(model, battery, slot)[way], 0);
  const capacity = capacityWh(model);
  // As the three samples that v1 sends of a quarter-hour: at its thirds.
  const storedShare = (slots: readonly number[]) =>
    mean(slots.map((slot) => {
      const before = model.storedWh(slot);
      return before + (model.storedWh(slot + 1) - before) / 3;
    })) / capacity;
  const { nameplateWh } = model.spec.batteries[battery];
  return [
    ...powerAndEnergy("charge", flow("charged")),
    ...powerAndEnergy("discharge", flow("discharged")),
    {
      name: "remainingEnergy",
      unit: "WH",
      kind: "mean",
      stampedAt: "start",
      value: (slots) => rounded(storedShare(slots) * nameplateWh, 1),
    },
    {
      name: "stateOfEnergy",
      unit: "PERCENTAGE",
      kind: "mean",
      stampedAt: "start",
      value: (slots) => rounded(100 * storedShare(slots), 2),
    },
  ];
}

type ValueOf = Metric["value"];

function powerAndEnergy(name: string, energy: ValueOf): Metric[] {
  const stampedAt = "start" as const;
  return [
    { name: `${name}Power`, unit: "W", kind: "mean", stampedAt, value: meanOf(energy) },
    { name: `${name}Energy`, unit: "WH", kind: "sum", stampedAt, value: energy },
  ];
}

/** Mean power of the slots that an energy is the sum of. */
function meanOf(energy: ValueOf): ValueOf {
  return (slots) => {
    const wattHours = energy(slots);
    return wattHours === null ? null : rounded(wattHours * 4 / slots.length, 4);
  };
}

/** A sum over slots that is null where the inverters slept through all of them. */
function awakeSum(model: SiteModel, wattHours: (slot: number) => number): ValueOf {
  return (slots) =>
    slots.some(model.awake) ? slots.reduce((sum, slot) => sum + wattHours(slot), 0) : null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
