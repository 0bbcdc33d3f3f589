import { compareInstants } from "../../model/interval.ts";
import { bucketEnd, startOfDay, toLocal } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  bodyError,
  isObject,
  leftOut,
  leftoverNotes,
  onlySite,
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, type Fields, real } from "../answer/answer_fields.ts";
import { askedSite, bucketRanges } from "../answer/asked_site.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { shownJson } from "../answer/shown.ts";
import { scaled } from "../answer/time_unit.ts";
import { factorOf } from "../answer/units.ts";
import { objectBody } from "./site_series.ts";

const production = fieldReader({
  total: ["production_wh", real],
  toSelfConsumption: ["to_self_consumption_wh", real],
  toStorage: ["to_storage_wh", real],
  toGrid: ["to_grid_wh", real],
});
const consumption = fieldReader({
  total: ["consumption_wh", real],
  fromPv: ["from_pv_wh", real],
  fromStorage: ["from_storage_wh", real],
  fromGrid: ["from_grid_wh", real],
});
const performanceFields: Fields = {
  specificYield: ["specific_yield_kwh_per_kwp", real],
  performanceRatio: ["performance_ratio", real],
};
const performance = fieldReader(performanceFields);

/**
 * `/sites/{id}/overview` of one local day → the balance of that day in `energy_readings`. The vendor's
 * overview counts the time asked for and nothing else, so it belongs to its day.
 * Throws SourceError `body`, also where it was asked for more than a day.
 */
export function parseOverview(body: unknown, asked: Asked): Answer {
  const content = objectBody(body, asked);
  const site = askedSite(onlySite(asked), asked);
  const day = toLocal(site.window.start, site.timeZone).toPlainDate();
  const start = startOfDay(day, site.timeZone);
  const end = bucketEnd(start, "day", site.timeZone);
  if (compareInstants(site.window.end, end) > 0) {
    throw bodyError(asked, "an overview of several days belongs to none of them");
  }
  const made = block(content.production, production, asked);
  const used = block(content.consumption, consumption, asked);
  const yields = performance.read(isObject(content.performance) ? content.performance : {});
  const figures = [...made.values, ...used.values];
  const rest = extraText({
    ...without(content, ["siteId", "production", "consumption", "performance"]),
    ...(Object.keys(made.rest).length > 0 ? { production: made.rest } : {}),
    ...(Object.keys(used.rest).length > 0 ? { consumption: used.rest } : {}),
    ...(Object.keys(yields.rest).length > 0 ? { performance: yields.rest } : {}),
  });
  // Of a day of which the server has nothing, it adds up nothing: zeros, no figures.
  const hasReported = compareInstants(site.lastUpdate, start) > 0;
  const isComplete = compareInstants(end, site.lastUpdate) <= 0;
  const hasEnded = compareInstants(end, site.now) <= 0;
  const hasFigures = hasReported && figures.some((one) => Number(one) !== 0);
  return answer({
    rows: !hasFigures ? [] : rowsOf(
      "energy_readings",
      [
        "site_id",
        "time_unit",
        "reading_date",
        "is_complete",
        ...production.columns,
        ...consumption.columns,
        ...performance.columns,
      ],
      [[site.siteId, "DAY", day.toString(), isComplete ? 1 : 0, ...figures, ...yields.values]],
    ),
    ranges: bucketRanges({ ...site, lastUpdate: site.now }, "day", [
      hasEnded && hasFigures ? [end] : [],
    ]),
    notes: [
      ...misfitNotes(
        [
          production.misfit(made.rest),
          consumption.misfit(used.rest),
          performance.misfit(yields.rest),
        ],
        site.siteId,
        "overview",
      ),
      ...rest === null ? [] : leftoverNotes(site.siteId, "overview", JSON.parse(rest)),
    ],
  });
}

/** Each block has a unit of its own; one that is missing has no figures. */
function block(
  given: unknown,
  reader: typeof production,
  asked: Asked,
): { values: Value[]; rest: Record<string, unknown> } {
  const { unit, ...figures } = isObject(given) ? given : {};
  const factor = factorOf(unit, "energy");
  const { values, rest } = reader.read(figures);
  if (factor === null && values.some((one) => one !== null)) {
    leftOut(
      asked,
      `overview: unit ${shownJson(unit)} is no unit of energy: its values are kept aside`,
    );
    return { values: values.map(() => null), rest: { ...figures, unit } };
  }
  return {
    values: values.map((value) => value === null ? null : scaled(Number(value), factor ?? 1)),
    rest,
  };
}
