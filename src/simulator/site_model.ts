import { batteryStep } from "./battery.ts";
import { chance } from "./hash.ts";
import { loadWh } from "./load.ts";
import type { SiteSpec } from "./site_spec.ts";
import { airTemperature, clearness, sunAt } from "./sun.ts";
import { dayOf, quarterHour, readDay, type Zone, zoneOf } from "./zone.ts";

/** Energies of a quarter-hour or of any run of them, whole Wh; directions are magnitudes. */
export interface Energies {
  /** AC output of the inverters: battery discharge included, battery charge taken out. */
  readonly production: number;
  readonly consumption: number;
  readonly selfConsumption: number;
  readonly feedIn: number;
  readonly purchased: number;
  readonly charged: number;
  readonly discharged: number;
}

/**
 * The physics of one site in quarter-hours of UTC: what truly happened, whether or not it was
 * sent. A slot is `floor(epoch seconds / 900)`. The same description gives the same values for ever.
 */
export interface SiteModel {
  readonly spec: SiteSpec;
  readonly zone: Zone;
  /** First slot of the site's life; Infinity when it never sent anything. */
  readonly firstSlot: number;
  energies(slot: number): Energies;
  /** Sums over the slots `[from, to)`. */
  sum(from: number, to: number): Energies;
  /** True while the inverters are on: the sun is up or the battery discharges. */
  awake(slot: number): boolean;
  /** How many slots of `[from, to)` are awake. */
  awakeSlots(from: number, to: number): number;
  /** All that happened before a slot as the counters of devices have it. */
  counted(slot: number): Energies;
  /** Energy that one inverter has delivered in its life before a slot, whole Wh: its own counter. */
  inverterRegister(inverter: number, slot: number): number;
  /** Energy that one inverter delivered in a slot, whole Wh. */
  inverterWh(inverter: number, slot: number): number;
  /** What one inverter has of the energy that all of them deliver in a slot, whole Wh. */
  inverterPart(wh: number, inverter: number, slot: number): number;
  /** Energy stored in all batteries at the start of a slot, Wh. */
  storedWh(slot: number): number;
}

