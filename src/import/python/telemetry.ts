import { textOfSecond } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { ImportEvent } from "../event.ts";
import { type HeldRow, secondPassByCounter } from "./autumn.ts";
import type { Columns, PythonRow } from "./database.ts";
import { doubtNotes, type Mark, noSuchTime } from "./readings.ts";
import { given, type PythonSet, rowsOf } from "./set.ts";

/** Columns of ours by those of the tool, which kept the first phase only. */
const columnsOf: Readonly<Record<string, string>> = {
  total_active_power: "total_active_power_w",
  dc_voltage: "dc_voltage_v",
  power_limit: "power_limit_pct",
  total_energy: "lifetime_energy_wh",
  temperature: "temperature_c",
  inverter_mode: "inverter_mode",
  operation_mode: "operation_mode",
  ac_current: "l1_ac_current_a",
  ac_voltage: "l1_ac_voltage_v",
  ac_frequency: "l1_ac_frequency_hz",
  apparent_power: "l1_apparent_power_va",
  active_power: "l1_active_power_w",
  reactive_power: "l1_reactive_power_var",
  cos_phi: "l1_cos_phi",
};

const words = ["inverter_mode", "operation_mode"];

/** Samples of the inverters. */
export async function* readTelemetry(set: PythonSet, mark: Mark): AsyncGenerator<ImportEvent> {
  const columns: Columns = {
    site_id: "plain",
    serial_number: "plain",
    timestamp: "wall",
    ...Object.fromEntries(
      Object.keys(columnsOf).map((one) => [one, words.includes(one) ? "plain" : "number"]),
    ),
  };
  const held: HeldRow[] = [];
  for await (const page of rowsOf(set, "inverter_telemetry", columns)) {
    const rows: Record<string, Value>[] = [];
    for (const row of page) {
      const siteId = Number(row.site_id);
      const label = String(row.timestamp);
      const moments = set.clocks.place(siteId)?.moments(label);
      if (moments === undefined) continue;
      if (moments.length === 0) yield* noSuchTime(set, "inverter_telemetry", row, label);
      else if (moments.length > 1) held.push({ row, siteId, label, moments });
      else {
        // A row without a value is no sign that anything was fetched.
        if (Object.keys(columnsOf).some((name) => row[name] !== null)) {
          mark("telemetry", siteId, String(row.serial_number))
            .addPower(moments[0], label, Number(row.total_active_power ?? 0));
        }
        rows.push(sampleOf(row, moments[0], label));
      }
    }
    yield* given(set, "inverter_telemetry", rows);
  }
  const { rows, doubtful } = placedByCounter(held, sampleOf);
  yield* given(set, "inverter_telemetry", rows);
  yield* doubtNotes("inverter_telemetry", doubtful);
}

/** Samples of repeated hours, each at its moment as far as the counters of the devices show it. */
export function placedByCounter(
  held: readonly HeldRow[],
  sample: (row: PythonRow, moment: number, label: string) => Record<string, Value>,
): { rows: Record<string, Value>[]; doubtful: Map<string, number> } {
  const doubtful = new Map<string, number>();
  const hours = Map.groupBy(
    held,
    ({ row, label }) => `${row.site_id} ${row.serial_number} ${label.slice(0, 10)}`,
  );
  const rows = [...hours.values()].flatMap((hour) => {
    const second = secondPassByCounter(hour.map(({ label, row }) => ({
      label,
      counter: row.total_energy === null ? null : Number(row.total_energy),
    })));
    const [{ siteId, label, row }] = hour;
    if (second === null) {
      const name = `site ${siteId}, ${row.serial_number}, ${label.slice(0, 10)}`;
      doubtful.set(name, hour.length);
    }
    return hour.map((one, at) => sample(one.row, one.moments[second?.[at] ? 1 : 0], one.label));
  });
  return { rows, doubtful };
}

/** A sample, from a database or an export; columns that an export lacks are left out. */
export function sampleOf(row: PythonRow, moment: number, label: string): Record<string, Value> {
  return {
    site_id: Number(row.site_id),
    device_key: row.serial_number,
    timestamp: textOfSecond(moment),
    local_time: label,
    interval_s: 0,
    ...Object.fromEntries(
      Object.entries(columnsOf).filter(([from]) => from in row).map((
        [from, to],
      ) => [to, row[from]]),
    ),
  };
}
