import type { Value } from "../../model/table.ts";
import { isDate, readNumber, readSiteId, readWall, TimeLimits } from "../cells.ts";
import { CsvReader, type CsvRecords, unclosedQuote } from "../csv_records.ts";
import type { ImportContext, ImportEvent } from "../event.ts";
import { cutOff } from "../own/csv.ts";
import { chunksOf } from "../text_file.ts";
import type { PythonRow } from "./database.ts";

/** Columns that hold text; all others hold numbers. */
const texts = [
  ...["site_name", "name", "status", "city", "state", "country", "timezone", "installation_date"],
  ...["last_update_time", "primary_module_manufacturer", "primary_module_model", "reading_date"],
  ...["time_unit", "timestamp", "serial_number", "inverter_mode", "manufacturer", "model"],
  ...["equipment_type", "cpu_version", "last_report_date", "category", "firmware_version"],
  "co2_units",
];

/** Columns that have no place here: where a line is cut off within one, nothing is lost. */
const unused = ["power_kw", "energy_kwh", "last_report_date"];

/** A row and the line, or in JSON the place, on which it stands. */
export type Numbered = readonly [row: PythonRow, line: number];

/** The rows of a CSV file of the tool; lines that cannot be rows are reported. */
export async function* csvRows(
  path: string,
  separator: string,
  names: readonly string[],
  required: readonly string[],
  context: ImportContext,
): AsyncGenerator<(Numbered | ImportEvent)[]> {
  const reader = new CsvReader(separator);
  const read = rowReader(required, context);
  let isHeader = true;
  const take = ({ records, lines }: CsvRecords, last = -1) =>
    records.flatMap((cells, at): (Numbered | ImportEvent)[] => {
      const line = lines[at];
      if (isHeader) {
        isHeader = false;
        return [];
      }
      if (at === last) return [bad(line, cutOff)];
      if (cells.length !== names.length) {
        return [bad(line, `${cells.length} values for ${names.length} columns`)];
      }
      return [read(names.map((name, place) => [name, cells[place]]), line)];
    });
  for await (const chunk of chunksOf(path)) yield take(reader.push(chunk));
  const end = reader.end();
  const mayBeCut = end.isOpenEnded && !unused.includes(names.at(-1)!);
  yield [...take(end, mayBeCut ? end.records.length - 1 : -1), ...unclosedQuote(end)];
}

/** The rows of the tool's JSON; what cannot be a row is reported with its place among them. */
export function* jsonRows(
  list: readonly unknown[],
  required: readonly string[],
  context: ImportContext,
): Generator<Numbered | ImportEvent> {
  const read = rowReader(required, context);
  const names = new Set(list.flatMap((one) => isObject(one) ? Object.keys(one) : []));
  for (const [at, one] of list.entries()) {
    yield isObject(one)
      ? read([...names].map((name) => [name, one[name] ?? null]), at + 1)
      : bad(at + 1, "it is no JSON object");
  }
}

/** Whether a value of JSON is an object with names. */
export function isObject(one: unknown): one is Record<string, unknown> {
  return typeof one === "object" && one !== null && !Array.isArray(one);
}

const units = ["DAY", "WEEK", "MONTH", "YEAR"];

/** Reads names and values as a row, or says why they are none. */
function rowReader(required: readonly string[], { now }: ImportContext) {
  const limits = new TimeLimits(now);
  return (
    entries: readonly (readonly [string, unknown])[],
    line: number,
  ): Numbered | ImportEvent => {
    const row: Record<string, Value> = {};
    for (const [name, value] of entries) {
      const read = valueOf(name, value);
      if (read === undefined) {
        return bad(line, `${name} cannot be ${JSON.stringify(value ?? "")?.slice(0, 42)}`);
      }
      row[name] = read;
    }
    const empty = required.find((name) => row[name] === null);
    if (empty !== undefined) return bad(line, `${empty} is empty`);
    const time = row.timestamp ?? row.reading_date;
    const why = typeof time === "string" ? limits.refusal(time) : null;
    return why === null ? [row, line] : bad(line, why);
  };
}

/** The value of a column; undefined: it cannot be one. A time is the wall clock of the site, whatever offset follows. */
function valueOf(name: string, value: unknown): Value | undefined {
  switch (name) {
    case "id":
    case "site_id":
      return readSiteId(value) ?? undefined;
    case "timestamp":
      return (typeof value === "string" ? readWall(value) : null) ?? undefined;
    case "reading_date": {
      const date = typeof value === "string" ? value.slice(0, 10) : "";
      return isDate(date) ? date : undefined;
    }
    case "time_unit":
      return typeof value === "string" && units.includes(value) ? value : undefined;
    case "installation_date":
    case "last_update_time":
      if (value === null || value === undefined || value === "") return null;
      return readWall(`${value}`.length === 10 ? `${value}T00:00` : `${value}`) ?? undefined;
  }
  if (value === null || value === undefined) return null;
  if (texts.includes(name)) {
    if (typeof value !== "string" && typeof value !== "number") return undefined;
    return `${value}`.length > longestText ? undefined : `${value}`;
  }
  // Spreadsheets write an empty cell with quotes.
  if (value === "") return null;
  const number = typeof value === "string" ? readNumber(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** What a serial number may hold on MariaDB; names are shorter in practice. */
const longestText = 255;

function bad(line: number, text: string): ImportEvent {
  return { kind: "bad", line, text };
}
