import { type Asked, leftOut } from "./answer_body.ts";
import { isFilled, type Placed } from "./placed_series.ts";
import { scaled } from "./rounding.ts";
import { shown, shownJson } from "./shown.ts";
import { factorOf, type Quantity } from "./units.ts";

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
    return entries.map((one) => ({
      ...one,
      values: one.values.map((value) => value === null ? null : scaled(Number(value), factor)),
    }));
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
