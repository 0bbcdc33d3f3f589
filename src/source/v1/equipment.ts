import type { Note } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  absence,
  answer,
  type Asked,
  envelope,
  isObject,
  leftoverNotes,
  objectsIn,
  onlySite,
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import { nameOf } from "../answer/device_keys.ts";
import { extraText, fieldReader, real, text } from "../answer/answer_fields.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { shownJson } from "../answer/shown.ts";

const device = fieldReader({
  serialNumber: ["serial_number", text],
  name: ["name", text],
  manufacturer: ["manufacturer", text],
  model: ["model", text],
  kWpDC: ["peak_power_dc_kwp", real],
});

/**
 * `/equipment/{id}/list` → `equipment`: inverters and safety and monitoring interfaces, which the list does not
 * distinguish; so it leaves `category` to the inventory. Accepts the documented bare `list` too.
 */
export function parseEquipment(body: unknown, asked: Asked): Answer {
  const { siteId } = onlySite(asked);
  const { content, rest } = envelope(body, ["reporters", "list"], asked);
  const wrapped = isObject(content) && Object.hasOwn(content, "list") ? content : { list: content };
  const notes: Note[] = leftoverNotes(siteId, "equipment list", {
    ...without(rest, ["count"]),
    ...without(wrapped, ["count", "list"]),
  });
  const rows: { always: Value[]; values: Value[]; spoken: boolean[] }[] = [];
  const misfits: unknown[] = [];
  const listed = objectsIn(wrapped.list, "list", asked);
  for (const one of listed) {
    const { values, rest: unknown } = device.read(one);
    const [serial] = values;
    if (nameOf(serial)) {
      const always = [siteId, serial!, extraText(unknown)];
      rows.push({ always, values, spoken: device.spoken(one) });
      misfits.push(device.misfit(unknown));
    } else {
      notes.push({
        siteId,
        level: "loss",
        text: `equipment list: a device without serial number is left out: ${shownJson(one)}`,
      });
    }
  }
  return answer({
    absent: listed.length > 0 ? [] : [absence(asked, "the site lists no equipment")],
    rows: spokenRows("equipment", ["site_id", "device_key", "extra"], device.columns, rows),
    notes: [...notes, ...misfitNotes(misfits, siteId, "equipment list", "warning")],
  });
}
