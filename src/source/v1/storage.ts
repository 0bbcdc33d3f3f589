import type { Note, TableRows } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";
import { instantText, localText, toLocal } from "../../model/site_time.ts";
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
import { countOf, extraText, fieldReader, integer, real, text } from "../answer/answer_fields.ts";
import { askedSite, sampleRanges } from "../answer/asked_site.ts";
import { misfitNotes } from "../answer/misfits.ts";
import { isFilled, seriesReader } from "../answer/placed_series.ts";

const battery = fieldReader({
  serialNumber: ["serial_number", text],
  modelNumber: ["model_number", text],
  nameplate: ["nameplate_wh", real],
});
const telemetry = seriesReader("timeStamp", {
  power: ["power_w", real],
  batteryPercentageState: ["state_of_charge_pct", real],
  stateOfCharge: ["state_of_charge_pct", real],
  batteryState: ["battery_state", integer],
  lifeTimeEnergyCharged: ["lifetime_energy_charged_wh", real],
  lifeTimeEnergyDischarged: ["lifetime_energy_discharged_wh", real],
  fullPackEnergyAvailable: ["full_pack_energy_wh", real],
  internalTemp: ["internal_temperature_c", real],
  ACGridCharging: ["grid_charging_wh", real],
});
const power = telemetry.columns.indexOf("power_w");
const gridCharging = telemetry.columns.indexOf("grid_charging_wh");

/**
 * `/site/{id}/storageData` → `battery_telemetry` (every sample) and `batteries`. The server writes charging
 * positive; here discharging is. What was charged from the grid counts from the start of the request,
 * which stands beside it.
 */
export function parseStorage(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["storageData"], asked);
  const site = askedSite(onlySite(asked), asked);
  const batteries = objectsIn(
    content.batteries,
    "batteries",
    asked,
    countOf(content.batteryCount) === 0 ? "may be absent" : "must be there",
  );
  const notes: Note[] = [
    ...leftoverNotes(site.siteId, "storageData", rest),
    ...leftoverNotes(site.siteId, "storageData", without(content, ["batteryCount", "batteries"])),
  ];
  if (batteries.length === 0) {
    return answer({ absent: [absence(asked, "the site has no battery")], notes });
  }

  const read = batteries.map((one) => {
    const { telemetries, ...attributes } = without(one, ["telemetryCount"]);
    return { telemetries, spoken: battery.spoken(attributes), ...battery.read(attributes) };
  });
  const keys = deviceKeys(read.map(({ values: [serial, model, nameplate] }) => ({
    key: nameOf(serial) ?? "battery:1",
    beside: "",
    marks: [model, nameplate],
  }))).map((key) => key.replace(/^battery:1#/, "battery:"));
  const from = localText(toLocal(site.window.start, site.timeZone));
  const rows: TableRows[] = [];
  const ranges = read.flatMap(({ telemetries, values, rest: unknown, spoken }, index) => {
    const key = keys[index]!;
    const { entries, notes: problems } = telemetry.samples(
      objectsIn(telemetries, "telemetries", asked, "may be absent"),
      site,
      `storageData ${key}`,
    );
    notes.push(
      ...problems,
      ...misfitNotes([battery.misfit(unknown)], site.siteId, `storageData ${key}`, "warning"),
    );
    rows.push(
      ...spokenRows("batteries", ["site_id", "device_key", "extra"], battery.columns, [
        { always: [site.siteId, key, extraText(unknown)], values, spoken },
      ]),
      ...rowsOf(
        "battery_telemetry",
        [
          "site_id",
          "device_key",
          "timestamp",
          "local_time",
          "interval_s",
          ...telemetry.columns,
          "grid_charging_from",
          "extra",
        ],
        entries.map((sample): Value[] => [
          site.siteId,
          key,
          instantText(sample.instant),
          localText(sample.local),
          0,
          ...sample.values.map((value, column) =>
            column === power && value !== null ? 0 - Number(value) : value
          ),
          sample.values[gridCharging] === null ? null : from,
          extraText(sample.rest),
        ]),
      ),
    );
    const moments = entries.filter((one) => isFilled(one.values)).map((one) => one.instant);
    return sampleRanges(site, key, [moments]);
  });
  return answer({ rows, ranges, notes });
}
