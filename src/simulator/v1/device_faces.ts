import {
  batterySamples,
  type InverterSample,
  inverterSamples,
  type Phase,
  sensorSamples,
} from "../devices.ts";
import { measured } from "../json_text.ts";
import type { SensorSpec } from "../site_spec.ts";
import { daySeconds, localText } from "../zone.ts";
import type { Call } from "./call.ts";
import { checkSpan, times, type Window } from "./parameters.ts";
import { Refusal } from "./reply.ts";

/** `/equipment/{id}/list`: inverters of this maker */
export function equipmentList(call: Call): unknown {
  const list = call.site.model.spec.inverters.filter((one) => one.phases !== "third-party")
    .map((one) => ({
      name: one.name,
      manufacturer: one.manufacturer,
      model: one.model,
      serialNumber: one.serial,
      kWpDC: measured(one.peakPowerDcKwp),
    }));
  return { reporters: { count: list.length, list } };
}

/** `/site/{id}/inventory` */
export function inventory(call: Call): unknown {
  const { spec } = call.site.model;
  const inverters = spec.inverters.filter((one) => one.phases !== "third-party");
  const others = spec.inverters.filter((one) => one.phases === "third-party");
  return {
    Inventory: {
      meters: spec.meters.map((one) => ({
        name: one.name,
        manufacturer: one.manufacturer ?? undefined,
        model: one.model ?? undefined,
        firmwareVersion: one.firmwareVersion,
        connectedTo: spec.inverters[one.inverter].name,
        connectedSolaredgeDeviceSN: spec.inverters[one.inverter].serial,
        type: one.type,
        form: one.serial === null ? "virtual" : "physical",
        SN: one.serial ?? undefined,
      })),
      sensors: spec.sensors.map((one) => ({
        connectedSolaredgeDeviceSN: spec.gateways[one.gateway].serial,
        id: one.measurement,
        connectedTo: spec.gateways[one.gateway].name,
        category: one.category,
        type: one.type,
      })),
      gateways: spec.gateways.map((one) => ({
        name: one.name,
        firmwareVersion: one.firmwareVersion,
        SN: one.serial,
      })),
      batteries: spec.batteries.map((one) => ({
        name: one.name,
        manufacturer: one.manufacturer,
        model: one.model,
        firmwareVersion: one.firmwareVersion,
        connectedTo: spec.inverters[one.inverter].name,
        connectedInverterSn: spec.inverters[one.inverter].serial,
        nameplateCapacity: measured(one.nameplateWh),
        SN: one.serial,
      })),
      inverters: inverters.map((one) => ({
        name: one.name,
        manufacturer: one.manufacturer,
        model: one.model,
        communicationMethod: one.communicationMethod,
        dsp1Version: one.dsp1Version ?? undefined,
        dsp2Version: one.dsp2Version ?? undefined,
        cpuVersion: one.cpuVersion,
        SN: one.serial,
        connectedOptimizers: one.connectedOptimizers,
      })),
      thirdPartyInverters: others.length === 0 ? undefined : others.map((one) => ({
        name: one.name,
        manufacturer: one.manufacturer,
        model: one.model,
        SN: one.serial,
      })),
    },
  };
}

/** `/equipment/{id}/{serial}/data` */
export function inverterData(call: Call): unknown {
  const { model } = call.site;
  const inverter = model.spec.inverters.findIndex((one) =>
    one.serial === call.part && one.phases !== "third-party"
  );
  if (inverter < 0) throw new Refusal(404, "No such inverter");
  const window = times(call.parameters);
  checkSpan(call, window, "week");
  const telemetries = within(
    call,
    call.part,
    window,
    (from, to) => inverterSamples(model, inverter, from, to),
  )
    .map((sample) => inverterTelemetry(call, sample));
  return { data: { count: telemetries.length, telemetries } };
}

function inverterTelemetry(call: Call, sample: InverterSample): unknown {
  const [vL1To2, vL2To3, vL3To1] = sample.betweenPhases.map(measured);
  const [vL1ToN, vL2ToN] = sample.toNeutral.map(measured);
  const [L1Data, L2Data, L3Data] = sample.phases.map(phase);
  return {
    date: clock(call, sample.epoch),
    totalActivePower: measured(sample.totalActivePower),
    dcVoltage: measured(sample.dcVoltage),
    groundFaultResistance: sample.groundFaultResistance === undefined
      ? undefined
      : measured(sample.groundFaultResistance),
    powerLimit: measured(sample.powerLimit),
    totalEnergy: measured(sample.totalEnergy),
    temperature: measured(sample.temperature),
    inverterMode: sample.inverterMode,
    operationMode: sample.operationMode,
    vL1ToN,
    vL2ToN,
    vL1To2,
    vL2To3,
    vL3To1,
    L1Data,
    L2Data,
    L3Data,
  };
}

