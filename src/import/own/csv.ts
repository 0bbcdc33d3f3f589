import type { Table, Value } from "../../model/table.ts";
import { instantText } from "../../model/site_time.ts";
import { TimeLimits } from "../cells.ts";
import { type CsvEnd, CsvReader, type CsvRecords, unclosedQuote } from "../csv_records.ts";
import {
  type ImportContext,
  type ImportEvent,
  type ImportReader,
  ImportRefusal,
} from "../event.ts";
import { isKnownSource } from "../../model/sources.ts";
import { longestOf } from "../fitting.ts";
import { chunksOf } from "../text_file.ts";
import { ExportedCoverage, learnSites } from "./coverage.ts";
import { lackingColumn, valueOf } from "./columns.ts";

/** Rows that are handed over together: enough that a transaction costs little. */
const rowsAtOnce = 2000;

/** A CSV file that `seh export` has written. Throws ImportRefusal. */
export function ownCsvReader(
  path: string,
  separator: string,
  names: readonly string[],
  table: Table,
): ImportReader {
  const lacking = lackingColumn(table, names);
  if (lacking !== null) {
    throw new ImportRefusal(`has no column ${lacking}, which each row of ${table.name} needs.`);
  }
  return {
    what: `an export of seh (${table.name})`,
    source: "seh-export",
    order: table.kind === "attributes" ? 0 : 1,
    expected: null,
    read: (context) => read(path, separator, names, table, context),
    close: () => Promise.resolve(),
  };
}

async function* read(
  path: string,
  separator: string,
  names: readonly string[],
  table: Table,
  context: ImportContext,
): AsyncGenerator<ImportEvent> {
  const reader = new CsvReader(separator);
  const rows = new OwnRows(names, table, context);
  let isHeader = true;
  const take = (found: CsvRecords | CsvEnd) => {
    const last = "isOpenEnded" in found && found.isOpenEnded && !rows.endsSurely
      ? found.records.length - 1
      : -1;
    for (let at = 0; at < found.records.length; at++) {
      if (isHeader) isHeader = false;
      else if (at === last) rows.refuse(found.lines[at], cutOff);
      else rows.add(found.records[at], found.lines[at]);
    }
  };
  for await (const chunk of chunksOf(path)) {
    take(reader.push(chunk));
    yield* rows.full();
  }
  const end = reader.end();
  take(end);
  yield* unclosedQuote(end);
  yield* rows.rest();
}

/** seh and the Python tool end each line, the last one too. */
export const cutOff = "the file ends within it, so it may be cut off";

/** Collects rows of one table of ours, and hands them over with what they say about what was fetched. */
export class OwnRows {
  readonly #columns;
  readonly #isPlain;
  /** The last text of each column and its value: most columns say the same for many rows. */
  readonly #lastTexts: string[];
  readonly #lastValues: Value[];
  readonly #names: readonly string[];
  readonly #added: readonly Value[];
  readonly #required: readonly number[];
  readonly #coverage = new ExportedCoverage();
  readonly #limits: TimeLimits;
  readonly #texts: readonly { readonly at: number; readonly most: number }[];
  readonly #sourceAt: number;
  readonly #timeAt: number;
  #knownSource: Value = null;
  #rows: Value[][] = [];
  #bad: ImportEvent[] = [];

