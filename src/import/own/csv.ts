import type { Table, Value } from "../../model/table.ts";
import { instantText } from "../../model/site_time.ts";
import { CsvReader, type CsvRecords } from "../csv_records.ts";
import type { ImportContext, ImportEvent, ImportReader } from "../event.ts";
import { chunksOf } from "../text_file.ts";
import { ExportedCoverage, learnSites } from "./coverage.ts";
import { valueOf } from "./columns.ts";

/** Rows that are handed over together: enough that a transaction costs little. */
const rowsAtOnce = 2000;

/** A CSV file that `seh export` has written. */
export function ownCsvReader(
  path: string,
  separator: string,
  names: readonly string[],
  table: Table,
): ImportReader {
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
  const take = (found: CsvRecords) => {
    for (let at = 0; at < found.records.length; at++) {
      if (isHeader) isHeader = false;
      else rows.add(found.records[at], found.lines[at]);
    }
  };
  for await (const chunk of chunksOf(path)) {
    take(reader.push(chunk));
    yield* rows.full();
  }
  take(reader.end());
  yield* rows.rest();
}

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
  #rows: Value[][] = [];
  #bad: ImportEvent[] = [];

  constructor(names: readonly string[], readonly table: Table, readonly context: ImportContext) {
    this.#columns = names.map((name) => table.columns.find((one) => one.name === name)!);
    this.#isPlain = this.#columns.map((one) => one.type === "text");
    this.#lastTexts = names.map(() => "");
    this.#lastValues = names.map(() => null);
    this.#required = this.#columns.map((_, at) => at).filter((at) => this.#columns[at].required);
    // A file of an older version, or one that somebody has cut, may lack what each row must have.
    const missing = [
      ["source", "seh-export"],
      ["updated_at", instantText(context.now)],
      ["last_seen", instantText(context.now)],
    ].filter(([name]) => table.columns.some((one) => one.name === name) && !names.includes(name));
    this.#names = [...names, ...missing.map(([name]) => name)];
    this.#added = missing.map(([, value]) => value);
  }

  /** A record of a file; what cannot be a row is told with its line and left out. */
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
    for (const value of this.#added) row.push(value);
    this.#rows.push(row);
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
