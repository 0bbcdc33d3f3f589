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
import { askedSite, bucketRanges } from "../answer/asked_site.ts";
import { elsewhereNotes, endsOfValues, judge, type Slot } from "../answer/slot_standing.ts";
import { isCalendarUnit, timeUnits } from "../answer/time_unit.ts";
import { balanceFrom } from "./day_sums.ts";
import { historyWindow } from "./history_window.ts";
import { readSiteSeries } from "./site_series.ts";
import { valueOf } from "./series.ts";

/**
 * `/sites/{id}/energy` in days, months or years → `energy_readings`. Days are remembered as ranges;
 * months and years come whole, years from before any site.
 */
export function energyParser(wanted: "DAY" | "MONTH" | "YEAR"): Parser {
  return (body: unknown, asked: Asked): Answer => {
    const facts = onlySite(asked);
    const { buckets, stated, absent, notes } = readSiteSeries(body, asked, {
      subject: "energy",
      quantity: "energy",
      unit: wanted,
    });
    if (!isCalendarUnit(stated)) {
      throw bodyError(asked, `the answer is in ${stated}, asked for was ${wanted}`);
    }
    const own = askedSite(facts, asked);
    const site = wanted === "YEAR"
      ? { ...own, window: historyWindow(own.window, own.timeZone) }
      : own;
    const judged = judge(buckets, { stated, wanted }, site)
      .filter((one) => one.standing !== "padding");
    const slots = wanted === "DAY" && facts.firstDay !== null
      ? judged
      : sinceFirstProduction(judged);
    const columns = ["site_id", "time_unit", "reading_date", "energy_wh", "is_complete", "extra"];
    const rows = slots.map((one): Value[] => [
      site.siteId,
      stated,
      one.local.toPlainDate().toString(),
      valueOf(one),
      one.standing === "complete" ? 1 : 0,
      extraText(one.rest),
    ]);
    const place = `energy_readings with time_unit ${stated}`;
    return answer({
      rows: rowsOf("energy_readings", columns, rows),
      ranges: wanted === "DAY" ? bucketRanges(site, timeUnits.DAY, [endsOfValues(slots)]) : [],
      absent,
      derive: wanted === "DAY"
        ? balanceFrom(site.siteId, slots.map((one) => one.local.toPlainDate()))
        : [],
      notes: [...notes, ...elsewhereNotes(site, "energy", slots, { stated, wanted }, place)],
    });
  };
}

/** The buckets without those before the first production: a time before the site is no gap. */
function sinceFirstProduction(slots: readonly Slot[]): Slot[] {
  const inOrder = slots.toSorted((a, b) => Temporal.Instant.compare(a.instant, b.instant));
  const first = inOrder.findIndex(({ values: [energy] }) => Number(energy) > 0);
  return first < 0 ? [] : inOrder.slice(first);
}
