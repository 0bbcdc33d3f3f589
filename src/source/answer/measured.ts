import type { Value } from "../../model/table.ts";
import { type Asked, type Json, leftOut, onlySite } from "./answer_body.ts";
import { misfitNotes } from "./misfits.ts";
import { isFilled, type Placed } from "./placed_series.ts";
import { scaled } from "./rounding.ts";
import { shown, shownJson } from "./shown.ts";
import { factorOf, type Quantity } from "./units.ts";

/**
 * The values of an entry that states a unit of its own beside them, in the unit of storage; null where it states
 * none. Those of a unit that is none of the quantity are kept aside, and count as values that cannot be read.
 */
export function inOwnUnit(
  values: readonly Value[],
  rest: Json,
  quantity: Quantity,
): Pick<Placed, "values" | "rest"> | null {
  const { unit, ...others } = rest;
  if (typeof unit !== "string" || !isFilled(values)) return null;
  const factor = factorOf(unit, quantity);
  return factor === null
    ? { values: values.map(() => null), rest: { ...others, value: { value: values[0], unit } } }
    : { values: values.map((one) => inUnit(one, factor)), rest: others };
}

function inUnit(value: Value, factor: number): Value {
  return value === null ? null : scaled(Number(value), factor);
}

/**
 * The entries of a single series in the unit of storage. Values of a unit that is none of the quantity are kept
 * aside, in the rest of their entries with that unit, and reported.
 */
export function measuredIn(
  entries: readonly Placed[],
  { unit, quantity }: { readonly unit: unknown; readonly quantity: Quantity },
  subject: string,
  asked: Asked,
  siteId?: number,
): Placed[] {
  const factor = factorOf(unit, quantity);
  if (factor !== null) {
    const strange: unknown[] = [];
    const measured = entries.map((one): Placed => {
      const own = inOwnUnit(one.values, one.rest, quantity);
      if (own && !isFilled(own.values)) strange.push(own.rest.value);
      return { ...one, ...own ?? { values: one.values.map((value) => inUnit(value, factor)) } };
    });
    asked.problems.push(...misfitNotes(strange, siteId ?? onlySite(asked).siteId, subject));
    return measured;
  }
  if (entries.some((one) => isFilled(one.values))) {
    const what = `unit ${shownJson(unit)} is no unit of ${quantity}: its values are kept aside`;
    leftOut(asked, `${shown(subject, 100)}: ${what}`, siteId);
  }
  return entries.map((one) =>
    isFilled(one.values)
      ? {
        ...one,
        values: one.values.map(() => null),
        rest: { ...one.rest, value: one.values[0], unit },
      }
      : one
  );
}
