import { localText } from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import { answer, type Asked, type Json, leftoverNotes, spokenRows } from "../answer/answer_body.ts";
import { day, fieldReader } from "../answer/answer_fields.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { readStamp } from "../answer/times.ts";
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
    const { values, rest } = period.read(withLocalTimes(content, site.timeZone));
    const misfit = period.misfit(rest);
    notes.push(
      ...misfit === undefined
        ? leftoverNotes(site.siteId, "dataPeriod", rest)
        : misfitNotes([misfit], site.siteId, "dataPeriod"),
    );
    return { always: [site.siteId], values, spoken: values.map((value) => value !== null) };
  });
  return answer({ rows: spokenRows("sites", ["site_id"], period.columns, rows), notes });
}

/** Times with an offset as the wall clock of the site, whose days are meant. */
function withLocalTimes(content: Json, timeZone: string | null): Json {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => {
      const stamp = readStamp(value, timeZone);
      return [name, stamp ? localText(stamp.local) : value];
    }),
  );
}
