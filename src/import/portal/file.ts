import { localText } from "../../model/site_time.ts";
import { CsvReader, unclosedQuote } from "../csv_records.ts";
import { ImportRefusal } from "../event.ts";
import { type DecimalSign, decimalSigns, isNumber, readNumber } from "./numbers.ts";
import { type DateOrder, isTime, readTimes, type Times } from "./times.ts";
import { type PortalColumn, readHeader } from "./words.ts";

/** What a person has said where a file says nothing. */
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
  /** Headers of columns without a unit, which say nothing that is known. */
  readonly unknown: readonly string[];
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
  const part = reader.push(decoded(await Deno.readFile(path)), Infinity);
  const end = reader.end();
  const [header, ...records] = [...part.records, ...end.records];
  const lines = [...part.lines, ...end.lines].slice(1);
  const columns = header.slice(1).map((one) => readHeader(one ?? ""));
  const known = columns.filter((one) => one !== null);
  const places = columns.flatMap((one, at) => one === null ? [] : [at + 1]);
  const cell = (row: number, column: number) => (records[row][column] ?? "").trim();
  const bad: { line: number; text: string }[] = [...unclosedQuote(end)].map(({ text }) => ({
    line: end.unclosed!.line,
    text,
  }));
  const whole: number[] = [];
  for (const [at, cells] of records.entries()) {
    // Spreadsheets end lines with empty cells.
    while (cells.length > header.length && !cells.at(-1)) cells.pop();
    const isEmpty = !cells.slice(1).some((one) => one);
    if (cells.length !== header.length) {
      const text = `${cells.length} values for ${header.length} columns`;
      if (!isEmpty || cells[0]) bad.push({ line: lines[at], text });
    } else if (cells[0]) whole.push(at);
    else if (!isEmpty) bad.push({ line: lines[at], text: "its time is empty" });
  }
  const misfits = whole.flatMap((row) => {
    const why = misfitOf(cell(row, 0), places.map((at) => cell(row, at)));
    return why === null ? [] : [{ row, why }];
  });
  const isOut = new Set(misfits.map((one) => one.row));
  const kept = whole.filter((row) => !isOut.has(row));
  for (const { row, why } of misfits) bad.push({ line: lines[row], text: why });
  bad.sort((a, b) => a.line - b.line);
  refuseIfMost(bad.map(({ line, text }) => `line ${line}: ${text}`), kept.length);
  const times = timesOf(
    kept.map((row) => cell(row, 0)),
    kept.map((row) => lines[row]),
    choice,
    now,
  );
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
    unknown: columns.flatMap((one, at) => {
      const name = header[at + 1]?.trim() ?? "";
      return one === null && name !== "" ? [name] : [];
    }),
    isDashboard: /^measurement/i.test(header[0]?.trim() ?? ""),
  };
}

/** Why a line cannot be read, whatever the order of dates and the decimal sign are; null: it can. */
function misfitOf(time: string, numbers: readonly string[]): string | null {
  if (!isTime(time)) return `${shown(time)} is no time that seh knows`;
  const odd = numbers.find((one) => one !== "" && !isNumber(one));
  return odd === undefined ? null : `${shown(odd)} is no number`;
}

/** Odd lines are left out; where they are more than the others, the file is of a form that is not known. */
function refuseIfMost(mistakes: readonly string[], kept: number): void {
  if (mistakes.length <= kept) return;
  const more = mistakes.length > 1 ? `, and ${mistakes.length - 1} more like it` : "";
  throw new ImportRefusal(`cannot be read: ${mistakes[0]}${more}.`);
}

function shown(cell: string): string {
  return JSON.stringify(cell.slice(0, 40));
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
        ? `line ${lines[misfit]}: ${
          shown(cells[misfit])
        } does not fit the order of day and month ` +
          "of the rows before it."
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
    throw new ImportRefusal(
      "has numbers with a decimal point and others with a decimal comma.",
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
