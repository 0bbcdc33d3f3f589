import { compareInstants, earlier } from "../../model/interval.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  isObject,
  leftoverNotes,
  objectsIn,
  onlySite,
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import { real } from "../answer/answer_fields.ts";
import { longAgo } from "./history_window.ts";
import { objectBody } from "./site_series.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { readSiteTime } from "../answer/times.ts";

/** What a server calls the end of its data and is this close to the end of the question only repeats it. */
const echoes = { minutes: 1 };

/**
 * `/sites/{id}/energy` as one sum of a whole life → since when and until when a site has data, in `sites`.
 * The period that such an answer states is that of the data; where it only repeats the question it says
 * nothing, and neither does the answer of a site without data. A first day that is known gives way to an
 * earlier one alone. Throws SourceError `body`.
 */
export function parseFirstDay(body: unknown, asked: Asked): Answer {
  const content = objectBody(body, asked);
  const { siteId, timeZone, firstDay: known } = onlySite(asked);
  const values = objectsIn(content.values, "values", asked, "may be absent");
  const notes = [
    ...leftoverNotes(
      siteId,
      "first day",
      without(content, ["period", "unit", "resolution", "values", "siteId"]),
    ),
    ...values.flatMap((one) =>
      leftoverNotes(siteId, "first day", without(one, ["timestamp", "value"]))
    ),
    ...misfitNotes(
      values.map(({ value }) =>
        (value ?? null) !== null && real(value) === undefined ? value : undefined
      ),
      siteId,
      "first day",
    ),
  ];
  const hasData = values.some(({ value }) => real(value) !== undefined);
  const period = isObject(content.period) ? content.period : {};
  const [from, to] = [period.from, period.to].map((one) => readSiteTime(one, timeZone));
  const isEcho = !from || Temporal.PlainDate.compare(from.local, longAgo.add({ days: 1 })) <= 0;
  if (!hasData || isEcho) return answer({ notes });

  const columns = ["site_id"];
  const row: Value[] = [siteId];
  const first = from.local.toPlainDate();
  if (known === null || Temporal.PlainDate.compare(first, known) < 0) {
    columns.push("data_start_date");
    row.push(first.toString());
  }
  if (to && compareInstants(to.instant, endOf(asked)) < 0) {
    columns.push("data_end_date");
    row.push(to.local.toPlainDate().toString());
  }
  return answer({ rows: columns.length > 1 ? rowsOf("sites", columns, [row]) : [], notes });
}

/** From here on, the end of the data may be no more than the end of the question. */
function endOf({ request: { window }, now }: Asked): Temporal.Instant {
  return (window ? earlier(window.end, now) : now).subtract(echoes);
}
