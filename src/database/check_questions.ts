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

/** The questions that `seh check` asks about one site (:site_id), read the same by every database. */
export const checkQuestions = {
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
} as const;

/** Those that no two dialects read in the same words: a text for each, by its name. */
export const ownQuestions = {
  check_calendar: { sqlite: sqliteCalendar, postgres: postgresCalendar, mariadb: mariadbCalendar },
  check_offsets: { sqlite: sqliteOffsets, postgres: postgresOffsets, mariadb: mariadbOffsets },
} as const;

/** The name of a dialect. */
export type DialectName = keyof (typeof ownQuestions)["check_calendar"];

/** The name of a question of `seh check`. */
export type CheckQuestion = keyof typeof checkQuestions | keyof typeof ownQuestions;
