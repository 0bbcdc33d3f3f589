import type { TableName, Value } from "../../src/model/table.ts";
import { table as tableFacts } from "../../src/model/tables.ts";
import { batteryWh, meterWh } from "../../src/simulator/device_energies.ts";
import { inverterSamples } from "../../src/simulator/devices.ts";
import type { Energies, SiteModel } from "../../src/simulator/site_model.ts";
import type { MeterSpec, MeterType } from "../../src/simulator/site_spec.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { type Asked, epochOf, left, type Row, sortRows, stamp, truthRows } from "./truth_rows.ts";

/** Which rows: those that begin in `[from, to)`, as the server has them at `now`. */
export interface AskedV2 extends Asked {
  /** Quarter-hours are rows when they had ended by then; the site's last upload by default. */
  readonly reportedUntil?: Temporal.Instant;
  /** False where a harvest did without the balance of each whole day in `energy_readings`. */
  readonly balances?: boolean;
}

/** The tables of readings that v2 fills, but for snapshots. */
export const readingsOfV2: readonly TableName[] = [
  "energy_readings",
  "power_readings",
  "power_details",
  "energy_details",
  "inverter_telemetry",
  "battery_telemetry",
  "meter_readings",
];

const quarter = 900;

/**
 * The rows that a perfect harvest through v2 holds, made from the model of
 * the site alone and sorted by key: means and sums of quarter-hours, with every hour that there was.
 */
export function truthRowsV2(
  sim: Simulator,
  siteId: number,
  table: TableName,
  asked: AskedV2,
): Row[] {
  if (table === "energy_readings") {
    return truthRows(sim, siteId, table, asked).map((row) => ({
      ...row,
      measured_by: null,
      ...(asked.balances === false ? {} : balance(sim, siteId, asked, row)),
    }));
  }
  const make = series[table];
  if (make === undefined) throw new Error(`no truth for ${table}`);
  const { columns, key } = tableFacts(table);
  const nothing = Object.fromEntries(
    columns.filter(({ name }) => !left.includes(name)).map(({ name }): [string, Value] => [
      name,
      null,
    ]),
  );
  const rows = quarters(sim, siteId, asked).flatMap((one) =>
    make(one).map((row): Row => ({
      ...nothing,
      site_id: siteId,
      ...stamp(one.model, one.slot * quarter),
      interval_s: quarter,
      ...row,
    }))
  );
  return sortRows(rows, key);
}

/**
 * What meters and batteries counted in a whole day, and what follows from it and the energy of the day: where
 * it went and came from. What nobody counts is NULL; a site without batteries stores nothing.
 */
function balance(sim: Simulator, siteId: number, asked: AskedV2, row: Row): Row {
  if (row.time_unit !== "DAY" || row.is_complete !== 1) return {};
  const { model } = sim.sites.get(siteId)!.stateAt(epochOf(asked.now));
  const day = Temporal.PlainDate.from(String(row.reading_date));
  const [from, to] = [day, day.add({ days: 1 })]
    .map((one) => one.toZonedDateTime(model.spec.timeZone).toInstant());
  const known = quarters(sim, siteId, { now: asked.now, from: from!, to: to! })
    .filter((one) => one.known);
  const sum = (of: (one: Energies) => number) =>
    known.reduce((all, { slot }) => all + of(model.energies(slot)), 0);
  const counted = (type: MeterType) => {
    const energies = known.flatMap((one) =>
      meters(model).filter(({ meter }) => meter.type === type)
        .flatMap(({ serial, meter }) => metered(one, serial, meter) ?? [])
    );
    return energies.length === 0 ? null : energies.reduce((all, one) => all + one, 0);
  };
  const hasGiven = row.energy_wh !== null && row.energy_wh !== undefined;
  const measuresGrid = countsSomewhere(model, "FeedIn") && countsSomewhere(model, "Purchased");
  const consumes = counted("Consumption") !== null || (measuresGrid && hasGiven);
  const direct = measuresGrid && consumes
    ? sum((one) => one.selfConsumption - one.discharged)
    : null;
  return {
    production_wh: hasGiven ? sum((one) => one.production + one.charged - one.discharged) : null,
    to_self_consumption_wh: direct,
    to_storage_wh: sum((one) => one.charged),
    to_grid_wh: counted("FeedIn"),
    consumption_wh: consumes ? sum((one) => one.consumption) : null,
    from_pv_wh: direct,
    from_storage_wh: sum((one) => one.discharged),
    from_grid_wh: counted("Purchased"),
    metered_production_wh: counted("Production"),
    metered_consumption_wh: counted("Consumption"),
  };
}

/** One quarter-hour of a site. */
interface Quarter {
  readonly model: SiteModel;
  readonly slot: number;
  /** False where the server has nothing of it. */
  readonly known: boolean;
  readonly awake: boolean;
  /** True where the server has what a device measured. */
  hasOf(serial: string): boolean;
}

function quarters(sim: Simulator, siteId: number, asked: AskedV2): Quarter[] {
  const { model, knowledge } = sim.sites.get(siteId)!.stateAt(epochOf(asked.now));
  const reported = asked.reportedUntil ? epochOf(asked.reportedUntil) : knowledge.lastUpload;
  const end = Math.min(epochOf(asked.to), Math.floor((reported ?? 0) / quarter) * quarter);
  const first = Math.max(model.firstSlot, Math.ceil(epochOf(asked.from) / quarter));
  const found: Quarter[] = [];
  for (let slot = first; slot * quarter < end; slot++) {
    const whole = (slot + 1) * quarter <= (knowledge.lastUpload ?? 0);
    const known = whole && knowledge.has(slot * quarter);
    found.push({
      model,
      slot,
      known,
      awake: known && model.awake(slot),
      hasOf: (serial) => whole && knowledge.hasOf(serial, slot * quarter),
    });
  }
  return found;
}

