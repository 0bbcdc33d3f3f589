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
  without,
} from "../answer/answer_body.ts";
import { extraText, fieldReader, real, text } from "../answer/answer_fields.ts";
import { askedSite, sampleStretches } from "../answer/asked_site.ts";
import { isFilled, type Placed, seriesReader } from "../answer/placed_series.ts";
import { scaled, unitFactor } from "../answer/time_unit.ts";

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
  const factor = unitFactor(content.unit, "Wh", asked);
  const meters = objectsIn(content.meters, "meters", asked);
  const notes: Note[] = [
    ...leftoverNotes(site.siteId, "meters", rest),
    ...leftoverNotes(site.siteId, "meters", without(content, ["timeUnit", "unit", "meters"])),
  ];
  if (meters.length === 0) {
    return answer({ absent: [absence(asked, "the site has no meter")], notes });
  }

  const rows: TableRows[] = [];
  const momentsOfEach = meters.map((one, index) => {
    const { values, ...attributes } = one;
    const { values: [serial, type, ...others], rest: unknown } = meter.read(attributes);
    const meterType = type ?? "";
    const key = serial ?? `meter:${type ?? index + 1}`;
    const { entries, notes: problems } = register.samples(
      objectsIn(values, "values", asked, "may be absent"),
      site,
      `meters ${key} ${meterType}`,
    );
    notes.push(...problems);
    rows.push(
      ...rowsOf(
        "meters",
        [
          "site_id",
          "device_key",
          "meter_type",
          "serial_number",
          ...meter.columns.slice(2),
          "extra",
        ],
        [[site.siteId, key, meterType, serial!, ...others, extraText(unknown)]],
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
        entries.filter(isReading).map((reading): Value[] => {
          const value = reading.values[0]!;
          return [
            site.siteId,
            key,
            meterType,
            instantText(reading.instant),
            localText(reading.local),
            0,
            value === null ? null : scaled(Number(value), factor),
            extraText(reading.rest),
          ];
        }),
      ),
    );
    return entries.filter(isReading).map((reading) => reading.instant);
  });
  return answer({ rows, stretches: sampleStretches(site, "", momentsOfEach), notes });
}

/** A time without a value marks a bucket in which the register was not read: no moment, so no row. */
function isReading(one: Placed): boolean {
  return isFilled(one.values) || Object.hasOwn(one.rest, "value");
}
