import type { TableName, Value } from "../../src/model/table.ts";
import { table as tableFacts } from "../../src/model/tables.ts";
import {
  batterySamples,
  inverterSamples,
  meterSample,
  type Phase,
  sensorSamples,
} from "../../src/simulator/devices.ts";
import type { SimulatedSite } from "../../src/simulator/changing_site.ts";
import { type Knowledge, measuresGrid } from "../../src/simulator/knowledge.ts";
import { connections, powerFlow, storageStatus } from "../../src/simulator/site_figures.ts";
import type { Energies, SiteModel } from "../../src/simulator/site_model.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { attributeRows } from "./truth_attributes.ts";

/** A row by column name: the key and every data column. */
export type Row = Record<string, Value>;

/** Which rows: those that begin in `[from, to)`, as the server has them at `now`. */
export interface Asked {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly now: Temporal.Instant;
}

const quarter = 900;

/** Columns that depend on when and how the harvest was done, or that the API has no documented field for. */
export const left = [
  "source",
  "extra",
  "updated_at",
  "last_seen",
  "overview_extra",
  "grid_charging_from",
];

/**
 * The rows that a perfect harvest through v1 holds, made from the model of
 * the site alone and sorted by key. Values of open days, months and years are those known at `now`; months
 * and years are all those that the range touches.
 */
