import type { OwnQuestions } from "../questions.ts";
import checkCalendar from "../../../sql/mariadb/queries/check_calendar.sql" with { type: "text" };
import checkOffsets from "../../../sql/mariadb/queries/check_offsets.sql" with { type: "text" };

export const questions: OwnQuestions = {
  check_calendar: checkCalendar,
  check_offsets: checkOffsets,
};
