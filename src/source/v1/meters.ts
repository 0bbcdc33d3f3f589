import type { Note, TableRows } from "../../model/harvest.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  absence,
  answer,
  type Asked,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  rowsOf,
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import { deviceKeys, nameOf } from "../answer/device_keys.ts";
import { extraText, fieldReader, real, text } from "../answer/answer_fields.ts";
import { askedSite, sampleRanges } from "../answer/asked_site.ts";
import { measuredIn } from "../answer/measured.ts";
import { isFilled, type Placed, seriesReader } from "../answer/placed_series.ts";
import { meterTypesOf } from "../answer/words.ts";

const meter = fieldReader({
  meterSerialNumber: ["serial_number", text],
  meterType: ["meter_type", text],
  model: ["model", text],
  connectedSolaredgeDeviceSN: ["connected_to_serial", text],
});
const register = seriesReader("date", { value: ["lifetime_energy_wh", real] });

/**
 * `/site/{id}/meters` → `meter_readings` (the register at the moment it was read, not energy per bucket)
 * and `meters`. One entry per meter and type: a meter that counts both ways is listed twice.
 */
export function parseMeters(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["meterEnergyDetails"], asked);
  const site = askedSite(onlySite(asked), asked);
  const meters = objectsIn(content.meters, "meters", asked);
  const notes: Note[] = [
    ...leftoverNotes(site.siteId, "meters", rest),
    ...leftoverNotes(site.siteId, "meters", without(content, ["timeUnit", "unit", "meters"])),
  ];
  if (meters.length === 0) {
    return answer({ absent: [absence(asked, "the site has no meter")], notes });
  }

  const rows: TableRows[] = [];
  const read = meters.map((one) => {
    const { values: readings, ...attributes } = one;
    const { values: [serial, word, ...others], rest: unknown } = meter.read(attributes);
    const type = meterTypesOf(word)?.[0] ?? word;
    return { readings, serial, type, others, unknown, spoken: meter.spoken(attributes).slice(2) };
  });
  const keys = deviceKeys(read.map(({ serial, type, others: [model, connectedTo] }, index) => ({
    key: nameOf(serial) ?? `meter:${nameOf(type) ?? index + 1}`,
    beside: String(type ?? ""),
    marks: [connectedTo, model],
  })));
  const momentsOfEach = read.map(({ readings, serial, type, others, unknown, spoken }, index) => {
    const meterType = type ?? "";
    const key = keys[index]!;
    const { entries, notes: problems } = register.samples(
      objectsIn(readings, "values", asked, "may be absent"),
      site,
      `meters ${key} ${meterType}`,
    );
    notes.push(...problems);
    const measured = measuredIn(
      entries.filter(isReading),
      { unit: content.unit, quantity: "energy" },
      `meters ${key} ${meterType}`,
      asked,
    );
    rows.push(
      ...spokenRows(
        "meters",
        ["site_id", "device_key", "meter_type", "serial_number", "extra"],
        meter.columns.slice(2),
        [{
          always: [site.siteId, key, meterType, serial!, extraText(unknown)],
          values: others,
          spoken,
        }],
      ),
      ...rowsOf(
        "meter_readings",
        [
          "site_id",
          "device_key",
          "meter_type",
          "timestamp",
          "local_time",
          "interval_s",
          "lifetime_energy_wh",
          "extra",
        ],
        measured.map((reading): Value[] => [
          site.siteId,
          key,
          meterType,
          instantText(reading.instant),
          localText(reading.local),
          0,
          reading.values[0]!,
          extraText(reading.rest),
        ]),
      ),
    );
    return measured.filter((one) => isFilled(one.values)).map((reading) => reading.instant);
  });
  return answer({ rows, ranges: sampleRanges(site, "", momentsOfEach), notes });
}

/** A time without a value marks a bucket in which the register was not read: no moment, so no row. */
function isReading(one: Placed): boolean {
  return isFilled(one.values) || Object.hasOwn(one.rest, "value");
}
