import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import { answer, type Asked, rowsOf } from "../answer/answer_body.ts";
import { extraText } from "../answer/answer_fields.ts";
import { detailsFrom } from "./details.ts";
import { type Metric, readTelemetry, slotColumns, slotKey } from "./telemetry.ts";

const metrics: readonly Metric[] = [
  { name: "power", quantity: "power" },
  { name: "energy", quantity: "energy" },
  { name: "voltage", quantity: "voltage", stampedAtEnd: true },
  { name: "current", quantity: "current" },
  { name: "frequency", quantity: "frequency", stampedAtEnd: true },
];
const columns = [
  "total_active_power_w",
  "ac_energy_wh",
  "ac_voltage_v",
  "ac_current_a",
  "ac_frequency_hz",
];

/**
 * `/sites/{id}/inverters/telemetry` → `inverter_telemetry`: means and sums of quarter-hours. What the site as
 * a whole did is derived from them.
 */
export function parseInverters(body: unknown, asked: Asked): Answer {
  const { site, devices, ranges, notes } = readTelemetry(body, "inverters", metrics, asked);
  const rows = devices.flatMap(({ serialNumber, slots }) =>
    slots.map((one): Value[] => [
      ...slotKey(site, serialNumber, one),
      ...one.values,
      extraText(one.rest),
    ])
  );
  return answer({
    rows: rowsOf("inverter_telemetry", [...slotColumns, ...columns, "extra"], rows),
    ranges,
    notes,
    derive: detailsFrom(site, devices.flatMap((one) => one.slots)),
  });
}
