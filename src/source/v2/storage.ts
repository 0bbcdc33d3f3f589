import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import { answer, type Asked, rowsOf } from "../answer/answer_body.ts";
import { extraText } from "../answer/answer_fields.ts";
import { rounded } from "../answer/rounding.ts";
import { absentHere, type Metric, readTelemetry, slotColumns, slotKey } from "./telemetry.ts";

const metrics: readonly Metric[] = [
  { name: "chargePower", quantity: "power" },
  { name: "dischargePower", quantity: "power" },
  { name: "chargeEnergy", quantity: "energy" },
  { name: "dischargeEnergy", quantity: "energy" },
  { name: "remainingEnergy", quantity: "energy" },
  { name: "stateOfEnergy", quantity: "share" },
];
const columns = [
  "charge_power_w",
  "discharge_power_w",
  "charge_energy_wh",
  "discharge_energy_wh",
  "remaining_energy_wh",
  "state_of_charge_pct",
];

/**
 * `/sites/{id}/storage/telemetry` → `battery_telemetry`: means and sums of quarter-hours. The net power is what
 * was discharged less what was charged, where both are given.
 */
export function parseStorage(body: unknown, asked: Asked): Answer {
  const { site, devices, ranges, notes, shareFactor } = readTelemetry(
    body,
    "storage",
    metrics,
    asked,
  );
  const rows = devices.flatMap(({ serialNumber, slots }) =>
    slots.map((one): Value[] => [
      ...slotKey(site, serialNumber, one),
      ...one.values,
      netPower(one.values[0]!, one.values[1]!),
      extraText(one.rest),
    ])
  );
  return answer({
    rows: rowsOf("battery_telemetry", [...slotColumns, ...columns, "power_w", "extra"], rows),
    ranges,
    absent: devices.length > 0 ? [] : absentHere(asked, "the site has no battery"),
    notes,
    ...shareFactor === undefined ? {} : { shareFactor },
  });
}

function netPower(charge: Value, discharge: Value): Value {
  if (charge === null || discharge === null) return null;
  return rounded(Number(discharge) - Number(charge));
}
