import sqliteCalendar from "../../sql/sqlite/queries/check_calendar.sql" with { type: "text" };
import postgresCalendar from "../../sql/postgres/queries/check_calendar.sql" with { type: "text" };
import mariadbCalendar from "../../sql/mariadb/queries/check_calendar.sql" with { type: "text" };
import sqliteOffsets from "../../sql/sqlite/queries/check_offsets.sql" with { type: "text" };
import postgresOffsets from "../../sql/postgres/queries/check_offsets.sql" with { type: "text" };
import mariadbOffsets from "../../sql/mariadb/queries/check_offsets.sql" with { type: "text" };
import dayParts from "../../sql/shared/check/day_parts.sql" with { type: "text" };
import lifetimeSum from "../../sql/shared/check/lifetime_sum.sql" with { type: "text" };
import balanceSlots from "../../sql/shared/check/balance_slots.sql" with { type: "text" };
import balanceDays from "../../sql/shared/check/balance_days.sql" with { type: "text" };
import fallingCounters from "../../sql/shared/check/falling_counters.sql" with { type: "text" };
import dailyLight from "../../sql/shared/check/daily_light.sql" with { type: "text" };
import abovePeak from "../../sql/shared/check/above_peak.sql" with { type: "text" };
import flatLines from "../../sql/shared/check/flat_lines.sql" with { type: "text" };
import silentDevices from "../../sql/shared/check/silent_devices.sql" with { type: "text" };
import doubles from "../../sql/shared/check/doubles.sql" with { type: "text" };
import doubleDevices from "../../sql/shared/check/double_devices.sql" with { type: "text" };
import daySlots from "../../sql/shared/check/day_slots.sql" with { type: "text" };
import reportBatteries from "../../sql/shared/report_batteries.sql" with { type: "text" };
import reportDays from "../../sql/shared/report_days.sql" with { type: "text" };
import reportInverters from "../../sql/shared/report_inverters.sql" with { type: "text" };
import reportMonths from "../../sql/shared/report_months.sql" with { type: "text" };
import reportQuarters from "../../sql/shared/report_quarters.sql" with { type: "text" };
import reportRanking from "../../sql/shared/report_ranking.sql" with { type: "text" };
import reportSavings from "../../sql/shared/report_savings.sql" with { type: "text" };

/**
 * What only `seh check`, `seh report` and `seh chart` ask, read when they do: one text in words that every
 * database understands, or where that cannot be one for each.
 */
export const rareQuestions = {
  // About one site (:site_id).
  check_calendar: { sqlite: sqliteCalendar, postgres: postgresCalendar, mariadb: mariadbCalendar },
  check_offsets: { sqlite: sqliteOffsets, postgres: postgresOffsets, mariadb: mariadbOffsets },
  check_day_parts: dayParts,
  check_lifetime_sum: lifetimeSum,
  check_balance_slots: balanceSlots,
  check_balance_days: balanceDays,
  check_falling_counters: fallingCounters,
  check_daily_light: dailyLight,
  check_above_peak: abovePeak,
  check_flat_lines: flatLines,
  check_silent_devices: silentDevices,
  check_doubles: doubles,
  check_double_devices: doubleDevices,
  check_day_slots: daySlots,
  // From the views.
  report_days: reportDays,
  report_months: reportMonths,
  report_quarters: reportQuarters,
  report_batteries: reportBatteries,
  report_inverters: reportInverters,
  report_ranking: reportRanking,
  report_savings: reportSavings,
} as const;

/** The name of one of them. */
export type RareQuestion = keyof typeof rareQuestions;

/** The name of a question of `seh check`. */
export type CheckQuestion = Extract<RareQuestion, `check_${string}`>;

/** The name of a dialect. */
export type DialectName = keyof (typeof rareQuestions)["check_calendar"];
