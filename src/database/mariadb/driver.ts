import type { Column, Value } from "../../model/table.ts";
import { tables } from "../../model/tables.ts";
import { askedPerPage, decimalValue, plainValue } from "../ask.ts";
import type { AskedSession } from "../ask_server.ts";
import { isDatabaseError } from "../database_error.ts";
import { connectionLost } from "../server_errors.ts";
import { type Address, addressText } from "./address.ts";
import { type BulkStatement, prepareBulk } from "./bulk/bulk_statement.ts";
import { dial, type Dialled } from "./dial.ts";
import { translated } from "./errors.ts";
import { forMySql, hasSpiderTables, serverOf, settings } from "./server.ts";

/** A connection; `?` stands for a parameter. */
export interface MariadbSession extends AskedSession {
  /** The name of the collation that compares texts byte by byte. */
  readonly binaryCollation: string;
  rows(sql: string, parameters?: readonly Value[]): Promise<Value[][]>;
  /** Gives how many rows it inserted and changed. */
  run(sql: string, parameters?: readonly Value[]): Promise<RowCounts>;
  /** Prepares a statement to be run for many rows at once; null where the server cannot do that. */
  readonly bulk: PrepareBulk | null;
}

/** A parameter for each column; the last ones may have constants, which stand in no row. */
type PrepareBulk = (
  sql: string,
  columns: readonly Column[],
  constants: readonly Value[],
) => Promise<BulkStatement<RowCounts>>;

/** What `insert … on duplicate key update` did; rows in neither were there, with the same values. */
export interface RowCounts {
  readonly inserted: number;
  readonly changed: number;
}

/** Numbers of types in the protocol. */
const wideInteger = 8;
const dateAndTime = 12;
const decimal = 246;

