import type { NamedQuery } from "../database.ts";
import { partsSql } from "../derived/derive.ts";
import { reportSql } from "../report_queries.ts";
import daylightSlots from "../../../sql/mariadb/queries/daylight_slots.sql" with { type: "text" };
import knownCoverage from "../../../sql/mariadb/queries/known_coverage.sql" with { type: "text" };
import knownDevices from "../../../sql/mariadb/queries/known_devices.sql" with { type: "text" };
import knownMarks from "../../../sql/mariadb/queries/known_marks.sql" with { type: "text" };
import knownSites from "../../../sql/mariadb/queries/known_sites.sql" with { type: "text" };
import knownSpent from "../../../sql/mariadb/queries/known_spent.sql" with { type: "text" };
import lastRun from "../../../sql/mariadb/queries/last_run.sql" with { type: "text" };
import rowCounts from "../../../sql/mariadb/queries/row_counts.sql" with { type: "text" };
import silentDays from "../../../sql/mariadb/queries/silent_days.sql" with { type: "text" };
import statusCoverage from "../../../sql/mariadb/queries/status_coverage.sql" with {
  type: "text",
};
import statusSeries from "../../../sql/mariadb/queries/status_series.sql" with { type: "text" };
import statusSites from "../../../sql/mariadb/queries/status_sites.sql" with { type: "text" };

/** A question with its parameters by name, in the order of its placeholders; a name may come twice. */
export interface Question {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** The named questions. */
export const namedQueries: Readonly<Record<NamedQuery, Question>> = {
  status_series: question(statusSeries),
  status_coverage: question(statusCoverage),
  status_sites: question(statusSites),
  row_counts: question(rowCounts),
  daylight_slots: question(daylightSlots),
  silent_days: question(silentDays),
  last_run: question(lastRun),
  report_days: question(reportSql.report_days),
  report_months: question(reportSql.report_months),
  report_quarters: question(reportSql.report_quarters),
  report_batteries: question(reportSql.report_batteries),
  report_inverters: question(reportSql.report_inverters),
  report_ranking: question(reportSql.report_ranking),
};

/** What saving asks for rows that others follow from. */
export const partsQueries: Readonly<Record<keyof typeof partsSql, Question>> = {
  quarter_hours: question(partsSql.quarter_hours),
  days: question(partsSql.days),
};

/** What the planner asks. */
export const knownQueries = {
  sites: question(knownSites),
  devices: question(knownDevices),
  marks: question(knownMarks),
  coverage: question(knownCoverage),
  spent: question(knownSpent),
};

/** The files name their parameters (`:since`), the server knows them by their place (`?`). */
function question(text: string): Question {
  const parameters: string[] = [];
  const sql = text.replace(/--.*$/gm, "").replace(/:([a-z_]+)/g, (_, name: string) => {
    parameters.push(name);
    return "?";
  });
  return { sql, parameters };
}
