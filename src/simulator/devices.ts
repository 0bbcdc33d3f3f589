import { batteryLife, batteryWh, capacityWh, meterRegisterWh } from "./device_energies.ts";
import { chance } from "./hash.ts";
import type { InverterSpec, SensorSpec } from "./site_spec.ts";
import type { SiteModel } from "./site_model.ts";
import { airTemperature, sunAt, windSpeed } from "./sun.ts";
import { dayOf, quarterHour } from "./zone.ts";

/** A device sends three samples in a quarter-hour, each at an odd second of its own. */
const sampleSeconds = 300;

/** Electrical values of one phase. */
export interface Phase {
  readonly acCurrent: number;
  readonly acVoltage: number;
  readonly acFrequency: number;
  readonly apparentPower: number;
  readonly activePower: number;
  readonly reactivePower: number;
  readonly cosPhi: number;
}

/** One sample of an inverter; null where the device does not say (`undefined`: it has no such field). */
export interface InverterSample {
  readonly epoch: number;
  readonly totalActivePower: number;
  readonly dcVoltage: number | null;
  readonly groundFaultResistance: number | undefined;
  readonly powerLimit: number;
  /** Wh of its life. */
  readonly totalEnergy: number;
  readonly temperature: number;
  readonly inverterMode: string;
  readonly operationMode: number;
  /** L1 to L2, L2 to L3, L3 to L1; three-phase models. */
  readonly betweenPhases: readonly number[];
  /** L1 and L2 to neutral; split-phase models. */
  readonly toNeutral: readonly number[];
  readonly phases: readonly Phase[];
}

/** One sample of a battery. */
export interface BatterySample {
  readonly epoch: number;
  /** W, charging positive, as v1 sends it. */
  readonly chargePowerW: number;
  readonly batteryState: number;
  readonly lifetimeChargedWh: number;
  readonly lifetimeDischargedWh: number;
  readonly stateOfChargePct: number;
  readonly fullPackWh: number;
  readonly temperature: number;
}

/** One reading of a meter's register, Wh. */
export interface MeterSample {
  readonly epoch: number;
  readonly registerWh: number;
}

/**
 * Samples of an inverter in the epoch seconds `[from, to]`: three a quarter-hour while it is awake, one
 * more as it falls asleep.
 */
export function inverterSamples(
  model: SiteModel,
  inverter: number,
  from: number,
  to: number,
): InverterSample[] {
  const samples: InverterSample[] = [];
  const spec = model.spec.inverters[inverter];
  for (const slot of slots(model, from, to)) {
    const awake = model.awake(slot);
    if (!awake && !(slot > model.firstSlot && model.awake(slot - 1))) continue;
    const before = model.inverterRegister(inverter, slot);
    const energy = model.inverterWh(inverter, slot);
    const counted = model.inverterRegister(inverter, slot + 1) - before;
    for (let k = 0; k < (awake ? 3 : 1); k++) {
      const epoch = sampleEpoch(model, spec.serial, slot, k);
      if (epoch < from || epoch > to) continue;
      samples.push(
        inverterSample(
          model,
          spec,
          slot,
          epoch,
          awake,
          energy,
          before + Math.floor(counted * k / 3),
        ),
      );
    }
  }
  return samples;
}

/** When a site that sleeps by night was last heard before the end of a slot that is asleep. */
export function goodNight(model: SiteModel, slot: number): number {
  return sampleEpoch(model, model.spec.inverters[0].serial, slot, 0);
}

function inverterSample(
  model: SiteModel,
  spec: InverterSpec,
  slot: number,
  epoch: number,
  awake: boolean,
  energy: number,
  register: number,
): InverterSample {
  const { siteId, plane } = model.spec;
  const random = (of: string) => chance(siteId, spec.serial, epoch, of);
  // The first sample of a quarter-hour is above its mean by what the second is below it.
  const wave = [1, -1, 0][Math.floor((epoch - slot * quarterHour) / sampleSeconds)];
  const swing = Math.floor(energy * 4 * 0.1 * chance(siteId, spec.serial, slot, "swing"));
  const watts = energy * 4 + wave * swing;
  const count = spec.phases === "three" ? 3 : 1;
  // No two phases carry the same, and together they carry the whole.
  const first = Math.round(watts * 0.32);
  const second = Math.round(watts * 0.335);
  const loads = count === 3 ? [first, second, watts - first - second] : [watts];
  const phases = loads.map((active, i): Phase => {
    const voltage = round((spec.phases === "split" ? 240 : 230) + 8 * (random(`v${i}`) - 0.5), 3);
    const reactive = -round(active * 0.03 * random(`q${i}`), 2);
    return {
      acCurrent: round(active / voltage, 5),
      acVoltage: voltage,
      acFrequency: round((spec.phases === "split" ? 60 : 50) + 0.04 * (random(`f${i}`) - 0.5), 4),
      apparentPower: round(Math.hypot(active, reactive), 2),
      activePower: active,
      reactivePower: reactive === 0 ? 0 : reactive,
      cosPhi: active > 0 ? round(1 - 0.02 * random(`c${i}`), 3) : 0,
    };
  });
  return {
    epoch,
    totalActivePower: watts,
    dcVoltage: awake ? round(380 + 40 * random("dc"), 3) : null,
    groundFaultResistance: awake ? round(5500 + 3000 * random("ground"), 1) : undefined,
    powerLimit: awake ? 100 : 0,
    totalEnergy: register,
    temperature: round(
      airTemperature(siteId, plane, model.zone.localOf(epoch)) + 10 +
        20 * watts / (model.spec.peakPowerKwp * 1000),
      4,
    ),
    inverterMode: !awake ? "SLEEPING" : watts > 0 ? "MPPT" : "STARTING",
    operationMode: 0,
    betweenPhases: spec.phases === "three"
      ? ["12", "23", "31"].map((pair) => round(398 + 10 * random(pair), 3))
      : [],
    toNeutral: spec.phases === "split"
      ? ["1n", "2n"].map((pair) => round(119 + 3 * random(pair), 3))
      : [],
    phases,
  };
}

