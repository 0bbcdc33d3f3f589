import { dateColumn, tables } from "../model/tables.ts";
import type { DialectName, RareQuestion } from "./rare_questions.ts";
import batteryNow from "../../sql/shared/battery_now.sql" with { type: "text" };
import dayEnergies from "../../sql/shared/day_energies.sql" with { type: "text" };
import detailSums from "../../sql/shared/detail_sums.sql" with { type: "text" };
import energySums from "../../sql/shared/energy_sums.sql" with { type: "text" };
import siteNow from "../../sql/shared/site_now.sql" with { type: "text" };
import daylightSlots from "../../sql/shared/daylight_slots.sql" with { type: "text" };
import days from "../../sql/shared/days.sql" with { type: "text" };
import knownCoverage from "../../sql/shared/known_coverage.sql" with { type: "text" };
import knownDevices from "../../sql/shared/known_devices.sql" with { type: "text" };
import knownMarks from "../../sql/shared/known_marks.sql" with { type: "text" };
import knownSites from "../../sql/shared/known_sites.sql" with { type: "text" };
import knownSpent from "../../sql/shared/known_spent.sql" with { type: "text" };
import lastRun from "../../sql/shared/last_run.sql" with { type: "text" };
import quarterHours from "../../sql/shared/quarter_hours.sql" with { type: "text" };
import siteList from "../../sql/shared/site_list.sql" with { type: "text" };
import sitePower from "../../sql/shared/site_power.sql" with { type: "text" };
import silentDays from "../../sql/shared/silent_days.sql" with { type: "text" };

/** All are in words that every dialect understands. */
const questions = {
  row_counts: rowCounts(),
  data_months: dataMonths(),
  daylight_slots: daylightSlots,
  silent_days: silentDays,
  last_run: lastRun,
  site_list: siteList,
  // The figures of the sites from `first_site` to `last_site`; sums over local dates, the end not included.
  battery_now: batteryNow,
  day_energies: dayEnergies,
  detail_sums: detailSums,
  energy_sums: energySums,
  site_now: siteNow,
  // What the planner asks, and the rows that others follow from.
  sites: knownSites,
  devices: knownDevices,
  marks: knownMarks,
  coverage: knownCoverage,
  spent: knownSpent,
  quarter_hours: quarterHours,
  days,
  site_power: sitePower,
};

/** The name of a question that the program asks. */
export type Question = keyof typeof questions | RareQuestion;

/** The text of a question in the words of a dialect. */
export async function textOf(question: Question, dialect: DialectName): Promise<string> {
  if (isCommon(question)) return questions[question];
  const { rareQuestions } = await import("./rare_questions.ts");
  const text = rareQuestions[question];
  return typeof text === "string" ? text : text[dialect];
}

function isCommon(question: Question): question is keyof typeof questions {
  return Object.hasOwn(questions, question);
}

/** Rows of each table of data per site; a table without rows is not among them. */
function rowCounts(): string {
  const names = tables.filter((one) => one.kind !== "engine").map((one) => one.name).sort();
  const counts = names.map((name, place) =>
    `select ${place} as place, '${name}' as table_name, site_id, count(*) as row_count
  from ${name} where :of_sites group by site_id`
  );
  return `select table_name, site_id, row_count
from (
  ${counts.join("\n  union all\n  ")}
) as counted
order by site_id, place`;
}

/** The local months of which a table of readings has rows, by site; of a table with several units, of one unit. */
function dataMonths(): string {
  const months = tables.flatMap((one) => {
    const date = dateColumn(one);
    if (one.kind === "engine" || date === null) return [];
    const month = `substr(cast(${date} as char(10)), 1, 7)`;
    const ofUnit = one.columns.some(({ name }) => name === "time_unit")
      ? " and time_unit = coalesce(:time_unit, time_unit)"
      : "";
    return [`select site_id, ${month} as month, count(*) as rows_found
  from ${one.name} where :table_name = '${one.name}' and :of_sites${ofUnit}
  group by site_id, ${month}`];
  });
  return `select site_id, month, rows_found
from (
  ${months.join("\n  union all\n  ")}
) as found
order by site_id, month`;
}
