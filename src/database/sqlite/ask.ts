import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type AskedPage,
  askedPerPage,
  type AskedValue,
  plainValue,
  StatementRefused,
} from "../ask.ts";
import { connect, numberWhereSafe, translated } from "./driver.ts";

/**
 * The answer to a statement, through a connection that can only read, page by page. Nothing here listens for a
 * signal: SQLite lets nothing else run meanwhile, and the system ends a process that does not listen.
 * Throws StatementRefused and DatabaseError.
 */
export async function* askSqlite(path: string, sql: string): AsyncGenerator<AskedPage> {
  const { database } = connect(path, { readOnly: true });
  try {
    database.prepare("pragma query_only = on").run();
    const statement = database.prepare(sql);
    requireAlone(statement, sql);
    const columns = statement.columns().map((one) => one.name);
    yield { columns, rows: [] };
    const counted = withLastRow(database, sql, columns.length);
    if (counted) yield* pages(database, counted, columns, sql);
    // Statements that are no question, such as a pragma, answer in a few rows.
    else yield { columns, rows: arrays(statement).all() };
  } catch (error) {
    throw meaningOf(path, error);
  } finally {
    database.close();
  }
}

/** The driver runs the first of several statements and says nothing of the others. */
function requireAlone(statement: StatementSync, sql: string): void {
  const rest = sql.slice(statement.sourceSQL.length)
    .replaceAll(/--[^\n]*(\n|$)|\/\*[\s\S]*?(\*\/|$)/g, " ").replaceAll(/[\s;]+/g, "");
  if (rest !== "") throw new StatementRefused("there is more than one statement", false);
}

/**
 * The question with a last row that marks its end: the driver ends without a word when it meets an error
 * midway. Null where the statement is no question.
 */
function withLastRow(database: DatabaseSync, sql: string, columns: number): StatementSync | null {
  if (columns === 0) return null;
  const question = sql.trimEnd().replace(/;+$/, "");
  const last = ["null as last", ...new Array(columns - 1).fill("null"), "1"].slice(-columns - 1);
  try {
    return database.prepare(
      `select *, 0 from (\n${question}\n) union all select ${last.join(", ")}`,
    );
  } catch {
    return null;
  }
}

async function* pages(
  database: DatabaseSync,
  statement: StatementSync,
  columns: readonly string[],
  sql: string,
): AsyncGenerator<AskedPage> {
  let count = 0;
  let page: AskedValue[][] = [];
  for (const row of arrays(statement).iterate()) {
    if (row.length > columns.length && row.pop() === 1) {
      yield { columns, rows: page };
      return;
    }
    page.push(row);
    if (page.length < askedPerPage) continue;
    count += page.length;
    yield { columns, rows: page };
    page = [];
  }
  yield { columns, rows: page };
  // It ended too early: another way of asking says what is wrong with the next row.
  const question = sql.trimEnd().replace(/;+$/, "");
  database.prepare(`select * from (\n${question}\n) limit 1 offset ${count + page.length}`).all();
  throw new StatementRefused("the answer ended before its last row", false);
}

interface Rows {
  all(): AskedValue[][];
  iterate(): Iterable<AskedValue[]>;
}

/** Rows as arrays, since two columns may share a name; integers with all their digits. */
function arrays(statement: StatementSync): Rows {
  (statement as StatementSync & { setReturnArrays(on: boolean): void }).setReturnArrays(true);
  statement.setReadBigInts(true);
  const values = (row: unknown) =>
    (row as unknown[]).map((one) => {
      const value = plainValue(one);
      return typeof value === "bigint" ? numberWhereSafe(value) : value;
    });
  return {
    all: () => statement.all().map(values),
    *iterate() {
      for (const row of statement.iterate()) yield values(row);
    },
  };
}

/** The codes with which SQLite says what is wrong with a statement, not with the file. */
const ofStatements: ReadonlySet<number> = new Set([1, 8, 18, 19, 20, 21, 25]);

function meaningOf(path: string, error: unknown): Error {
  if (error instanceof StatementRefused) return error;
  const { errcode, message } = error as { errcode?: number; message?: string };
  if (errcode === undefined || !ofStatements.has(errcode & 0xff)) return translated(path, error);
  const text = errcode === 21 && message === "not an error" ? "it is empty" : String(message);
  return new StatementRefused(text, (errcode & 0xff) === 8, { cause: error });
}
