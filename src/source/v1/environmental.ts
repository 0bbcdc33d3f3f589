import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  isObject,
  leftOut,
  leftoverNotes,
  objectEnvelope,
  onlySite,
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, real, wordOf } from "../answer/answer_fields.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { scaled } from "../answer/rounding.ts";
import { shownJson } from "../answer/shown.ts";

const gases = fieldReader({
  co2: ["co2_saved_kg", real],
  so2: ["so2_saved_kg", real],
  nox: ["nox_saved_kg", real],
});
const equivalents = fieldReader({
  treesPlanted: ["trees_planted", real],
  lightBulbs: ["light_bulbs", real],
});
const kilogramsPerPound = 0.45359237;

/** `/site/{id}/envBenefits` → `environmental_benefits`, metric also where the server answers in pounds. */
export function parseEnvironmental(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["envBenefits"], asked);
  const { siteId } = onlySite(asked);
  const { gasEmissionSaved, ...others } = content;
  const saved = isObject(gasEmissionSaved) ? gasEmissionSaved : {};
  const factor = kilogramsPer(saved.units);
  const gas = gases.read(without(saved, ["units"]));
  const rough = equivalents.read(others);
  const extra = {
    ...rough.rest,
    ...(factor === null
      ? { gasEmissionSaved: saved }
      : Object.keys(gas.rest).length > 0
      ? { gasEmissionSaved: gas.rest }
      : {}),
  };
  if (factor === null) {
    leftOut(asked, `envBenefits: ${shownJson(saved.units)} is neither kg nor lb: kept aside`);
  }
  return answer({
    rows: spokenRows(
      "environmental_benefits",
      ["site_id", "extra"],
      [...gases.columns, ...equivalents.columns],
      [{
        always: [siteId, extraText(extra)],
        values: [
          ...gas.values.map((value) => value === null ? null : scaled(Number(value), factor ?? 1)),
          ...rough.values,
        ],
        spoken: [
          ...gases.spoken(saved).map((one) => one && factor !== null),
          ...equivalents.spoken(others),
        ],
      }],
    ),
    notes: [
      ...misfitNotes(
        [gases.misfit(gas.rest), equivalents.misfit(rough.rest)],
        siteId,
        "envBenefits",
      ),
      ...leftoverNotes(siteId, "envBenefits", rest),
    ],
  });
}

function kilogramsPer(units: unknown): number | null {
  if (units === undefined || units === null || /^kgs?$/i.test(wordOf(units))) return 1;
  if (/^lbs?$/i.test(wordOf(units))) return kilogramsPerPound;
  return null;
}
