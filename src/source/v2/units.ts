import { type Asked, bodyError } from "../answer/answer_body.ts";
import { shownJson } from "../answer/shown.ts";
import { factorOf, type Quantity } from "../answer/units.ts";

/** The factor from the unit that a figure states. Throws SourceError `body` for a unit of another quantity. */
export function unitFactor(stated: unknown, quantity: Quantity, asked: Asked): number {
  const factor = factorOf(stated, quantity);
  if (factor === null) {
    throw bodyError(asked, `unit ${shownJson(stated)} is no unit of ${quantity}`);
  }
  return factor;
}
