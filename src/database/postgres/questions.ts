import type { OwnQuestions } from "../questions.ts";
import checkCalendar from "../../../sql/postgres/queries/check_calendar.sql" with { type: "text" };
import checkOffsets from "../../../sql/postgres/queries/check_offsets.sql" with { type: "text" };

export const questions: OwnQuestions = {
  check_calendar: checkCalendar,
  check_offsets: checkOffsets,
};