/** Samples of a battery in the epoch seconds `[from, to]`: every five minutes, day and night. */
export function batterySamples(
  model: SiteModel,
  battery: number,
  from: number,
  to: number,
): BatterySample[] {
  const { spec } = model;
  const one = spec.batteries[battery];
  const capacity = capacityWh(model);
  const samples: BatterySample[] = [];
  for (const slot of slots(model, from, to)) {
    const { charged, discharged } = batteryLife(model, battery, slot);
    const { charged: chargeWh, discharged: dischargeWh } = batteryWh(model, battery, slot);
    for (let k = 0; k < 3; k++) {
      const epoch = sampleEpoch(model, one.serial, slot, k);
      if (epoch < from || epoch > to) continue;
      const storedWh = model.storedWh(slot) +
        (model.storedWh(slot + 1) - model.storedWh(slot)) * k / 3;
      const percentage = round(100 * storedWh / capacity, 1);
      samples.push({
        epoch,
        chargePowerW: 4 * (chargeWh - dischargeWh),
        batteryState: chargeWh + dischargeWh === 0 && percentage > 95 ? 6 : 3,
        lifetimeChargedWh: charged + Math.floor(chargeWh * k / 3),
        lifetimeDischargedWh: discharged + Math.floor(dischargeWh * k / 3),
        stateOfChargePct: percentage,
        fullPackWh: Math.round(one.nameplateWh * (1 - (slot - model.firstSlot) / 35_040 * 0.015)),
        temperature: round(
          18 + 0.3 * airTemperature(spec.siteId, spec.plane, model.zone.localOf(epoch)),
          1,
        ),
      });
    }
  }
  return samples;
}

/** Register of a meter once a quarter-hour, in the epoch seconds `[from, to]`: all energy before it. */
export function meterSamples(
  model: SiteModel,
  meter: number,
  from: number,
  to: number,
): MeterSample[] {
  const samples: MeterSample[] = [];
  for (const slot of slots(model, from, to)) {
    const sample = meterSample(model, meter, slot);
    if (sample.epoch >= from && sample.epoch <= to) samples.push(sample);
  }
  return samples;
}

/** The reading of a meter in one quarter-hour. */
export function meterSample(model: SiteModel, meter: number, slot: number): MeterSample {
  const spec = model.spec.meters[meter];
  return {
    epoch: sampleEpoch(model, `${spec.serial}`, slot, 0),
    registerWh: meterRegisterWh(model, spec, slot),
  };
}

/** Samples of a sensor in the epoch seconds `[from, to]`: at every full five minutes. */
export function sensorSamples(
  model: SiteModel,
  measurement: SensorSpec["measurement"],
  from: number,
  to: number,
): { epoch: number; value: number }[] {
  const samples: { epoch: number; value: number }[] = [];
  const first = Math.max(from, model.firstSlot * quarterHour);
  for (let at = Math.ceil(first / sampleSeconds); at * sampleSeconds <= to; at++) {
    samples.push({
      epoch: at * sampleSeconds,
      value: sensorValue(model, measurement, at * sampleSeconds),
    });
  }
  return samples;
}

function sensorValue(model: SiteModel, measurement: SensorSpec["measurement"], epoch: number) {
  const { siteId, plane } = model.spec;
  const slot = Math.floor(epoch / quarterHour);
  const air = airTemperature(siteId, plane, model.zone.localOf(epoch));
  const { height } = sunAt(epoch, plane);
  const light = Math.max(0, height) * 1000 * (0.4 + 0.6 * chance(siteId, slot, "light"));
  switch (measurement) {
    case "SensorAmbientTemperature":
      return round(air, 4);
    case "SensorModuleTemperature":
      return round(air + light * 0.025, 4);
    case "SensorWindSpeed":
      return round(windSpeed(siteId, slot), 4);
    case "SensorGlobalHorizontalIrradiance":
      return round(light, 3);
  }
}

/** Slots that may hold samples of the epoch seconds `[from, to]`. */
function* slots(model: SiteModel, from: number, to: number): Generator<number> {
  const first = Math.max(model.firstSlot, Math.floor(from / quarterHour));
  for (let slot = first; slot * quarterHour <= to; slot++) yield slot;
}

/** The odd second of the day's first sample, one less now and then, as the clocks of devices drift. */
function sampleEpoch(model: SiteModel, serial: string, slot: number, k: number): number {
  const day = dayOf(model.zone.localOf(slot * quarterHour));
  const odd = 31 + Math.floor(220 * chance(model.spec.siteId, serial, day, "second"));
  const drift = chance(serial, slot, k, "drift") < 0.3 ? 1 : 0;
  return slot * quarterHour + k * sampleSeconds + odd - drift;
}

function round(value: number, digits: number): number {
  const rounded = Number(value.toFixed(digits));
  return rounded === 0 ? 0 : rounded;
}
