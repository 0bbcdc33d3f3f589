import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  isObject,
  leftOut,
  onlySite,
  spokenRows,
} from "../answer/answer_body.ts";
import { extraText, real, wordOf } from "../answer/answer_fields.ts";
import { scaled } from "../answer/rounding.ts";
import { shownJson } from "../answer/shown.ts";
import { objectBody } from "./site_series.ts";

const kilogramsPer: Readonly<Record<string, number>> = {
  KG: 1,
  KGS: 1,
  T: 1000,
  LB: 0.45359237,
  LBS: 0.45359237,
};
/** The unit of mass in each system of units that an answer may state. */
const systems: Readonly<Record<string, string>> = { METRIC: "KG", IMPERIAL: "LB" };
const milesPer: Readonly<Record<string, number>> = { MI: 1, MILES: 1, KM: 1 / 1.609344 };

/**
 * `/sites/{id}/environmental-benefits` → `environmental_benefits`. The vendor calls the way that an electric
 * car could have driven miles, whatever units are asked for; a unit that stands beside a figure counts.
 */
export function parseEnvironmental(body: unknown, asked: Asked): Answer {
  const whole = objectBody(body, asked);
  const { siteId: _, unit: system, co2Emissions, evMiles, ...rest } =
    isObject(whole.environmentalBenefits) ? whole.environmentalBenefits : whole;
  return answer({
    rows: spokenRows("environmental_benefits", ["site_id", "extra"], ["co2_saved_kg", "ev_miles"], [
      {
        always: [
          onlySite(asked).siteId,
          extraText(
            Object.hasOwn(systems, wordOf(system ?? "METRIC")) ? rest : { ...rest, unit: system },
          ),
        ],
        values: [
          figure(co2Emissions, kilogramsPer, asked, systems[wordOf(system ?? "METRIC")]),
          figure(evMiles, milesPer, asked),
        ],
        spoken: [co2Emissions !== undefined, evMiles !== undefined],
      },
    ]),
  });
}

/** A bare number in the unit of storage, or a value with its unit. */
function figure(
  given: unknown,
  factors: Readonly<Record<string, number>>,
  asked: Asked,
  otherwise?: string,
): number | null {
  if (given === undefined || given === null) return null;
  const { value, unit = otherwise } = isObject(given) ? given : { value: given };
  const factor = (unit ?? null) === null ? 1 : factors[wordOf(unit).toUpperCase()];
  const number = real(value);
  if (factor === undefined || (number === undefined && value !== null)) {
    leftOut(asked, `environmental benefits: ${shownJson(given)} cannot be read and is left out`);
    return null;
  }
  return number === undefined ? null : scaled(number, factor);
}
