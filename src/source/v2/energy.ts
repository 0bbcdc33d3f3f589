import { compareInstants } from "../../model/interval.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  bodyError,
  onlySite,
  type Parser,
  rowsOf,
} from "../answer/answer_body.ts";
import { extraText } from "../answer/answer_fields.ts";
import { type AskedSite, askedSite, bucketRanges } from "../answer/asked_site.ts";
import { elsewhereNotes, endsOfValues, type Slot, slotsOf } from "../answer/slot_state.ts";
import { isCalendarUnit, timeUnits } from "../answer/time_unit.ts";
import { balanceFrom } from "./day_sums.ts";
import { historyWindow } from "./history_window.ts";
import { readSiteSeries } from "./site_series.ts";
import { valueOf } from "./series.ts";

/**
 * `/sites/{id}/energy` in days, months or years → `energy_readings`. Days are remembered as ranges; months and
 * years come whole, years from before any site. The months of the open year show that year too.
 */
export function energyParser(requested: "DAY" | "MONTH" | "YEAR"): Parser {
  return (body: unknown, asked: Asked): Answer => {
    const facts = onlySite(asked);
    const { buckets, stated, absent, notes } = readSiteSeries(body, asked, {
      subject: "energy",
      quantity: "energy",
      unit: requested,
    });
    if (!isCalendarUnit(stated)) {
      throw bodyError(asked, `the answer is in ${stated}, asked for was ${requested}`);
    }
    const own = askedSite(facts, asked);
    const site = requested === "YEAR"
      ? { ...own, window: historyWindow(own.window, own.timeZone) }
      : own;
    const judged = slotsOf(buckets, { stated, requested }, site)
      .filter((one) => one.state !== "padding");
    const slots = requested === "DAY" && facts.firstDay !== null
      ? judged
      : sinceFirstProduction(judged);
    const columns = ["site_id", "time_unit", "reading_date", "energy_wh", "is_complete", "extra"];
    const rows = slots.map((one): Value[] => [
      site.siteId,
      stated,
      one.local.toPlainDate().toString(),
      valueOf(one),
      one.state === "complete" ? 1 : 0,
      extraText(one.rest),
    ]);
    if (stated === "MONTH" && requested === "MONTH") rows.push(...openYear(slots, site));
    const place = `energy_readings with time_unit ${stated}`;
    return answer({
      rows: rowsOf("energy_readings", columns, rows),
      ranges: requested === "DAY" ? bucketRanges(site, timeUnits.DAY, [endsOfValues(slots)]) : [],
      absent,
      derive: requested === "DAY"
        ? balanceFrom(site.siteId, slots.map((one) => one.local.toPlainDate()))
        : [],
      notes: [...notes, ...elsewhereNotes(site, "energy", slots, { stated, requested }, place)],
    });
  };
}

/**
 * The year that is open, as the sum of its months: its own request need not be repeated to see it grow. Nothing
 * where a month is lacking since January, or since the first that was asked for.
 */
function openYear(months: readonly Slot[], { siteId, timeZone, window }: AskedSite): Value[][] {
  const newest = months.toSorted((a, b) => compareInstants(a.instant, b.instant)).at(-1);
  if (!newest || newest.state === "complete") return [];
  const { year, month } = newest.local;
  const asked = window.start.toZonedDateTimeISO(timeZone);
  const first = asked.year === year ? asked.month : 1;
  const values = months.filter((one) => one.local.year === year).map(valueOf);
  if (values.length !== month - first + 1 || values.includes(null)) return [];
  const energy = values.reduce<number>((sum, one) => sum + Number(one), 0);
  return [[siteId, "YEAR", `${year}-01-01`, energy, 0, null]];
}

/** The buckets without those before the first production: a time before the site is no gap. */
function sinceFirstProduction(slots: readonly Slot[]): Slot[] {
  const inOrder = slots.toSorted((a, b) => compareInstants(a.instant, b.instant));
  const first = inOrder.findIndex(({ values: [energy] }) => Number(energy) > 0);
  return first < 0 ? [] : inOrder.slice(first);
}
