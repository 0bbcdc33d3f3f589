import { byWordKey, wordKey } from "./words.ts";

/** What a series measures; each is stored in one unit: W, Wh, V, A, Hz, %. */
export type Quantity = "power" | "energy" | "voltage" | "current" | "frequency" | "share";

const watts = {
  W: 1,
  WATT: 1,
  WATTS: 1,
  KW: 1e3,
  KILOWATT: 1e3,
  KILOWATTS: 1e3,
  MW: 1e6,
  MEGAWATT: 1e6,
  GW: 1e9,
  GIGAWATT: 1e9,
};
const wattHours = {
  WH: 1,
  WATT_HOUR: 1,
  WATT_HOURS: 1,
  KWH: 1e3,
  KILOWATT_HOUR: 1e3,
  KILOWATT_HOURS: 1e3,
  MWH: 1e6,
  MEGAWATT_HOUR: 1e6,
  GWH: 1e9,
  GIGAWATT_HOUR: 1e9,
};

/** What turns a value of a unit into the unit of storage. A power that is declared in Wh means W. */
const factors: Readonly<Record<Quantity, ReadonlyMap<string, number>>> = {
  power: byWordKey({ ...wattHours, ...watts }),
  energy: byWordKey(wattHours),
  voltage: byWordKey({ VOLT: 1, VOLTS: 1, V: 1 }),
  current: byWordKey({ AMPERE: 1, AMPERES: 1, AMP: 1, AMPS: 1, A: 1 }),
  frequency: byWordKey({ HERTZ: 1, HZ: 1 }),
  share: byWordKey({ PERCENTAGE: 1, PERCENT: 1, "%": 1, PERCENTAGE_100: 1 }),
};

/**
 * The factor from the unit that an answer states, however it is written; 1 where it states none. Null for a
 * unit of another quantity, or one that nobody knows: a percentage of the peak is no power, and `mW` no MW.
 */
export function factorOf(stated: unknown, quantity: Quantity): number | null {
  if (stated === undefined || stated === null) return 1;
  if (typeof stated !== "string") return null;
  const unit = stated.replace(timesSigns, "");
  if (unit.trim() === "") return 1;
  return milli.test(unit.trim()) ? null : factors[quantity].get(wordKey(unit)) ?? null;
}

/** Between the parts of a unit: `kW·h`, `kW*h`, `kW.h`. */
const timesSigns = /[·⋅∙•×*.]/g;
/** Thousandths, if it is written as it is meant: the one prefix whose case decides between a factor of a billion. */
const milli = /^m(?:W|Wh|V|A)$/;

/** True for the unit of which nobody knows whether it ends at 1 or at 100, and where none is stated. */
export function isOpenShare(stated: unknown): boolean {
  return ["", "percentage", "percent", "%"].includes(wordKey(stated));
}
