import type { NamedQuery } from "../database.ts";
import { sharedQuestions } from "../shared_questions.ts";
import daylightSlots from "../../../sql/sqlite/queries/daylight_slots.sql" with { type: "text" };
import knownCoverage from "../../../sql/sqlite/queries/known_coverage.sql" with { type: "text" };
import knownDevices from "../../../sql/sqlite/queries/known_devices.sql" with { type: "text" };
import knownMarks from "../../../sql/sqlite/queries/known_marks.sql" with { type: "text" };
import knownSites from "../../../sql/sqlite/queries/known_sites.sql" with { type: "text" };
import knownSpent from "../../../sql/sqlite/queries/known_spent.sql" with { type: "text" };
import lastRun from "../../../sql/sqlite/queries/last_run.sql" with { type: "text" };
import rowCounts from "../../../sql/sqlite/queries/row_counts.sql" with { type: "text" };
import silentDays from "../../../sql/sqlite/queries/silent_days.sql" with { type: "text" };
import statusCoverage from "../../../sql/sqlite/queries/status_coverage.sql" with { type: "text" };
import statusSeries from "../../../sql/sqlite/queries/status_series.sql" with { type: "text" };
import statusSites from "../../../sql/sqlite/queries/status_sites.sql" with { type: "text" };

/** The named questions. */
export const namedQueries: Readonly<Record<NamedQuery, string>> = {
  status_series: statusSeries,
  status_coverage: statusCoverage,
  status_sites: statusSites,
  row_counts: rowCounts,
  daylight_slots: daylightSlots,
  silent_days: silentDays,
  last_run: lastRun,
  ...sharedQuestions,
};

/** What the planner asks. */
export const knownQueries = {
  sites: knownSites,
  devices: knownDevices,
  marks: knownMarks,
  coverage: knownCoverage,
  spent: knownSpent,
};
