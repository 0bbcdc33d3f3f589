import type { Absence, AnsweredRange, TableRows } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  leftoverNotes,
  objectsIn,
  type Parser,
  rowsOf,
  unlisted,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, real, text } from "../answer/answer_fields.ts";
import { type AskedSite, askedSite, bucketRanges } from "../answer/asked_site.ts";
import { seriesReader } from "../answer/placed_series.ts";
import { measuredIn } from "../answer/measured.ts";
import { siteEntries } from "./site_entries.ts";
import {
  elsewhereNotes,
  endsOfValues,
  type Slot,
  slotsOf,
  withBeside,
} from "../answer/slot_state.ts";
import {
  isCalendarUnit,
  readTimeUnit,
  type TimeUnit,
  timeUnits,
  unitOfTimes,
} from "../answer/time_unit.ts";

const series = seriesReader("date", { value: ["value", real] });
const measuredBy = fieldReader({ measuredBy: ["measured_by", text] });
const wrapping = { single: "energy", bulk: "sitesEnergy", entry: "energyValues" };

/**
 * `/site(s)/{ids}/energy` → `energy_readings` (days, weeks, months, years). Hours and quarter-hours, which
 * are never asked for, go to `energy_details.production_wh` with a note.
 */
export function energyParser(requested: TimeUnit, keeps: "ranges" | "whole"): Parser {
  return (body: unknown, asked: Asked): Answer => {
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
        { asked, subject: "energy" },
      );
      absent.push(...unlisted(site.siteId, listed));
      const placed = series.buckets(listed, stated, site, "energy");
      const measured = measuredIn(
        placed.entries,
        { unit, quantity: "energy" },
        "energy",
        asked,
        site.siteId,
      );
      const { buckets, left } = withBeside(measured, meter.rest);
      const slots = slotsOf(buckets, { stated, requested }, site);
      const kept = isCalendarUnit(stated)
        ? calendarRows(slots, stated, site, meter.values[0]!)
        : subDailyRows(slots, stated, site);
      const place = isCalendarUnit(stated)
        ? `energy_readings with time_unit ${stated}`
        : `production_wh of energy_details, measured by ${meter.values[0] ?? "an unknown device"}`;
      rows.push(...kept);
      notes.push(
        ...placed.notes,
        ...elsewhereNotes(site, "energy", slots, { stated, requested }, place),
        ...leftoverNotes(site.siteId, "energy", left),
      );
      if (keeps === "ranges") {
        ranges.push(...bucketRanges(site, timeUnits[requested], [endsOfValues(slots)]));
      }
    }
    return answer({ rows, ranges, absent, notes });
  };
}

function calendarRows(
  slots: readonly Slot[],
  unit: TimeUnit,
  site: AskedSite,
  measuredBy: Value,
): TableRows[] {
  const columns = [
    "site_id",
    "time_unit",
    "reading_date",
    "energy_wh",
    "measured_by",
    "is_complete",
    "extra",
  ];
  const rows = slots.filter((one) => one.state !== "padding").map((one): Value[] => [
    site.siteId,
    unit,
    one.local.toPlainDate().toString(),
    one.values[0]!,
    measuredBy,
    one.state === "complete" ? 1 : 0,
    extraText(one.rest),
  ]);
  return rowsOf("energy_readings", columns, rows);
}

function subDailyRows(
  slots: readonly Slot[],
  unit: TimeUnit,
  site: AskedSite,
): TableRows[] {
  const columns = ["site_id", "timestamp", "local_time", "interval_s", "production_wh", "extra"];
  const rows = slots.filter((one) => one.state !== "padding").map((one): Value[] => [
    site.siteId,
    instantText(one.instant),
    localText(one.local),
    Number(timeUnits[unit]),
    one.values[0]!,
    extraText(one.rest),
  ]);
  return rowsOf("energy_details", columns, rows);
}