  constructor(names: readonly string[], readonly table: Table, readonly context: ImportContext) {
    this.#columns = names.map((name) => table.columns.find((one) => one.name === name)!);
    this.#isPlain = this.#columns.map((one) => one.type === "text");
    this.#lastTexts = names.map(() => "");
    this.#lastValues = names.map(() => null);
    this.#required = this.#columns.map((_, at) => at).filter((at) => this.#columns[at].required);
    this.#limits = new TimeLimits(context.now);
    this.#texts = this.#columns.flatMap((one, at) =>
      one.type === "text" ? [{ at, most: longestOf(one, table) }] : []
    );
    const isReading = table.kind === "readings";
    this.#sourceAt = isReading ? names.indexOf("source") : -1;
    this.#timeAt = isReading
      ? this.#columns.findIndex(({ name, type }) =>
        table.key.includes(name) && (type === "instant" || type === "date")
      )
      : -1;
    // A file of an older version, or one that somebody has cut, may lack what each row must have.
    const missing = [
      ["source", "seh-export"],
      ["updated_at", instantText(context.now)],
      ["last_seen", instantText(context.now)],
    ].filter(([name]) => table.columns.some((one) => one.name === name) && !names.includes(name));
    this.#names = [...names, ...missing.map(([name]) => name)];
    this.#added = missing.map(([, value]) => value);
  }

  /** Whether a line that was cut off within its last cell cannot be read as if it were whole. */
  get endsSurely(): boolean {
    const { type } = this.#columns.at(-1)!;
    return type === "instant" || type === "local" || type === "date" || type === "flag";
  }

  /** A record of a file; what cannot be a row is reported with its line and left out. */
  add(cells: readonly (string | null)[], line: number): void {
    const columns = this.#columns;
    if (cells.length !== columns.length) {
      this.refuse(line, `${cells.length} values for ${columns.length} columns`);
      return;
    }
    const row: Value[] = new Array(columns.length);
    try {
      for (let at = 0; at < columns.length; at++) {
        const cell = cells[at];
        if (cell === null || this.#isPlain[at]) row[at] = cell;
        else if (cell !== "" && cell === this.#lastTexts[at]) row[at] = this.#lastValues[at];
        else {
          row[at] = this.#lastValues[at] = valueOf(columns[at], cell);
          this.#lastTexts[at] = cell;
        }
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.refuse(line, error.message);
      return;
    }
    this.put(row, line);
  }

  /** A row whose values are read already. */
  put(row: Value[], line: number): void {
    for (const at of this.#required) {
      if (row[at] !== null) continue;
      // The type of what is in an inventory is an empty text for most things; spreadsheets lose its quotes.
      if (this.#columns[at].name === "type") row[at] = "";
      else {
        this.refuse(line, `${this.#columns[at].name} is empty`);
        return;
      }
    }
    const why = this.#misfit(row);
    if (why !== null) {
      this.refuse(line, why);
      return;
    }
    for (const value of this.#added) row.push(value);
    this.#rows.push(row);
  }

  #misfit(row: readonly Value[]): string | null {
    for (const { at, most } of this.#texts) {
      const value = row[at];
      if (typeof value === "string" && value.length > most) {
        return `${this.#columns[at].name} has ${value.length} characters; ${most} are the most`;
      }
    }
    const source = this.#sourceAt < 0 ? null : row[this.#sourceAt];
    if (source !== this.#knownSource && typeof source === "string") {
      if (!isKnownSource(source)) {
        return `source cannot be ${JSON.stringify(source.slice(0, 40))} (v1, v2 …)`;
      }
      this.#knownSource = source;
    }
    return this.#timeAt < 0 ? null : this.#limits.refusal(String(row[this.#timeAt]));
  }

  refuse(line: number, text: string): void {
    this.#bad.push({ kind: "bad", line, text });
  }

  /** What has come together, once it is enough. */
  *full(): Generator<ImportEvent> {
    if (this.#rows.length >= rowsAtOnce || this.#bad.length >= rowsAtOnce) yield* this.#flush();
  }

  /** The rest, and what counts as fetched. */
  *rest(): Generator<ImportEvent> {
    yield* this.#flush();
    yield* this.#coverage.events(this.context);
  }

  *#flush(): Generator<ImportEvent> {
    yield* this.#bad;
    this.#bad = [];
    if (this.#rows.length === 0) return;
    const rows = { table: this.table.name, columns: this.#names, rows: this.#rows };
    this.#rows = [];
    learnSites(rows, this.context);
    this.#coverage.add(rows);
    yield { kind: "rows", rows, rank: "filling" };
  }
}
