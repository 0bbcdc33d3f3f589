import type { Value } from "../../model/table.ts";
import type { PythonPrefix, PythonTable } from "../../model/python_tool.ts";

/**
 * How a column of the Python tool is read:
 * - `wall`: the wall clock of the site or of the computer, as text without zone, whole seconds
 * - `stored`: when the row was first stored
 * - `number`: floating point
 * - `flag`, `date`, `plain`
 */
export type ColumnKind = "wall" | "stored" | "number" | "flag" | "date" | "plain";

export type Columns = Readonly<Record<string, ColumnKind>>;

/** A row by the names of its columns; times as `2026-03-29T03:15:00`, flags 0 or 1. */
export type PythonRow = Readonly<Record<string, Value>>;

/** A database of the Python tool, only read. Every method throws DatabaseError. */
export interface PythonDatabase {
  /** Address without password, for people. */
  readonly address: string;
  /** True where the number of each row shows how often rows were overwritten before it. */
  readonly burnsNumbers: boolean;
  /** The zone of the wall clock in which `stored` columns are; null: not known. */
  readonly storedZone: string | null;
  /** The zone of the server today, where that is known. */
  readonly serverZone: string | null;
  readonly sets: readonly PythonPrefix[];
  /** Tables that are there, each with its columns. */
  readonly catalogue: ReadonlyMap<string, readonly string[]>;
  /** Whether there are tables of ours beside them. */
  readonly isMixed: boolean;
  count(table: string): Promise<number>;
  /** All rows in the order of their numbers, some thousands at a time; none where the table is missing. */
  rows(prefix: PythonPrefix, table: PythonTable, columns: Columns): AsyncIterable<PythonRow[]>;
  close(): Promise<void>;
}

/** Rows of a page. */
export const rowsPerPage = 5000;

/** Pages by the number of the row, each asked for when the one before has been taken. */
export async function* pages(
  ask: (after: number) => PythonRow[] | Promise<PythonRow[]>,
): AsyncGenerator<PythonRow[]> {
  for (let after = -1;;) {
    const page = await ask(after);
    if (page.length > 0) yield page;
    if (page.length < rowsPerPage) return;
    after = Number(page.at(-1)!.id);
  }
}

/** `2026-03-29 03:15:00.123456` or with a `T`, cut to seconds; null stays null. */
export function wallText(value: unknown): string | null {
  return typeof value === "string" ? value.slice(0, 19).replace(" ", "T") : null;
}

/** The shortest decimal that is the same 32-bit number: what was meant by a column of 4 bytes. */
export function shortened(value: number): number {
  if (Math.fround(value) !== value) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