export function truthRows(sim: Simulator, siteId: number, table: TableName, asked: Asked): Row[] {
  const site = sim.sites.get(siteId)!;
  const truth: Truth = {
    site,
    ...site.stateAt(epochOf(asked.now)),
    from: epochOf(asked.from),
    to: epochOf(asked.to),
    now: epochOf(asked.now),
  };
  const rows = series[table]?.(truth) ?? attributeRows(truth, table);
  const { columns, key } = tableFacts(table);
  const names = columns.map((one) => one.name).filter((name) => !left.includes(name));
  const whole = rows.map((row): Row => {
    const unknown = Object.keys(row).filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(", ")}`);
    return Object.fromEntries(
      names.map((name) => name === "site_id" ? [name, siteId] : [name, row[name] ?? null]),
    );
  });
  return sortRows(whole, key);
}

/** Rows in the order of some columns, texts by code unit. */
export function sortRows(rows: readonly Row[], key: readonly string[]): Row[] {
  return rows.toSorted((a, b) => {
    for (const name of key) {
      if (a[name]! < b[name]!) return -1;
      if (a[name]! > b[name]!) return 1;
    }
    return 0;
  });
}

/** What the truth of a site is made from; epoch seconds. */
export interface Truth {
  readonly site: SimulatedSite;
  readonly model: SiteModel;
  readonly knowledge: Knowledge;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

const series: Partial<Record<TableName, (truth: Truth) => Row[]>> = {
  energy_readings: energyReadings,
  power_readings: (truth) =>
    quarterHours(truth, (energies, awake) => ({
      power_w: energies && awake ? energies.production * 4 : null,
      measured_by: truth.model.spec.measuredBy,
    })),
  power_details: (truth) => details(truth, "w", 4),
  energy_details: (truth) => details(truth, "wh", 1),
  power_flows: powerFlows,
  battery_telemetry: batteryTelemetry,
  meter_readings: meterReadings,
  inverter_telemetry: inverterTelemetry,
  sensor_readings: sensorReadings,
};

/** One row for each quarter-hour that the server lists and that had ended by the last upload. */
function quarterHours(
  { site, model, knowledge, from, to }: Truth,
  columns: (energies: Energies | null, awake: boolean) => Row,
): Row[] {
  const rows: Row[] = [];
  const first = Math.max(Math.ceil(from / quarter), model.firstSlot);
  for (let slot = first; slot * quarter < to; slot++) {
    if (slot * quarter + quarter > (knowledge.lastUpload ?? -Infinity)) break;
    if (!isListed(site, slot)) continue;
    const energies = knowledge.has(slot * quarter) ? model.energies(slot) : null;
    rows.push({
      ...stamp(model, slot * quarter),
      interval_s: quarter,
      ...columns(energies, model.awake(slot)),
    });
  }
  return rows;
}

/** False for the second pass of a repeated hour where the server gives 96 labels a day. */
function isListed({ model, daylightSaving }: SimulatedSite, slot: number): boolean {
  if (daylightSaving === "repeat") return true;
  return model.zone.epochsOf(model.zone.localOf(slot * quarter))[0] === slot * quarter;
}

function details(truth: Truth, suffix: "w" | "wh", factor: number): Row[] {
  return quarterHours(truth, (energies, awake) => {
    if (energies === null) return {};
    const production = { [`production_${suffix}`]: awake ? energies.production * factor : null };
    if (!measuresGrid(truth.model)) return production;
    return {
      ...production,
      [`consumption_${suffix}`]: energies.consumption * factor,
      [`self_consumption_${suffix}`]: awake ? energies.selfConsumption * factor : null,
      [`feed_in_${suffix}`]: energies.feedIn * factor,
      [`purchased_${suffix}`]: energies.purchased * factor,
    };
  });
}

function energyReadings(truth: Truth): Row[] {
  const { model, knowledge, from, to } = truth;
  if (knowledge.lastUpload === null) return [];
  const rows: Row[] = [];
  for (const unit of ["DAY", "MONTH", "YEAR"] as const) {
    const length = { DAY: { days: 1 }, MONTH: { months: 1 }, YEAR: { years: 1 } }[unit];
    const whole = { DAY: {}, MONTH: { day: 1 }, YEAR: { day: 1, month: 1 } }[unit];
    const startOf = (day: Temporal.PlainDate) =>
      day.toZonedDateTime(model.spec.timeZone).epochMilliseconds / 1000;
    let day = Temporal.PlainDate.from(model.spec.firstDay!);
    if (unit !== "DAY") day = day.with(whole);
    for (; startOf(day) <= knowledge.lastUpload; day = day.add(length)) {
      const start = startOf(day);
      const end = startOf(day.add(length));
      if (unit === "DAY" ? start < from || start >= to : end <= from || start >= to) continue;
      const energy = production(truth, start, end);
      const complete = end <= knowledge.lastUpload;
      if (!complete && energy === null) continue;
      rows.push({
        time_unit: unit,
        reading_date: day.toString(),
        energy_wh: energy,
        measured_by: model.spec.measuredBy,
        is_complete: complete ? 1 : 0,
      });
    }
  }
  return rows;
}

/** Production that the server knows of a range: by quarter-hours, the open one as far as it has come. */
function production({ model, knowledge }: Truth, start: number, end: number): number | null {
  let sum = 0;
  let awake = false;
  const last = Math.min(end, knowledge.lastUpload ?? -Infinity);
  for (let slot = Math.max(model.firstSlot, start / quarter); slot * quarter < last; slot++) {
    if (!knowledge.has(slot * quarter)) continue;
    const { selfConsumption, feedIn } = model.energies(slot);
    const share = Math.min(1, (last - slot * quarter) / quarter);
    sum += Math.floor(selfConsumption * share) + Math.floor(feedIn * share);
    awake ||= model.awake(slot);
  }
  return awake ? sum : null;
}

function powerFlows({ model, knowledge, now }: Truth): Row[] {
  const flow = powerFlow(model, knowledge);
  if (flow === null) return [];
  const status = (watts: number) => watts === 0 ? "Idle" : "Active";
  return [{
    ...stamp(model, now),
    pv_power_w: flow.pvW,
    grid_power_w: flow.gridW,
    load_power_w: flow.loadW,
    storage_power_w: flow.storageW,
    pv_status: status(flow.pvW),
    grid_status: status(flow.gridW),
    load_status: status(flow.loadW),
    storage_status: flow.storageW === null ? null : storageStatus(flow.storageW),
    state_of_charge_pct: flow.chargePct,
    storage_critical: flow.chargePct === null ? null : flow.chargePct < 10 ? 1 : 0,
    update_refresh_rate_s: 3,
    connections: JSON.stringify(connections(flow)),
  }];
}

function batteryTelemetry(truth: Truth): Row[] {
  const { model } = truth;
  return model.spec.batteries.flatMap((battery, index) =>
    sent(truth, battery.serial, (from, to) => batterySamples(model, index, from, to)).map((
      sample,
    ): Row => ({
      device_key: battery.serial,
      ...stamp(model, sample.epoch),
      interval_s: 0,
      power_w: 0 - sample.chargePowerW,
      state_of_charge_pct: sample.stateOfChargePct,
      battery_state: sample.batteryState,
      lifetime_energy_charged_wh: sample.lifetimeChargedWh,
      lifetime_energy_discharged_wh: sample.lifetimeDischargedWh,
      full_pack_energy_wh: sample.fullPackWh,
      internal_temperature_c: sample.temperature,
      grid_charging_wh: 0,
    }))
  );
}

function meterReadings(truth: Truth): Row[] {
  const { site, model } = truth;
  return model.spec.meters.flatMap((meter, index) => {
    if (meter.serial === null) return [];
    const device_key = meter.serial;
    const readings = sent(truth, device_key, (from, to) => {
      const first = Math.max(model.firstSlot, Math.floor(from / quarter));
      const count = Math.max(0, Math.ceil(to / quarter) - first);
      return Array.from({ length: count }, (_, i) => first + i)
        .filter((slot) => isListed(site, slot)).map((slot) => meterSample(model, index, slot));
    });
    return readings.map((reading): Row => ({
      device_key,
      meter_type: meter.type,
      ...stamp(model, reading.epoch),
      interval_s: 0,
      lifetime_energy_wh: reading.registerWh,
    }));
  });
}

function inverterTelemetry(truth: Truth): Row[] {
  const { model } = truth;
  return model.spec.inverters.flatMap((inverter, index) => {
    if (inverter.phases === "third-party") return [];
    return sent(truth, inverter.serial, (from, to) => inverterSamples(model, index, from, to)).map(
      (sample): Row => {
        const [l1l2, l2l3, l3l1] = sample.betweenPhases;
        const [l1n, l2n] = sample.toNeutral;
        const phases = sample.phases.map((phase, i) => phaseColumns(phase, `l${i + 1}`));
        return {
          device_key: inverter.serial,
          ...stamp(model, sample.epoch),
          interval_s: 0,
          total_active_power_w: sample.totalActivePower,
          dc_voltage_v: sample.dcVoltage,
          ground_fault_resistance_kohm: sample.groundFaultResistance ?? null,
          power_limit_pct: sample.powerLimit,
          lifetime_energy_wh: sample.totalEnergy,
          temperature_c: sample.temperature,
          inverter_mode: sample.inverterMode,
          operation_mode: sample.operationMode,
          voltage_l1_to_l2_v: l1l2 ?? null,
          voltage_l2_to_l3_v: l2l3 ?? null,
          voltage_l3_to_l1_v: l3l1 ?? null,
          voltage_l1_to_n_v: l1n ?? null,
          voltage_l2_to_n_v: l2n ?? null,
          ...Object.assign({}, ...phases),
        };
      },
    );
  });
}

function phaseColumns(phase: Phase, name: string): Row {
  return {
    [`${name}_ac_current_a`]: phase.acCurrent,
    [`${name}_ac_voltage_v`]: phase.acVoltage,
    [`${name}_ac_frequency_hz`]: phase.acFrequency,
    [`${name}_apparent_power_va`]: phase.apparentPower,
    [`${name}_active_power_w`]: phase.activePower,
    [`${name}_reactive_power_var`]: phase.reactivePower,
    [`${name}_cos_phi`]: phase.cosPhi,
  };
}

function sensorReadings(truth: Truth): Row[] {
  const { model } = truth;
  const names = {
    SensorAmbientTemperature: "ambientTemperature",
    SensorModuleTemperature: "moduleTemperature",
    SensorWindSpeed: "windSpeed",
    SensorGlobalHorizontalIrradiance: "globalHorizontalIrradiance",
  };
  return model.spec.sensors.flatMap(({ measurement, gateway }) =>
    sent(
      truth,
      model.spec.gateways[gateway]!.serial,
      (from, to) => sensorSamples(model, measurement, from, to),
    ).map((sample): Row => ({
      device_key: `${model.spec.gateways[gateway]!.name}/${measurement}`,
      ...stamp(model, sample.epoch),
      interval_s: 0,
      measurement: names[measurement],
      value: sample.value,
    }))
  );
}

/** The samples of a device in the range that the server has. */
function sent<Sample extends { epoch: number }>(
  { knowledge, from, to }: Truth,
  serial: string,
  samples: (from: number, to: number) => Sample[],
): Sample[] {
  return samples(from, Math.min(to - 1, knowledge.lastUpload ?? -Infinity))
    .filter(({ epoch }) => epoch >= from && epoch < to && knowledge.hasOf(serial, epoch));
}

/** The instant and the wall clock of an epoch second. */
export function stamp(model: SiteModel, epoch: number): Row {
  return {
    timestamp: new Date(epoch * 1000).toISOString().replace(".000Z", "Z"),
    local_time: new Date(model.zone.localOf(epoch) * 1000).toISOString().slice(0, 19),
  };
}

/** Whole epoch seconds. */
export function epochOf(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / 1000);
}
