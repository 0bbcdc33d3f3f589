import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  bodyError,
  leftoverNotes,
  onlySite,
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import { real } from "../answer/answer_fields.ts";
import { scaled } from "../answer/time_unit.ts";
import { objectBody } from "./site_series.ts";
import { unitFactor } from "./units.ts";

/**
 * `/sites/{id}/lifetime-energy` → what a site has produced in its life, in `sites`. A site that has produced
 * nothing yet has no figure, and one that was known stays. Throws SourceError `body`.
 */
export function parseLifetime(body: unknown, asked: Asked): Answer {
  const content = objectBody(body, asked);
  const { siteId } = onlySite(asked);
  const notes = leftoverNotes(siteId, "lifetime", without(content, ["energy", "unit", "siteId"]));
  if ((content.energy ?? null) === null) return answer({ notes });
  const energy = real(content.energy);
  if (energy === undefined) {
    throw bodyError(asked, `${JSON.stringify(content.energy)} is no energy`);
  }
  const wattHours = scaled(energy, unitFactor(content.unit, "energy", asked));
  return answer({
    rows: rowsOf("sites", ["site_id", "lifetime_energy_wh"], [[siteId, wattHours]]),
    notes,
  });
}
