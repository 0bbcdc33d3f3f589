import type { Absence, AnsweredRange, TableRows } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  leftoverNotes,
  objectsIn,
  rowsOf,
  unlisted,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, real, text } from "../answer/answer_fields.ts";
import { askedSite, bucketRanges } from "../answer/asked_site.ts";
import { requireTimes, seriesReader } from "../answer/placed_series.ts";
import { siteEntries } from "./site_entries.ts";
import {
  elsewhereNotes,
  endsOfValues,
  isKept,
  lengthSeconds,
  slotsOf,
  withBeside,
} from "../answer/slot_state.ts";
import { readTimeUnit, timeUnits, unitOfTimes } from "../answer/time_unit.ts";
import { measuredIn } from "../answer/measured.ts";

const series = seriesReader("date", { value: ["value", real] });
const measuredBy = fieldReader({ measuredBy: ["measured_by", text] });
const wrapping = { single: "power", bulk: "powerDateValuesList", entry: "powerDataValueSeries" };
const requested = "QUARTER_OF_AN_HOUR";

/** `/site(s)/{ids}/power` → `power_readings`; quarter-hours that are still open are not kept. */
export function parsePower(body: unknown, asked: Asked): Answer {
  const { entries, notes } = siteEntries(body, wrapping, asked);
  const rows: TableRows[] = [];
  const ranges: AnsweredRange[] = [];
  const absent: Absence[] = [];
  for (const { site: facts, content } of entries) {
    const site = askedSite(facts, asked);
    const { values, timeUnit, unit, ...beside } = content;
    const meter = measuredBy.read(beside);
    const listed = objectsIn(values, "values", asked);
    const stated = unitOfTimes(
      readTimeUnit(timeUnit, requested, asked),
      requested,
      listed.map((one) => one.date),
      { asked, subject: "power" },
    );
    absent.push(...unlisted(site.siteId, listed));
    const placed = series.buckets(listed, stated, site, "power");
    if (entries.length === 1) requireTimes(placed, asked);
    const measured = measuredIn(
      placed.entries,
      { unit, quantity: "power" },
      "power",
      asked,
      site.siteId,
    );
    const { buckets, left } = withBeside(measured, meter.rest);
    const slots = slotsOf(buckets, { stated, requested }, site);
    rows.push(...rowsOf(
      "power_readings",
      ["site_id", "timestamp", "local_time", "interval_s", "power_w", "measured_by", "extra"],
      slots.filter(isKept).map((one): Value[] => [
        site.siteId,
        instantText(one.instant),
        localText(one.local),
        lengthSeconds(one),
        one.values[0]!,
        meter.values[0]!,
        extraText(one.rest),
      ]),
    ));
    notes.push(
      ...placed.notes,
      ...elsewhereNotes(site, "power", slots, { stated, requested }, `${stated} of power_readings`),
      ...leftoverNotes(site.siteId, "power", left),
    );
    ranges.push(...bucketRanges(site, timeUnits[requested], [endsOfValues(slots)]));
  }
  return answer({ rows, ranges, absent, notes });
}
