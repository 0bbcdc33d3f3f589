import type { TableName } from "../model/table.ts";

/** What an import did to one table, or would do. */
export interface TableReport {
  readonly table: TableName;
  rows: number;
  inserted: number;
  changed: number;
  unchanged: number;
  /** Rows of which the harvest holds other values, which stay. */
  differing: number;
  /** First and last moment or day; null for tables without time. */
  first: string | null;
  last: string | null;
}

/** What an import did with one file or database. */
export interface SourceReport {
  readonly name: string;
  readonly what: string;
  readonly tables: readonly TableReport[];
  readonly dropped: readonly {
    readonly what: string;
    readonly count: number;
    readonly why: string;
  }[];
  readonly notes: readonly string[];
  /** The first of what was left out because it cannot be read, and how many there were. */
  readonly bad: readonly { readonly line: number | null; readonly text: string }[];
  readonly badCount: number;
  /** Something is left out that can come in, with the help of a person. */
  readonly isPartial: boolean;
  /** Why it was not imported, or not to its end; null: it was. */
  readonly refusal: string | null;
  /** Hours that count as fetched since. */
  readonly coveredHours: number;
}

/** Lines that are named one by one. */
const mostBadLines = 20;

/** Collects the report of one source. */
export class ReportBuilder {
  readonly #tables = new Map<TableName, TableReport>();
  readonly #bad: { line: number | null; text: string }[] = [];
  readonly #notes = new Set<string>();
  readonly #dropped = new Map<string, { what: string; count: number; why: string }>();
  #badCount = 0;
  #isPartial = false;
  coveredSeconds = 0;
  refusal: string | null = null;

  constructor(readonly name: string, readonly what: string) {}

  table(table: TableName): TableReport {
    let found = this.#tables.get(table);
    if (!found) {
      found = {
        table,
        rows: 0,
        inserted: 0,
        changed: 0,
        unchanged: 0,
        differing: 0,
        first: null,
        last: null,
      };
      this.#tables.set(table, found);
    }
    return found;
  }

  note(text: string): void {
    this.#notes.add(text);
  }

  drop(what: string, count: number, why: string, isTrouble: boolean): void {
    this.#isPartial ||= isTrouble;
    const key = JSON.stringify([what, why]);
    const before = this.#dropped.get(key)?.count ?? 0;
    this.#dropped.set(key, { what, count: before + count, why });
  }

  bad(line: number | null, text: string): void {
    this.#badCount++;
    this.#isPartial = true;
    if (this.#bad.length < mostBadLines) this.#bad.push({ line, text });
  }

  build(): SourceReport {
    return {
      name: this.name,
      what: this.what,
      tables: [...this.#tables.values()],
      dropped: [...this.#dropped.values()],
      notes: [...this.#notes],
      bad: this.#bad,
      badCount: this.#badCount,
      isPartial: this.#isPartial,
      refusal: this.refusal,
      coveredHours: Math.round(this.coveredSeconds / 3600),
    };
  }
}
