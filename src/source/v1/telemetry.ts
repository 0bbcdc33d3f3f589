import { instantText, localText } from "../../model/site_time.ts";
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
  rowsOf,
  without,
} from "../answer/answer_body.ts";
import { countOf, extraText, type Fields, integer, real, text } from "../answer/answer_fields.ts";
import { askedSite, sampleRanges } from "../answer/asked_site.ts";
import { isFilled, requireTimes, seriesReader } from "../answer/placed_series.ts";

function phase(name: "l1" | "l2" | "l3"): Fields {
  return {
    acCurrent: [`${name}_ac_current_a`, real],
    acVoltage: [`${name}_ac_voltage_v`, real],
    acFrequency: [`${name}_ac_frequency_hz`, real],
    apparentPower: [`${name}_apparent_power_va`, real],
    activePower: [`${name}_active_power_w`, real],
    reactivePower: [`${name}_reactive_power_var`, real],
    cosPhi: [`${name}_cos_phi`, real],
  };
}

const telemetry = seriesReader("date", {
  totalActivePower: ["total_active_power_w", real],
  dcVoltage: ["dc_voltage_v", real],
  groundFaultResistance: ["ground_fault_resistance_kohm", real],
  powerLimit: ["power_limit_pct", real],
  totalEnergy: ["lifetime_energy_wh", real],
  temperature: ["temperature_c", real],
  inverterMode: ["inverter_mode", text],
  operationMode: ["operation_mode", integer],
  qRef: ["q_ref_var", real],
  vL1To2: ["voltage_l1_to_l2_v", real],
  vL2To3: ["voltage_l2_to_l3_v", real],
  vL3To1: ["voltage_l3_to_l1_v", real],
  vL1ToN: ["voltage_l1_to_n_v", real],
  vL2ToN: ["voltage_l2_to_n_v", real],
  L1Data: phase("l1"),
  L2Data: phase("l2"),
  L3Data: phase("l3"),
});

/** `/equipment/{id}/{serial}/data` → `inverter_telemetry`, all phases. */
export function parseTelemetry(body: unknown, asked: Asked): Answer {
  const { content, rest } = objectEnvelope(body, ["data"], asked);
  const { device } = asked.request;
  if (!device) throw bodyError(asked, "asked without a device");
  const site = askedSite(onlySite(asked), asked);
  const series = telemetry.samples(
    objectsIn(
      content.telemetries,
      "telemetries",
      asked,
      countOf(content.count) === 0 ? "may be absent" : "must be there",
    ),
    site,
    `data of ${device.serialNumber}`,
  );
  requireTimes(series, asked);
  const { entries, notes } = series;
  return answer({
    rows: rowsOf(
      "inverter_telemetry",
      [
        "site_id",
        "device_key",
        "timestamp",
        "local_time",
        "interval_s",
        ...telemetry.columns,
        "extra",
      ],
      entries.map((one): Value[] => [
        site.siteId,
        device.deviceKey,
        instantText(one.instant),
        localText(one.local),
        0,
        ...one.values,
        extraText(one.rest),
      ]),
    ),
    ranges: sampleRanges(site, device.deviceKey, [
      entries.filter((one) => isFilled(one.values)).map((one) => one.instant),
    ]),
    notes: [
      ...notes,
      ...leftoverNotes(site.siteId, "data", rest),
      ...leftoverNotes(site.siteId, "data", without(content, ["count", "telemetries"])),
    ],
  });
}
