import { type Asked, bodyError } from "../answer/answer_body.ts";

/** What a series measures; each is stored in one unit: W, Wh, V, A, Hz, %. */
export type Quantity = "power" | "energy" | "voltage" | "current" | "frequency" | "share";

/** What turns a value of a unit into the unit of storage. */
const factors: Readonly<Record<Quantity, Readonly<Record<string, number>>>> = {
  power: { W: 1, KW: 1e3, MW: 1e6, GW: 1e9 },
  energy: { WH: 1, KWH: 1e3, MWH: 1e6, GWH: 1e9 },
  voltage: { VOLT: 1, VOLTS: 1, V: 1 },
  current: { AMPERE: 1, AMPERES: 1, AMP: 1, A: 1 },
  frequency: { HERTZ: 1, HZ: 1 },
  share: { PERCENTAGE: 1, PERCENT: 1, "%": 1 },
};

/**
 * The factor from the unit that an answer states; 1 where it states none. Throws SourceError `body` for a
 * unit of another quantity: a percentage of the peak is no power.
 */
export function unitFactor(stated: unknown, quantity: Quantity, asked: Asked): number {
  if (stated === undefined || stated === null) return 1;
  const factor = factors[quantity][String(stated).trim().toUpperCase()];
  if (factor === undefined) {
    throw bodyError(asked, `unit ${JSON.stringify(stated)} is no unit of ${quantity}`);
  }
  return factor;
}