/** Builds the model of a site; the past is computed once, when it is first asked for. */
export function siteModel(spec: SiteSpec): SiteModel {
  const zone = zoneOf(spec.timeZone);
  const firstSlot = spec.firstDay === null
    ? Infinity
    : zone.dayStart(readDay(spec.firstDay)) / quarterHour;
  const capacityWh = spec.batteries.reduce((sum, one) => sum + one.nameplateWh, 0);
  const maximumPowerW = spec.batteries.reduce((sum, one) => sum + one.maximumPowerW, 0);

  // Sums before each slot since the first; one element more than slots are known.
  let size = 0;
  let production = new Float64Array(1);
  let consumption = new Float64Array(1);
  let feedIn = new Float64Array(1);
  let charged = new Float64Array(1);
  let discharged = new Float64Array(1);
  let awakeCount = new Int32Array(1);
  let stored = new Float64Array(1).fill(capacityWh * 0.3);

  const grow = (slots: number) => {
    const larger = <T extends Float64Array | Int32Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    production = larger(production, new Float64Array(slots + 1));
    consumption = larger(consumption, new Float64Array(slots + 1));
    feedIn = larger(feedIn, new Float64Array(slots + 1));
    charged = larger(charged, new Float64Array(slots + 1));
    discharged = larger(discharged, new Float64Array(slots + 1));
    awakeCount = larger(awakeCount, new Int32Array(slots + 1));
    stored = larger(stored, new Float64Array(slots + 1));
  };

  const step = (at: number) => {
    const slot = firstSlot + at;
    const epoch = slot * quarterHour;
    const local = zone.localOf(epoch);
    const sun = sunAt(epoch + quarterHour / 2, spec.plane);
    const sunWh = sunEnergy(spec, slot, local, sun.height, sun.incidence);
    const load = loadWh(spec.siteId, spec.load, slot, local);
    const battery = batteryStep({ capacityWh, maximumPowerW }, stored[at], sunWh, load);
    const output = sunWh - battery.chargeWh + battery.dischargeWh;
    const awake = sun.height > -0.02 || battery.dischargeWh > 0;
    production[at + 1] = production[at] + output;
    consumption[at + 1] = consumption[at] + load;
    feedIn[at + 1] = feedIn[at] + Math.max(0, output - load);
    charged[at + 1] = charged[at] + battery.chargeWh;
    discharged[at + 1] = discharged[at] + battery.dischargeWh;
    awakeCount[at + 1] = awakeCount[at] + (awake ? 1 : 0);
    stored[at + 1] = battery.storedWh;
  };

  /**
   * Makes the sums before `slot` known and gives their place; slots before the first have the first's.
   * The arrays may be other ones afterwards.
   */
  const reach = (slot: number): number => {
    const needed = Math.max(0, slot - firstSlot);
    if (!(needed < Infinity)) throw new RangeError("simulated time does not end");
    if (firstSlot === Infinity) return 0;
    if (needed >= production.length) grow(Math.max(needed, 2 * production.length));
    while (size < needed) step(size++);
    return needed;
  };

  const sum = (from: number, to: number): Energies => {
    const b = reach(to);
    const a = reach(from);
    const made = production[b] - production[a];
    const used = consumption[b] - consumption[a];
    const exported = feedIn[b] - feedIn[a];
    return {
      production: made,
      consumption: used,
      selfConsumption: made - exported,
      feedIn: exported,
      purchased: used - (made - exported),
      charged: charged[b] - charged[a],
      discharged: discharged[b] - discharged[a],
    };
  };

  const awakeSlots = (from: number, to: number) => {
    const b = reach(to);
    const a = reach(from);
    return awakeCount[b] - awakeCount[a];
  };
  const begins = spec.inverters.map(({ since }) =>
    since === undefined ? firstSlot : zone.dayStart(readDay(since)) / quarterHour
  );
  const inverterPart = (wh: number, inverter: number, slot: number) => {
    const there = [...begins.keys()].filter((at) => begins[at] <= slot);
    const which = there.indexOf(inverter);
    return which < 0 ? 0 : part(wh, there.map((at) => spec.inverters[at].share), which);
  };
  const changes = [...new Set([firstSlot, ...begins])].sort((a, b) => a - b);
  const inverterRegister = (inverter: number, slot: number) => {
    let sum = 0;
    for (const [at, from] of changes.entries()) {
      const to = Math.min(slot, changes[at + 1] ?? Infinity);
      if (from >= to) break;
      const [b, a] = [reach(to), reach(from)];
      sum += inverterPart(production[b] - production[a], inverter, from);
    }
    return sum;
  };

  return {
    spec,
    zone,
    firstSlot,
    sum,
    energies: (slot) => sum(slot, slot + 1),
    awakeSlots,
    awake: (slot) => awakeSlots(slot, slot + 1) > 0,
    counted: (slot) => sum(firstSlot, slot),
    inverterRegister,
    inverterPart,
    inverterWh: (inverter, slot) =>
      inverterRegister(inverter, slot + 1) - inverterRegister(inverter, slot),
    storedWh(slot) {
      const at = reach(slot);
      return stored[at];
    },
  };
}

/**
 * One part of a growing whole number: each takes its share of what those before it left, the last the
 * rest. Parts are whole, never shrink while the whole grows, and add up to it.
 */
export function part(whole: number, shares: readonly number[], which: number): number {
  let rest = whole;
  for (let i = 0; i < which; i++) rest -= Math.floor(rest * shares[i]);
  return which === shares.length - 1 ? rest : Math.floor(rest * shares[which]);
}

function sunEnergy(
  spec: SiteSpec,
  slot: number,
  local: number,
  height: number,
  incidence: number,
): number {
  if (height <= 0) return 0;
  const light = clearness(spec.siteId, dayOf(local), slot) *
    (0.85 * incidence + 0.12 * height) * Math.min(1, height * 6);
  const heat = 1 - 0.004 * (airTemperature(spec.siteId, spec.plane, local) + 25 * light - 25);
  const dirt = 0.97 + 0.02 * chance(spec.siteId, dayOf(local), "dirt");
  const limit = 0.85 * spec.peakPowerKwp * 250;
  return Math.round(Math.min(limit, spec.peakPowerKwp * 250 * light * heat * dirt));
}