const series: Partial<Record<TableName, (one: Quarter) => Row[]>> = {
  power_readings: ({ model, slot, awake }) => {
    const { production, charged, discharged } = model.energies(slot);
    return [{ power_w: awake ? (production + charged - discharged) * 4 : null }];
  },
  power_details: (one) => details(one, "w", 4),
  energy_details: (one) => details(one, "wh", 1),
  inverter_telemetry: inverterQuarters,
  battery_telemetry: batteryQuarters,
  meter_readings: (one) =>
    meters(one.model).map(({ serial, meter }): Row => {
      const energy = metered(one, serial, meter);
      return {
        device_key: serial,
        meter_type: meter.type,
        power_w: energy === null ? null : energy * 4,
        energy_wh: energy,
      };
    }),
};

/**
 * What meters and inverters give for the site as a whole: production by meters, else by inverters. Where no
 * meter counts the consumption, it follows from production and grid; the inverters' sleep produces nothing.
 */
function details(one: Quarter, suffix: "w" | "wh", factor: number): Row[] {
  const { consumption, feedIn, purchased } = one.model.energies(one.slot);
  const has = (type: MeterType) => countsSomewhere(one.model, type);
  const follows = has("FeedIn") && has("Purchased");
  const when = (isKnown: boolean, value: number) => isKnown ? value * factor : null;
  return [{
    [`production_${suffix}`]: when(one.awake, produced(one)),
    [`consumption_${suffix}`]: when(one.known && (has("Consumption") || follows), consumption),
    [`self_consumption_${suffix}`]: when(one.awake && has("FeedIn"), produced(one) - feedIn),
    [`feed_in_${suffix}`]: when(one.known && has("FeedIn"), feedIn),
    [`purchased_${suffix}`]: when(one.known && has("Purchased"), purchased),
  }];
}

/**
 * Wh of the whole site; where a battery takes and gives, what the production meters counted, and without any what
 * those inverters gave that report by themselves.
 */
function produced({ model, slot }: Quarter): number {
  if (model.spec.batteries.length === 0) return model.energies(slot).production;
  const sum = (energies: readonly number[]) => energies.reduce((all, one) => all + one, 0);
  const metering = meters(model).filter(({ meter }) => meter.type === "Production");
  if (metering.length > 0) return sum(metering.map(({ meter }) => meterWh(model, meter, slot)));
  return sum(
    model.spec.inverters.map((one, index) =>
      one.phases === "third-party" ? 0 : model.inverterWh(index, slot)
    ),
  );
}

/** Every direction that is measured, a virtual meter's under the meter of the grid beside it. */
function meters({ spec }: SiteModel): { serial: string; meter: MeterSpec }[] {
  const grid = spec.meters.find((one) => one.serial !== null && /FeedIn|Purchased/.test(one.type));
  return spec.meters.filter((one) => one.type !== "SelfConsumption").flatMap((meter) => {
    const serial = meter.serial ?? grid?.serial;
    return serial ? [{ serial, meter }] : [];
  });
}

function countsSomewhere(model: SiteModel, type: MeterType): boolean {
  return meters(model).some(({ meter }) => meter.type === type);
}

/** Wh of a meter; one that counts production is silent while the inverters sleep. */
function metered(one: Quarter, serial: string, meter: MeterSpec): number | null {
  const { model, slot } = one;
  if (!one.hasOf(serial) || (meter.type === "Production" && !one.awake)) return null;
  return meterWh(model, meter, slot);
}

function inverterQuarters({ model, slot, awake, hasOf }: Quarter): Row[] {
  return model.spec.inverters.flatMap((inverter, index) => {
    if (inverter.phases === "third-party") return [];
    const device_key = inverter.serial;
    if (!awake || !hasOf(device_key)) return [{ device_key }];
    const energy = model.inverterWh(index, slot);
    const phases = inverterSamples(model, index, slot * quarter, slot * quarter + quarter - 1)
      .flatMap((sample) => sample.phases);
    const volts = mean(phases.map((phase) => phase.acVoltage), 3);
    return [{
      device_key,
      total_active_power_w: energy * 4,
      ac_energy_wh: energy,
      ac_voltage_v: volts,
      ac_current_a: round(energy * 4 / volts, 4),
      ac_frequency_hz: mean(phases.map((phase) => phase.acFrequency), 3),
    }];
  });
}

function batteryQuarters({ model, slot, hasOf }: Quarter): Row[] {
  const { batteries } = model.spec;
  const capacity = batteries.reduce((sum, one) => sum + one.nameplateWh, 0);
  return batteries.map((battery, index): Row => {
    const device_key = battery.serial;
    if (!hasOf(device_key)) return { device_key };
    const { charged, discharged } = batteryWh(model, index, slot);
    const stored = model.storedWh(slot);
    // The mean of what the samples at its three thirds say.
    const share = (stored + (model.storedWh(slot + 1) - stored) / 3) / capacity;
    return {
      device_key,
      power_w: 4 * (discharged - charged),
      charge_power_w: 4 * charged,
      discharge_power_w: 4 * discharged,
      charge_energy_wh: charged,
      discharge_energy_wh: discharged,
      remaining_energy_wh: round(share * battery.nameplateWh, 1),
      state_of_charge_pct: round(100 * share, 2),
    };
  });
}

function mean(values: readonly number[], digits: number): number {
  return round(values.reduce((sum, value) => sum + value, 0) / values.length, digits);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
