import type { Column, Value } from "../../model/table.ts";
import type { Awaitable } from "../awaitable.ts";
import { isDatabaseError } from "../database_error.ts";
import { connectionLost } from "../meaning.ts";
import { type Address, addressText } from "./address.ts";
import { prepareBulk } from "./bulk.ts";
import type { BulkRows } from "./bulk_packet.ts";
import { dial, type Dialled } from "./dial.ts";
import { explain } from "./explain.ts";
import { forMySql, hasSpiderTables, serverOf, settings } from "./server.ts";

/**
 * One connection, never a second one behind its back: what was to be part of a transaction must not run
 * on a new connection after the old one was lost. Every function throws DatabaseError.
 */
export interface Session {
  /** Address without password, for people. */
  readonly address: string;
  /** The name of the collation that compares texts byte by byte. */
  readonly binaryCollation: string;
  /** Aborts, with a DatabaseError, when the connection is lost; not when it is closed from here. */
  readonly lost: AbortSignal;
  /**
   * Rows as arrays; `?` stands for a parameter. Date and time come as `2026-03-29T01:15:00`, integers
   * beyond 2^53 as bigint.
   */
  rows(sql: string, parameters?: readonly Value[]): Promise<Value[][]>;
  /** Rows by the names of their columns. */
  records(sql: string, parameters?: readonly Value[]): Promise<Record<string, Value>[]>;
  /** Runs a statement; tells how many rows it inserted and changed. */
  run(sql: string, parameters?: readonly Value[]): Promise<Written>;
  /** Prepares a statement to be run for many rows at once; null where the server cannot do that. */
  readonly bulk: PrepareBulk | null;
  /** Runs a text of several statements. */
  script(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** A parameter for each column; the last ones may have constants, which stand in no row. */
export type PrepareBulk = (
  sql: string,
  columns: readonly Column[],
  constants: readonly Value[],
) => Promise<Bulk>;

/** A statement that runs for each row. No other may be prepared as long as it is used. */
export interface Bulk {
  /** As many of the rows, beginning with one of them, as go in one packet. */
  packet(rows: readonly (readonly Value[])[], from: number): BulkRows;
  run(rows: BulkRows): Promise<Written>;
}

/** What `insert … on duplicate key update` did; rows in neither were there, with the same values. */
export interface Written {
  readonly inserted: number;
  readonly changed: number;
}

/** Numbers of types in the protocol. */
const wideInteger = 8;
const dateAndTime = 12;

/** Connects and sets what the values depend on. Throws DatabaseError. */
export async function connect(address: Address): Promise<Session> {
  const target = addressText(address);
  let dialled: Dialled;
  try {
    dialled = await dial(address);
  } catch (error) {
    throw explain(target, error);
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
): Omit<Session, "binaryCollation"> {
  const lost = new AbortController();
  let closing = false;
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
      const meaning = explain(target, error);
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
      const { result, fields } = await execute(sql, parameters, true);
      const rows = result as Value[][];
      for (const [at, { columnType }] of fields.entries()) {
        if (columnType === wideInteger) { for (const row of rows) row[at] = integer(row[at]); }
        if (columnType === dateAndTime) { for (const row of rows) row[at] = wallClock(row[at]); }
      }
      return rows;
    },
    async records(sql, parameters = []) {
      const { result, fields } = await execute(sql, parameters, true);
      return (result as Value[][]).map((row) =>
        Object.fromEntries(fields.map(({ name, columnType }, at) => [
          name,
          columnType === wideInteger
            ? integer(row[at])
            : columnType === dateAndTime
            ? wallClock(row[at])
            : row[at],
        ]))
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
    close: () => {
      closing = true;
      return new Promise((resolve) => {
        if (lost.signal.aborted) {
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

/** Beyond 2^53 the driver gives the digits. */
function integer(value: Value): Value {
  return typeof value === "string" ? BigInt(value) : value;
}

function wallClock(value: Value): Value {
  return typeof value === "string" ? `${value.slice(0, 10)}T${value.slice(11, 19)}` : value;
}

/**
 * The server counts an inserted row once and a changed one twice, and tells of several rows
 * `Records: 3  Duplicates: 1  Warnings: 0`, where duplicates are the changed ones.
 */
function written(result: unknown): Written {
  const { affectedRows, info } = result as { affectedRows: number; info: string };
  const [, duplicates] = info.match(/\d+/g) ?? [];
  const changed = duplicates === undefined ? Number(affectedRows === 2) : Number(duplicates);
  return { inserted: affectedRows - 2 * changed, changed };
}

/** Runs the work in one transaction, which is undone when it throws. */
export async function transaction<T>(
  session: Session,
  work: () => Awaitable<T>,
  begin = "start transaction",
): Promise<T> {
  await session.script(begin);
  try {
    const result = await work();
    await session.script("commit");
    return result;
  } catch (error) {
    // A connection that is lost has undone it.
    if (!session.lost.aborted) await session.script("rollback").catch(() => {});
    throw explain(session.address, error);
  }
}

/** All that is read inside belongs to one moment. */
export const snapshot = `set transaction isolation level repeatable read;
  start transaction with consistent snapshot, read only`;
