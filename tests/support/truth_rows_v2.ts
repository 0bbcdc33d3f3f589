import type { TableName, Value } from "../../src/model/table.ts";
import { table as tableFacts } from "../../src/model/tables.ts";
import { batteryWh, meterWh } from "../../src/simulator/device_energies.ts";
import { inverterSamples } from "../../src/simulator/devices.ts";
import { measuresGrid } from "../../src/simulator/knowledge.ts";
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

/** The tables of readings that the second generation of the API fills, but for snapshots. */
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
 * The rows that a perfect harvest through the second generation of the API holds, made from the model of
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

/** Where the energy of a whole day went and came from; without a meter its production alone. */
function balance(sim: Simulator, siteId: number, asked: AskedV2, row: Row): Row {
  if (row.time_unit !== "DAY" || row.is_complete !== 1) return {};
  const { model } = sim.sites.get(siteId)!.told(epochOf(asked.now));
  const day = Temporal.PlainDate.from(String(row.reading_date));
  const [from, to] = [day, day.add({ days: 1 })]
    .map((one) => one.toZonedDateTime(model.spec.timeZone).toInstant());
  const known = quarters(sim, siteId, { now: asked.now, from: from!, to: to! })
    .filter((one) => one.known).map(({ slot }) => model.energies(slot));
  const sum = (of: (one: Energies) => number) => known.reduce((all, one) => all + of(one), 0);
  const sun = sum((one) => one.production + one.charged - one.discharged);
  const measured = known.length > 0 && measuresGrid(model);
  const direct = sum((one) => one.selfConsumption - one.discharged);
  return {
    production_wh: sun,
    to_self_consumption_wh: measured ? direct : null,
    to_storage_wh: measured ? sum((one) => one.charged) : null,
    to_grid_wh: measured ? sum((one) => one.feedIn) : null,
    consumption_wh: measured ? sum((one) => one.consumption) : null,
    from_pv_wh: measured ? direct : null,
    from_storage_wh: measured ? sum((one) => one.discharged) : null,
    from_grid_wh: measured ? sum((one) => one.purchased) : null,
    specific_yield_kwh_per_kwp: round(sun / 1000 / model.spec.peakPowerKwp, 2),
    performance_ratio: sun > 0 ? 0.81 : null,
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
  const { model, knowledge } = sim.sites.get(siteId)!.told(epochOf(asked.now));
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
  power_details: (one) => meterSums(one, "w", 4),
  energy_details: (one) => {
    const [sums] = meterSums(one, "wh", 1);
    if (countsSomewhere(one.model, "Production")) return [sums!];
    // Where no meter tells the production, the inverters do.
    const production = one.awake ? one.model.energies(one.slot).production : null;
    return [{ ...sums, production_wh: production }];
  },
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

/** Sums over the meters of each direction; none for a site without meters. */
function meterSums(one: Quarter, suffix: "w" | "wh", factor: number): Row[] {
  const all = meters(one.model);
  if (all.length === 0) return [];
  const sum = (type: MeterType): number | null => {
    const energies = all.filter(({ meter }) => meter.type === type)
      .map(({ serial, meter }) => metered(one, serial, meter));
    if (energies.length === 0 || energies.includes(null)) return null;
    return energies.reduce<number>((total, energy) => total + energy!, 0) * factor;
  };
  const production = sum("Production");
  const feedIn = sum("FeedIn");
  return [{
    [`production_${suffix}`]: production,
    [`consumption_${suffix}`]: sum("Consumption"),
    [`self_consumption_${suffix}`]: production === null || feedIn === null
      ? null
      : production - feedIn,
    [`feed_in_${suffix}`]: feedIn,
    [`purchased_${suffix}`]: sum("Purchased"),
  }];
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
    // The mean of what the samples at its three thirds tell.
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
