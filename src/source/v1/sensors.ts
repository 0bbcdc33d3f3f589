import type { Note, TableRows } from "../../model/harvest.ts";
import { compareInstants } from "../../model/interval.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import {
  absence,
  answer,
  type Asked,
  type Json,
  leftoverNotes,
  objectEnvelope,
  objectsIn,
  onlySite,
  rowsOf,
  spokenRows,
  without,
} from "../answer/answer_body.ts";
import { deviceKeys } from "../answer/device_keys.ts";
import { countOf, extraText, fieldReader, real, text } from "../answer/answer_fields.ts";
import { askedSite, sampleRanges } from "../answer/asked_site.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { type Placed, seriesReader } from "../answer/placed_series.ts";

const sensor = fieldReader({
  measurement: ["sensor_id", text],
  name: ["name", text],
  type: ["category", text],
});
const telemetry = seriesReader("date", {});

/** `/equipment/{id}/sensors` → `sensors`; the key of a sensor is `gateway/measurement`. */
export function parseSensors(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["SiteSensors"], asked);
  const { siteId } = onlySite(asked);
  const notes: Note[] = leftoverNotes(siteId, "sensors", {
    ...rest,
    ...without(content, ["count", "total", "list"]),
  });
  const none = countOf(content.count ?? content.total) === 0 ? "may be absent" : "must be there";
  const found: { connectedTo: string; key: string; one: Json }[] = [];
  for (const gateway of objectsIn(content.list, "list", asked, none)) {
    const { connectedTo, sensors, ...beside } = gateway;
    const name = typeof connectedTo === "string" ? connectedTo : "";
    notes.push(
      ...leftoverNotes(siteId, `sensors of ${name}`, without(beside, ["count", "total"])),
    );
    objectsIn(sensors, "sensors", asked, "may be absent").forEach((one, index) => {
      const key = `${name}/${text(one.measurement) ?? index + 1}`;
      found.push({ connectedTo: name, key, one });
    });
  }
  if (found.length === 0) {
    return answer({ absent: [absence(asked, "the site has no sensor")], notes });
  }
  const keys = deviceKeys(
    found.map(({ key, one }) => ({ key, beside: "", marks: [one.name, one.type, one] })),
  );
  const rows = found.map(({ connectedTo, one }, index) => {
    const { values, rest: unknown } = sensor.read(one);
    return {
      always: [siteId, keys[index]!, connectedTo, extraText(unknown)],
      values,
      spoken: sensor.spoken(one),
    };
  });
  return answer({
    rows: spokenRows(
      "sensors",
      ["site_id", "device_key", "connected_to", "extra"],
      sensor.columns,
      rows,
    ),
    notes,
  });
}

/**
 * `/site/{id}/sensors` → `sensor_readings`, one row for each measurement of a sample. The set of measurements
 * is open: `ambientTemperature` is read by the sensor `SensorAmbientTemperature`.
 */
export function parseSensorReadings(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["siteSensors"], asked);
  const site = askedSite(onlySite(asked), asked);
  const notes: Note[] = leftoverNotes(site.siteId, "sensor data", {
    ...rest,
    ...without(content, ["count", "data"]),
  });
  const rows: TableRows[] = [];
  const gateways = objectsIn(content.data, "data", asked);
  const names = deviceKeys(gateways.map(({ connectedTo, telemetries: _, ...beside }) => ({
    key: typeof connectedTo === "string" ? connectedTo : "",
    beside: "",
    marks: [without(beside, ["count"])],
  })));
  const momentsOfEach = gateways.map((gateway, index) => {
    const { connectedTo: _, telemetries, ...beside } = gateway;
    const name = names[index]!;
    const { entries, notes: problems } = telemetry.samples(
      objectsIn(telemetries, "telemetries", asked, "may be absent"),
      site,
      `sensor data of ${name}`,
    );
    notes.push(
      ...problems,
      ...leftoverNotes(site.siteId, `sensor data of ${name}`, without(beside, ["count"])),
    );
    if (entries.length === 0) {
      const text = `sensor data: no samples of ${name}`;
      notes.push({ siteId: site.siteId, level: "info", text });
    }
    const samples = entries.filter((one) =>
      hasReading(one.rest) || compareInstants(one.instant, site.lastUpdate) <= 0
    );
    notes.push(
      ...misfitNotes(samples.map(misfitOf), site.siteId, `sensor data of ${name}`, "warning"),
    );
    rows.push(...rowsOf(
      "sensor_readings",
      [
        "site_id",
        "device_key",
        "timestamp",
        "local_time",
        "interval_s",
        "measurement",
        "value",
        "extra",
      ],
      samples.flatMap((one) => readingRows(site.siteId, name, one)),
    ));
    return samples.filter((one) => hasReading(one.rest)).map((one) => one.instant);
  });
  return answer({ rows, ranges: sampleRanges(site, "", momentsOfEach), notes });
}

/** What is no number is no measurement: it stands in the `extra` of the sample's first row. */
function readingRows(siteId: number, gateway: string, sample: Placed): Value[][] {
  const readings = Object.entries(sample.rest).map(([measurement, raw]) => {
    const value = raw === null ? null : real(raw);
    return { measurement, raw, value: value ?? null, isMeasured: value !== undefined };
  });
  const measured = readings.filter((one) => one.isMeasured);
  const others = readings.filter((one) => !one.isMeasured);
  const extra = extraText(
    Object.fromEntries(others.map(({ measurement, raw }) => [measurement, raw])),
  );
  return (measured.length > 0 ? measured : others.slice(0, 1)).map((one, index) => [
    siteId,
    `${gateway}/Sensor${one.measurement.charAt(0).toUpperCase()}${one.measurement.slice(1)}`,
    instantText(sample.instant),
    localText(sample.local),
    0,
    one.measurement,
    one.value,
    index === 0 ? extra : null,
  ]);
}

/** The first of a sample that is no number; undefined: all are. */
function misfitOf({ rest }: Placed): unknown {
  return Object.values(rest).find((raw) => raw !== null && real(raw) === undefined);
}

function hasReading(sample: Json): boolean {
  return Object.values(sample).some((value) => value !== null);
}