/** Connects and sets what the values depend on. Throws DatabaseError. */
export async function connect(address: Address): Promise<MariadbSession> {
  const target = addressText(address);
  let dialled: Dialled;
  try {
    dialled = await dial(address);
  } catch (error) {
    throw translated(target, error);
  }
  const session = sessionOn(dialled, target);
  try {
    const server = await serverOf(session.rows, target);
    await session.script(settings(server));
    const { binaryCollation, isMariaDb } = server;
    return {
      ...session,
      binaryCollation,
      bulk: session.bulk && await hasSpiderTables(session.rows) ? null : session.bulk,
      script: isMariaDb ? session.script : (sql) => session.script(forMySql(sql)),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

function sessionOn(
  { connection, hasBulk }: Dialled,
  target: string,
): Omit<MariadbSession, "binaryCollation"> {
  const lost = new AbortController();
  let closing = false;
  let isUnread = false;
  const lose = () => {
    if (closing) return;
    lost.abort(connectionLost(target));
  };
  connection.on("error", lose);
  connection.on("end", lose);

  const asked = async <T>(query: () => Promise<T>): Promise<T> => {
    lost.signal.throwIfAborted();
    try {
      return await query();
    } catch (error) {
      const meaning = translated(target, error);
      const isFatal = (error as { fatal?: unknown } | null)?.fatal === true;
      if (isFatal || isDatabaseError(meaning, "unreachable")) lose();
      throw meaning;
    }
  };
  /** In the binary protocol, since the text protocol rounds doubles. */
  const execute = (sql: string, parameters: readonly Value[], rowsAsArray: boolean) =>
    asked(() =>
      new Promise<Answer>((resolve, reject) => {
        const bound = parameters as (string | number | bigint | null)[];
        connection.execute({ sql, rowsAsArray, values: bound }, (error, result, fields) => {
          if (error) reject(error);
          else resolve({ result, fields: (fields ?? []) as Field[] });
        });
      })
    );

  return {
    address: target,
    lost: lost.signal,
    async rows(sql, parameters = []) {
      return rowsOf(await execute(sql, parameters, true));
    },
    async records(sql, parameters = []) {
      const answer = await execute(sql, parameters, true);
      return rowsOf(answer).map((row) =>
        Object.fromEntries(answer.fields.map(({ name }, at) => [name, row[at]]))
      );
    },
    async run(sql, parameters = []) {
      const { result } = await execute(sql, parameters, false);
      return written(result);
    },
    bulk: !hasBulk ? null : async (sql, columns, constants) => {
      const statement = await asked(() => prepareBulk(connection, sql, columns, constants));
      return {
        packet: statement.packet,
        run: async (rows) => written(await asked(() => statement.run(rows))),
      };
    },
    script: (sql) =>
      asked(() =>
        new Promise<void>((resolve, reject) => {
          connection.query(sql, (error) => error ? reject(error) : resolve());
        })
      ),
    async *answer(sql) {
      let fields: readonly Field[] = [];
      const query = connection.execute({ sql, rowsAsArray: true });
      query.on("fields", (given) => fields = (given ?? []) as unknown as Field[]);
      const rows = query.stream({ highWaterMark: askedPerPage })[Symbol.asyncIterator]();
      let page: unknown[][] = [];
      const finished = () => {
        const columns = fields.map((one) => one.name);
        const given = rowsOf({ result: page, fields });
        page = [];
        return {
          columns,
          rows: given.map((row) =>
            row.map((one, at) =>
              fields[at].columnType === decimal && typeof one === "string"
                ? decimalValue(one)
                : plainValue(one)
            )
          ),
        };
      };
      isUnread = true;
      while (true) {
        const { value, done } = await asked(() => rows.next());
        if (done) break;
        page.push(value as unknown[]);
        if (page.length === askedPerPage) yield finished();
      }
      isUnread = false;
      yield finished();
    },
    close: () => {
      closing = true;
      return new Promise((resolve) => {
        // Behind rows that nobody reads any more, taking leave of the server would wait for ever.
        if (lost.signal.aborted || isUnread) {
          connection.destroy();
          resolve();
        } else {
          connection.end(() => {
            connection.destroy();
            resolve();
          });
        }
      });
    },
  };
}

interface Field {
  readonly name: string;
  readonly columnType?: number;
}

interface Answer {
  readonly result: unknown;
  readonly fields: readonly Field[];
}

/** Rows as the facts of their columns say; beyond 2^53 the driver gives the digits of an integer. */
function rowsOf({ result, fields }: Answer): Value[][] {
  const rows = result as Value[][];
  for (const [at, { name, columnType }] of fields.entries()) {
    if (columnType !== wideInteger && columnType !== dateAndTime) continue;
    const zone = instants.has(name) ? "Z" : "";
    for (const row of rows) {
      const value = row[at];
      if (typeof value !== "string") continue;
      row[at] = columnType === wideInteger
        ? BigInt(value)
        : `${value.slice(0, 10)}T${value.slice(11, 19)}${zone}`;
    }
  }
  return rows;
}

/** A DATETIME does not say whether it is an instant or a wall clock, but its name does, in every table. */
const instants: ReadonlySet<string> = new Set(
  tables.flatMap(({ columns }) =>
    columns.filter((one) => one.type === "instant").map((one) => one.name)
  ),
);

/**
 * The server counts an inserted row once and a changed one twice, and says of several rows
 * `Records: 3  Duplicates: 1  Warnings: 0`, where duplicates are the changed ones.
 */
function written(result: unknown): RowCounts {
  const { affectedRows, info } = result as { affectedRows: number; info: string };
  const [, duplicates] = info.match(/\d+/g) ?? [];
  const changed = duplicates === undefined ? Number(affectedRows === 2) : Number(duplicates);
  return { inserted: affectedRows - 2 * changed, changed };
}

/** All that is read inside belongs to one moment. */
export const snapshot = `set transaction isolation level repeatable read;
  start transaction with consistent snapshot, read only`;
