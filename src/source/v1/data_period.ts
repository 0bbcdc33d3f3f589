import type { Answer } from "../source.ts";
import { answer, type Asked, leftoverNotes, spokenRows } from "../answer/answer_body.ts";
import { day, fieldReader } from "../answer/answer_fields.ts";
import { siteEntries } from "./site_entries.ts";

const period = fieldReader({
  startDate: ["data_start_date", day],
  endDate: ["data_end_date", day],
});

/** `/site(s)/{ids}/dataPeriod` → two columns of `sites`; nothing of a site that never transmitted. */
export function parseDataPeriod(body: unknown, asked: Asked): Answer {
  const { entries, notes } = siteEntries(
    body,
    { single: "dataPeriod", bulk: "datePeriodList", entry: "dataPeriod" },
    asked,
  );
  const rows = entries.map(({ site, content }) => {
    const { values, rest } = period.read(content);
    notes.push(...leftoverNotes(site.siteId, "dataPeriod", rest));
    return { always: [site.siteId], values, spoken: values.map((value) => value !== null) };
  });
  return answer({ rows: spokenRows("sites", ["site_id"], period.columns, rows), notes });
}
