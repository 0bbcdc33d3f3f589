import type { Note } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  answer,
  type Asked,
  bodyError,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import { countOf, date, extraText, fieldReader, text } from "../answer/answer_fields.ts";
import { shownJson } from "../answer/shown.ts";

const change = fieldReader({
  date: ["change_date", date],
  serialNumber: ["serial_number", text],
  partNumber: ["part_number", text],
});

/** `/equipment/{id}/{serial}/changeLog` → `equipment_changes`; `list` may be a bare object. */
export function parseChanges(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["ChangeLog"], asked);
  const { siteId } = onlySite(asked);
  const { device } = asked.request;
  if (!device) throw bodyError(asked, "asked without a device");
  const notes: Note[] = leftoverNotes(siteId, "changeLog", {
    ...rest,
    ...without(content, ["count", "list"]),
  });
  const rows: { always: Value[]; values: Value[]; spoken: boolean[] }[] = [];
  const none = countOf(content.count) === 0 ? "may be absent" : "must be there";
  for (const one of objectsIn(content.list, "list", asked, none)) {
    const { values: [day, serial, part], rest: unknown } = change.read(one);
    if (day) {
      rows.push({
        always: [siteId, device.deviceKey, day, serial ?? "", extraText(unknown)],
        values: [part!],
        spoken: [Object.hasOwn(one, "partNumber")],
      });
    } else {
      notes.push({
        siteId,
        level: "loss",
        text: `changeLog: a change without a date is left out: ${shownJson(one)}`,
      });
    }
  }
  return answer({
    rows: spokenRows(
      "equipment_changes",
      ["site_id", "device_key", "change_date", "serial_number", "extra"],
      ["part_number"],
      rows,
    ),
    notes,
  });
}
