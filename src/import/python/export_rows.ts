import type { Value } from "../../model/table.ts";
import { CsvReader } from "../csv_records.ts";
import type { ImportEvent } from "../event.ts";
import { chunksOf } from "../text_file.ts";
import { type PythonRow, wallText } from "./database.ts";

/** Columns that hold text; all others hold numbers. */
const texts = [
  ...["site_name", "name", "status", "city", "state", "country", "timezone", "installation_date"],
  ...["last_update_time", "primary_module_manufacturer", "primary_module_model", "reading_date"],
  ...["time_unit", "timestamp", "serial_number", "inverter_mode", "manufacturer", "model"],
  ...["equipment_type", "cpu_version", "last_report_date", "category", "firmware_version"],
  "co2_units",
];

/** A row and the line on which it stands. */
export type Numbered = readonly [row: PythonRow, line: number];

/** The rows of a CSV file of the tool; lines that cannot be rows are told. */
export async function* csvRows(
  path: string,
  separator: string,
  names: readonly string[],
): AsyncGenerator<(Numbered | ImportEvent)[]> {
  const reader = new CsvReader(separator);
  let isHeader = true;
  const take = ({ records, lines }: ReturnType<CsvReader["push"]>) =>
    records.flatMap((cells, at): (Numbered | ImportEvent)[] => {
      const line = lines[at];
      if (isHeader) {
        isHeader = false;
        return [];
      }
      if (cells.length !== names.length) {
        const text = `${cells.length} values for ${names.length} columns`;
        return [{ kind: "bad", line, text }];
      }
      const row: Record<string, Value> = {};
      for (const [place, name] of names.entries()) {
        const cell = cells[place];
        row[name] = cell === null || texts.includes(name) ? cell : Number(cell);
        if (Number.isNaN(row[name])) {
          return [{ kind: "bad", line, text: `${name} cannot be ${JSON.stringify(cell)}` }];
        }
      }
      return [[timesOf(row), line]];
    });
  for await (const chunk of chunksOf(path)) yield take(reader.push(chunk));
  yield take(reader.end());
}

/** With times without their offset: what stands before it is the wall clock of the site in any case. */
export function timesOf(row: PythonRow): PythonRow {
  const result: Record<string, Value> = { ...row };
  for (const name of ["timestamp", "installation_date", "last_update_time"]) {
    if (name in result) result[name] = wallText(result[name]);
  }
  return result;
}
