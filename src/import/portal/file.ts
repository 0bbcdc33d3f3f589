import { localText } from "../../model/site_time.ts";
import { CsvReader } from "../csv_records.ts";
import { ImportRefusal } from "../event.ts";
import { type DecimalSign, decimalSigns, readNumber } from "./numbers.ts";
import { type DateOrder, readTimes, type Times } from "./times.ts";
import { type PortalColumn, readHeader } from "./words.ts";

/** What a person has said where a file does not tell. */
export interface PortalChoice {
  readonly dateOrder: DateOrder | null;
  readonly decimal: DecimalSign | null;
}

/** A portal file, read and understood as a whole. */
export interface PortalFile {
  readonly columns: readonly PortalColumn[];
  readonly times: Times;
  /** Numbers by row, in the order of the columns; null is an empty cell. */
  readonly rows: readonly (readonly (number | null)[])[];
  readonly lines: readonly number[];
  readonly bad: readonly { readonly line: number; readonly text: string }[];
  readonly isDashboard: boolean;
}

/** A year of quarter-hours with ten columns has some five million characters. */
const mostBytes = 256 * 1024 * 1024;

/** Reads a file of the portal. Throws ImportRefusal where it cannot be understood for certain. */
export async function readPortalFile(
  path: string,
  separator: string,
  choice: PortalChoice,
  now: Temporal.Instant,
): Promise<PortalFile> {
  const { size } = await Deno.stat(path);
  if (size > mostBytes) throw new ImportRefusal("is larger than any file of the portal; cut it.");
  const reader = new CsvReader(separator);
  const text = decoded(await Deno.readFile(path));
  const parts = [reader.push(text), reader.end()];
  const [header, ...records] = parts.flatMap((one) => one.records);
  const lines = parts.flatMap((one) => one.lines).slice(1);
  const columns = header.slice(1).map((one) => readHeader(one ?? ""));
  const known = columns.filter((one) => one !== null);
  const kept: number[] = [];
  const bad: { line: number; text: string }[] = [];
  for (const [at, cells] of records.entries()) {
    if (cells.length === header.length && cells[0]) kept.push(at);
    else if (cells.slice(1).some((one) => one)) {
      bad.push({ line: lines[at], text: `${cells.length} values for ${header.length} columns` });
    }
  }
  const cell = (row: number, column: number) => (records[row][column] ?? "").trim();
  const times = timesOf(
    kept.map((row) => cell(row, 0)),
    kept.map((row) => lines[row]),
    choice,
    now,
  );
  const places = columns.flatMap((one, at) => one === null ? [] : [at + 1]);
  const decimal = decimalOf(
    kept.flatMap((row) => places.map((at) => cell(row, at))).filter((one) => one !== ""),
    choice,
  );
  return {
    columns: known,
    times,
    rows: kept.map((row) =>
      places.map((at) => cell(row, at) === "" ? null : readNumber(cell(row, at), decimal))
    ),
    lines: kept.map((row) => lines[row]),
    bad,
    isDashboard: /^measurement/i.test(header[0]?.trim() ?? ""),
  };
}

function timesOf(
  cells: readonly string[],
  lines: readonly number[],
  choice: PortalChoice,
  now: Temporal.Instant,
): Times {
  if (cells.length === 0) throw new ImportRefusal("has no rows.");
  const latest = localText(now.toZonedDateTimeISO("UTC").toPlainDateTime().add({ days: 2 }));
  const { readings, misfit } = readTimes(cells, choice.dateOrder, latest);
  if (readings.length === 0) {
    throw new ImportRefusal(
      misfit < cells.length
        ? `line ${lines[misfit]}: ${JSON.stringify(cells[misfit])} is no time that fits the rows ` +
          "before it."
        : "has times that lie in the future.",
    );
  }
  if (readings.length > 1) {
    throw new ImportRefusal(
      `does not tell whether ${JSON.stringify(cells[0])} begins with the day or the month. Say ` +
        "--date-order day-first or --date-order month-first.",
    );
  }
  const [times] = readings;
  if (times.step > 86_400 || (!times.isDays && times.step > 3600)) {
    throw new ImportRefusal(
      `has steps of ${times.step / 3600} hours (its first time is ${JSON.stringify(cells[0])}). ` +
        "Days and quarter-hours can be imported.",
    );
  }
  return times;
}

function decimalOf(cells: readonly string[], choice: PortalChoice): DecimalSign {
  if (choice.decimal !== null) return choice.decimal;
  const { signs, isDoubtful } = decimalSigns(cells);
  if (signs.length === 0) {
    const odd = cells.find((one) => decimalSigns([one]).signs.length === 0);
    throw new ImportRefusal(
      odd === undefined
        ? "has numbers with a decimal point and others with a decimal comma."
        : `holds ${JSON.stringify(odd.slice(0, 40))} where a number should be.`,
    );
  }
  if (isDoubtful) {
    throw new ImportRefusal(
      "does not tell whether its numbers have a decimal point or a decimal comma. Say --decimal " +
        "point or --decimal comma.",
    );
  }
  return signs[0];
}

/** UTF-8, else what Windows writes in Western Europe. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
