import batteries from "../../sql/shared/report_batteries.sql" with { type: "text" };
import days from "../../sql/shared/report_days.sql" with { type: "text" };
import inverters from "../../sql/shared/report_inverters.sql" with { type: "text" };
import months from "../../sql/shared/report_months.sql" with { type: "text" };
import quarters from "../../sql/shared/report_quarters.sql" with { type: "text" };
import ranking from "../../sql/shared/report_ranking.sql" with { type: "text" };
import savings from "../../sql/shared/report_savings.sql" with { type: "text" };

/** What `seh report` and `seh chart` ask the views, in words that every dialect understands. */
export const reportSql = {
  report_days: days,
  report_months: months,
  report_quarters: quarters,
  report_batteries: batteries,
  report_inverters: inverters,
  report_ranking: ranking,
  report_savings: savings,
} as const;

/** The names of these questions. */
export type ReportQuery = keyof typeof reportSql;
