import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import { answer, type Asked, leftoverNotes, rowsOf } from "../answer/answer_body.ts";
import { date, fieldReader } from "../answer/answer_fields.ts";
import { siteEntries } from "./site_entries.ts";

const period = fieldReader({
  startDate: ["data_start_date", date],
  endDate: ["data_end_date", date],
});

/** `/site(s)/{ids}/dataPeriod` → two columns of `sites`; NULL for a site that never transmitted. */
export function parseDataPeriod(body: unknown, asked: Asked): Answer {
  const { entries, notes } = siteEntries(
    body,
    { single: "dataPeriod", bulk: "datePeriodList", entry: "dataPeriod" },
    asked,
  );
  const rows: Value[][] = [];
  for (const { site, content } of entries) {
    const { values, rest } = period.read(content);
    rows.push([site.siteId, ...values]);
    notes.push(...leftoverNotes(site.siteId, "dataPeriod", rest));
  }
  return answer({ rows: rowsOf("sites", ["site_id", ...period.columns], rows), notes });
}
