import net from "node:net";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2";
import type { Column, Value } from "../../model/table.ts";
import type { Awaitable } from "../awaitable.ts";
import { DatabaseError, isDatabaseError } from "../database_error.ts";
import { connectionLost } from "../meaning.ts";
import { type Address, addressText } from "./address.ts";
import { negotiateBulk, prepareBulk } from "./bulk.ts";
import type { BulkRows } from "./bulk_packet.ts";
import { codeOf, explain } from "./explain.ts";

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

/** What tells the two servers apart. */
interface Server {
  readonly isMariaDb: boolean;
  readonly binaryCollation: string;
}

/** Numbers of types in the protocol. */
const wideInteger = 8;
const dateAndTime = 12;

const mySqlCollation = "utf8mb4_0900_bin";

/** Statements whose plan the server keeps for a connection. */
const keptStatements = 200;

/** A server that has vanished without a word is noticed in a few minutes. */
const keepAliveInitialDelay = 30_000;

/** Servers known to have no TLS: the next connection need not try. */
const withoutTls = new WeakSet<Address>();

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
    const server = await serverOf(session, target);
    await session.script(settings(server));
    const { binaryCollation, isMariaDb } = server;
    return {
      ...session,
      binaryCollation,
      bulk: session.bulk && await hasSpiderTables(session) ? null : session.bulk,
      script: isMariaDb ? session.script : (sql) => session.script(forMySql(sql)),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

interface Dialled {
  readonly connection: Connection;
  readonly hasBulk: boolean;
}

async function dial(address: Address): Promise<Dialled> {
  if (address.tls !== "prefer" || withoutTls.has(address)) {
    return await connected(optionsFor(address, address.tls !== "prefer"));
  }
  try {
    return await connected(optionsFor(address, true));
  } catch (error) {
    if (codeOf(error) !== "HANDSHAKE_NO_SSL_SUPPORT") throw error;
    withoutTls.add(address);
    return await connected(optionsFor(address, false));
  }
}

function connected(options: ConnectionOptions): Promise<Dialled> {
  const connection = createConnection(options);
  const hasBulk = negotiateBulk(connection);
  return new Promise((resolve, reject) => {
    connection.once("connect", () => {
      // What a statement did comes as set by `set names`, not in the server's own character set.
      Object.assign(connection, { serverEncoding: "utf8" });
      resolve({ connection, hasBulk: hasBulk() });
    });
    connection.on("error", (error) => {
      connection.destroy();
      reject(error);
    });
  });
}

function optionsFor(address: Address, encrypts: boolean): ConnectionOptions {
  const { host, port, socket, user, password, database, tls, connectSeconds } = address;
  const verifies = tls === "verify-ca" || tls === "verify-full" ||
    address.certificateAuthority !== undefined;
  return {
    ...(socket ? { socketPath: socket } : { host, port }),
    ...(tls === "verify-full" && net.isIP(host) ? { stream: () => dialAddress(address) } : {}),
    user,
    password: password?.reveal(),
    database,
    connectTimeout: connectSeconds * 1000,
    keepAliveInitialDelay,
    ssl: encrypts && tls !== "disable"
      ? {
        rejectUnauthorized: verifies,
        verifyIdentity: tls === "verify-full",
        ca: address.certificateAuthority,
      }
      : undefined,
    charset: "UTF8MB4_BIN",
    timezone: "Z",
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    multipleStatements: true,
    maxPreparedStatements: keptStatements,
    // Otherwise a row that was there with the same values counts like an inserted one.
    flags: ["-FOUND_ROWS"],
  };
}

/**
 * Left to itself, the driver holds the certificate of a server that is named by its IP address against the
 * name `localhost`.
 */
function dialAddress({ host, port }: Address): net.Socket {
  const socket = net.connect({ host, port, keepAlive: true, keepAliveInitialDelay, noDelay: true });
  return Object.assign(socket, { _host: host });
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

async function serverOf(
  { rows }: Pick<Session, "rows">,
  target: string,
): Promise<Server> {
  const [[version]] = await rows("select version()");
  const isMariaDb = /mariadb/i.test(String(version));
  const [major, minor] = String(version).split(".").map(Number);
  const isNewEnough = isMariaDb ? major > 10 || major === 10 && minor >= 6 : major >= 8;
  if (!isNewEnough) {
    throw new DatabaseError(
      "refused",
      `${target}: the server is ${version}; seh needs MariaDB 10.6, MySQL 8 or newer`,
    );
  }
  return { isMariaDb, binaryCollation: isMariaDb ? "utf8mb4_nopad_bin" : mySqlCollation };
}

/** Spider counts every row of a bulk as inserted, also one that is there with the same values. */
async function hasSpiderTables({ rows }: Pick<Session, "rows">): Promise<boolean> {
  const [[isInstalled]] = await rows(
    "select count(*) from information_schema.engines where engine = 'SPIDER'",
  );
  if (isInstalled === 0) return false;
  // Only then, because the server opens each table to tell its engine.
  const [[tables]] = await rows(
    `select count(*) from information_schema.tables
     where table_schema = database() and engine = 'SPIDER'`,
  );
  return tables !== 0;
}

/** MySQL has another name for the collation, and cannot add a column only where it is not there. */
function forMySql(sql: string): string {
  return sql.replaceAll("utf8mb4_nopad_bin", mySqlCollation)
    .replaceAll("add column if not exists", "add column");
}

/** What the values and the life of a connection depend on, whatever the server and the user have set. */
function settings({ isMariaDb, binaryCollation }: Server): string {
  return `
    set names utf8mb4 collate ${binaryCollation};
    set session
      time_zone = '+00:00',
      sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      autocommit = 1,
      sql_select_limit = default,
      lc_messages = 'en_US',
      wait_timeout = 31536000;
    set session transaction isolation level read committed;
    ${
    isMariaDb
      ? `set session max_statement_time = 0, idle_transaction_timeout = 0,
           idle_readonly_transaction_timeout = 0, idle_write_transaction_timeout = 0`
      : "do 0"
  }`;
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