function phase(one: Phase) {
  return {
    acCurrent: measured(one.acCurrent),
    acVoltage: measured(one.acVoltage),
    acFrequency: measured(one.acFrequency),
    apparentPower: measured(one.apparentPower),
    activePower: measured(one.activePower),
    reactivePower: measured(one.reactivePower),
    cosPhi: measured(one.cosPhi),
  };
}

/** `/site/{id}/storageData` */
export function storageData(call: Call): unknown {
  const { model } = call.site;
  const window = times(call.parameters);
  checkSpan(call, window, "week");
  const serials = call.parameters.get("serials")?.split(",");
  const batteries = model.spec.batteries.flatMap((one, index) => {
    if (serials && !serials.includes(one.serial)) return [];
    const telemetries = within(
      call,
      one.serial,
      window,
      (from, to) => batterySamples(model, index, from, to),
    )
      .map((sample) => ({
        timeStamp: clock(call, sample.epoch),
        power: measured(sample.chargePowerW),
        batteryState: sample.batteryState,
        lifeTimeEnergyDischarged: sample.lifetimeDischargedWh,
        lifeTimeEnergyCharged: sample.lifetimeChargedWh,
        [call.quirks.stateOfChargeKey]: measured(sample.stateOfChargePct),
        fullPackEnergyAvailable: measured(sample.fullPackWh),
        internalTemp: measured(sample.temperature),
        ACGridCharging: measured(0),
      }));
    return [{
      nameplate: measured(one.nameplateWh),
      serialNumber: one.serial,
      modelNumber: one.modelNumber,
      telemetryCount: telemetries.length,
      telemetries,
    }];
  });
  return { storageData: { batteryCount: batteries.length, batteries } };
}

/** `/equipment/{id}/{serial}/changeLog` */
export function changeLog(call: Call): unknown {
  const { spec } = call.site.model;
  const serials = [...spec.inverters, ...spec.batteries, ...spec.gateways].map((one) => one.serial);
  if (!serials.includes(call.part)) throw new Refusal(404, "No such equipment");
  const list = spec.changes.filter((one) => one.device === call.part)
    .map((one) => ({ serialNumber: one.serial, partNumber: one.partNumber, date: one.date }));
  const bare = list.length === 1 && call.quirks.bareChangeLog;
  return { ChangeLog: { count: list.length, list: bare ? list[0] : list } };
}

/** `/equipment/{id}/sensors` */
export function sensorList(call: Call): unknown {
  const { spec } = call.site.model;
  const list = spec.gateways.flatMap((gateway, index) => {
    const sensors = spec.sensors.filter((one) => one.gateway === index)
      .map((one) => ({ name: one.name, measurement: one.measurement, type: one.category }));
    return [{ connectedTo: gateway.name, count: sensors.length, sensors }];
  });
  return { SiteSensors: { count: list.length, list } };
}

/** `/site/{id}/sensors` */
export function sensorData(call: Call): unknown {
  const { model } = call.site;
  const window = times(call.parameters, "startDate", "endDate");
  checkSpan(call, window, "week");
  const data = model.spec.gateways.map((gateway, index) => {
    const sensors = model.spec.sensors.filter((one) => one.gateway === index);
    const rows = new Map<number, Record<string, unknown>>();
    for (const { measurement } of sensors) {
      const samples = within(
        call,
        gateway.serial,
        window,
        (from, to) => sensorSamples(model, measurement, from, to),
      );
      for (const { epoch, value } of samples) {
        const row = rows.get(epoch) ?? { date: clock(call, epoch) };
        row[dataKey(measurement)] = measured(value);
        rows.set(epoch, row);
      }
    }
    return { connectedTo: gateway.name, count: rows.size, telemetries: [...rows.values()] };
  });
  return { siteSensors: { data } };
}

/** The name of a measurement in the data: without its first word, in lower camel case. */
function dataKey(measurement: SensorSpec["measurement"]): string {
  const word = measurement.slice("Sensor".length);
  return word[0].toLowerCase() + word.slice(1);
}

/** The samples that the server has of a device whose wall clock lies in the window, both ends included. */
function within<Sample extends { epoch: number }>(
  call: Call,
  serial: string,
  window: Window,
  samples: (from: number, to: number) => Sample[],
): Sample[] {
  const { model, knowledge } = call.site;
  const last = Math.min(window.end + daySeconds, knowledge.lastUpload ?? -Infinity);
  return samples(window.start - daySeconds, last).filter(({ epoch }) => {
    const local = model.zone.localOf(epoch);
    return local >= window.start && local <= window.end && knowledge.hasOf(serial, epoch);
  });
}

function clock(call: Call, epoch: number): string {
  return localText(call.site.model.zone.localOf(epoch));
}
