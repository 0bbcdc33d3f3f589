import postgres from "postgres";
import type { Value } from "../../model/table.ts";
import { askedPerPage, decimalValue, plainValue } from "../ask.ts";
import type { AskedSession } from "../ask_server.ts";
import { DatabaseError, isDatabaseError } from "../database_error.ts";
import { connectionLost } from "../server_errors.ts";
import type { Planning } from "../session.ts";
import { type Address, addressText } from "./address.ts";
import { type Binary, BinaryParameters } from "./binary_parameters.ts";
import { translated } from "./errors.ts";
import { requireOwnSession } from "./pooler.ts";
import { dial } from "./socket.ts";

/** The oldest server that has all that is used here. */
const oldestServer = 120_000;

/** What stands for `$1`: a value that crosses as text, or one in binary form. */
export type Parameter = Value | Binary;

/** A connection that also takes parameters in binary form; `$1` stands for the first. */
export interface PostgresSession extends AskedSession {
  rows(sql: string, parameters?: readonly Parameter[], plan?: Planning): Promise<Value[][]>;
  records(sql: string, parameters?: readonly Parameter[]): Promise<Record<string, Value>[]>;
  /** Gives the number of rows that it wrote. */
  run(sql: string, parameters?: readonly Parameter[], plan?: Planning): Promise<number>;
}

const planAnew: Planning = { prepare: false };

/** Statements whose plan the server keeps for a connection: the driver never asks it to forget one. */
const mostKept = 200;

/** `numeric`, which the driver gives as text. */
const decimalType = 1700;

const asGiven = (text: string) => text;

/**
 * Everything crosses as text. With its time zone set to UTC the server writes `2026-03-29 01:15:00+00`
 * for an instant and `2026-03-29 03:15:00` for a wall clock.
 */
const types = {
  integer: { to: 20, from: [20], serialize: String, parse: exactInteger },
  instant: {
    to: 1184,
    from: [1184],
    serialize: asGiven,
    parse: (text: string) => timeOf(text, "Z"),
  },
  local: {
    to: 1114,
    from: [1114],
    serialize: asGiven,
    parse: (text: string) => timeOf(text, ""),
  },
  date: { to: 1082, from: [1082], serialize: asGiven, parse: asGiven },
  // The driver would make a JSON string of JSON text.
  json: { to: 114, from: [114], serialize: asGiven, parse: asGiven },
};

/**
 * Connects; looks whether there is a schema to work in, and a session of our own unless it may be shared. Throws
 * DatabaseError.
 */
export async function connect(
  address: Address,
  { applicationName, mayBeShared = false }: { applicationName?: string; mayBeShared?: boolean } =
    {},
): Promise<PostgresSession> {
  let target = addressText(address);
  const lost = new AbortController();
  let closing = false;
  let dialled = false;
  const lose = () => {
    if (!closing) lost.abort(connectionLost(target));
  };
  const binaries = new BinaryParameters();
  const sql = postgres({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password?.reveal(),
    database: address.database,
    // The types of the driver lack this option.
    ...{
      socket: async () => {
        if (dialled) throw Object.assign(new Error("no answer"), { code: "CONNECTION_CLOSED" });
        dialled = true;
        return binaries.through(await dial(address));
      },
    },
    ssl: false,
    max: 1,
    fetch_types: false,
    idle_timeout: undefined,
    max_lifetime: null,
    connect_timeout: address.connectSeconds,
    connection: {
      ...address.session,
      ...(applicationName ? { application_name: applicationName } : {}),
    },
    types,
    // The driver would print them among the data.
    onnotice: () => {},
    onclose: lose,
  });
  const asked = async <T>(query: () => PromiseLike<T>): Promise<T> => {
    lost.signal.throwIfAborted();
    // The driver forgets a statement whose connection ends in certain moments.
    const gone = Promise.withResolvers<never>();
    const onLost = () => gone.reject(lost.signal.reason);
    lost.signal.addEventListener("abort", onLost);
    try {
      return await Promise.race([query(), gone.promise]);
    } catch (error) {
      const meaning = translated(target, error);
      // The driver ends the statements before it says that the connection has ended.
      if (!isAnswer(error) && isDatabaseError(meaning, "unreachable")) lose();
      throw meaning;
    } finally {
      lost.signal.removeEventListener("abort", onLost);
    }
  };
  const keptStatements = new Set<string>();
  /** Of the server process, as it was given when the connection was made. */
  let greetedBy: number | undefined;
  const ask = <R extends object>(
    text: string,
    parameters: readonly Parameter[],
    { prepare }: Planning,
    // How the driver is asked for rows as arrays.
    as: (query: postgres.PendingQuery<Record<string, Value>[]>) => PromiseLike<R>,
  ) =>
    asked(async () => {
      if (prepare && keptStatements.size < mostKept) keptStatements.add(text);
      const { given, forget } = binaries.standIns(parameters);
      try {
        return await as(
          sql.unsafe(text, given as string[], { prepare: prepare && keptStatements.has(text) }),
        );
      } finally {
        forget();
      }
    });
  const close = async () => {
    closing = true;
    // Of a connection that is lost there is nothing to end, and the driver would wait for it.
    if (!lost.signal.aborted) await sql.end({ timeout: 1 });
  };

  const session: Omit<PostgresSession, "address"> = {
    lost: lost.signal,
    rows: async (text, parameters = [], plan = planAnew) => [
      ...await ask(text, parameters, plan, (query) => query.values()) as unknown as Value[][],
    ],
    records: async (text, parameters = []) => {
      const result = await ask(text, parameters, planAnew, (query) => query);
      greetedBy = (result as { readonly state?: { readonly pid: number } }).state?.pid;
      return [...result];
    },
    run: async (text, parameters = [], plan = planAnew) =>
      (await ask(text, parameters, plan, (query) => query)).count ?? 0,
    script: (text) => asked(async () => void await sql.unsafe(text).simple()),
    async *answer(text) {
      const described = await asked(() => sql.unsafe(text).describe());
      // A statement that gives no rows has no columns.
      const columns = (described.columns ?? []).map((one) => one.name);
      const isDecimal = (described.columns ?? []).map((one) => one.type === decimalType);
      yield { columns, rows: [] };
      const query = sql.unsafe(text);
      // As arrays, since two columns may share a name; the types of the driver do not show that it does both.
      query.values();
      const pages = query.cursor(askedPerPage)[Symbol.asyncIterator]();
      while (true) {
        const { value, done } = await asked(() => pages.next());
        if (done) return;
        const rows = [...value as Iterable<unknown[]>].map((row) =>
          row.map((one, at) =>
            isDecimal[at] && typeof one === "string" ? decimalValue(one) : plainValue(one)
          )
        );
        yield { columns, rows };
      }
    },
    close,
  };
  try {
    const { backend, address: place } = await prepared(session, target);
    target = place;
    if (!mayBeShared && greetedBy !== backend) {
      await requireOwnSession(session, () => connect(address, { mayBeShared: true }), target);
    }
    return { ...session, address: place };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Sets what the values depend on, whatever the server, the role or the address say. Nor does the server translate
 * a question into machine code: for a view that is read in 23 ms it did so for up to 40 s.
 */
async function prepared(
  { records, script }: Pick<PostgresSession, "records" | "script">,
  target: string,
): Promise<{ address: string; backend: number }> {
  await script(`
    set time zone 'UTC';
    set datestyle = 'ISO';
    set extra_float_digits = 1;
    set standard_conforming_strings = on;
    set transform_null_equals = off;
    set default_transaction_isolation = 'read committed';
    set jit = off;
    select set_config(name, '0', false) from pg_settings where name in (
      'statement_timeout', 'transaction_timeout',
      'idle_session_timeout', 'idle_in_transaction_session_timeout'
    );
  `);
  const [found] = await records(`
    select
      current_schema() as schema,
      current_setting('search_path') as search_path,
      current_setting('server_version_num')::integer as server_number,
      current_setting('server_version') as server,
      current_user as user_name,
      pg_backend_pid() as backend,
      (
        select min(nspname) from pg_namespace
        where nspname = any (
          string_to_array(translate(current_setting('search_path'), '" ', ''), ',')
        )
      ) as there
  `);
  if (found.server_number as number < oldestServer) {
    throw new DatabaseError(
      "refused",
      `${target}: the server is PostgreSQL ${found.server}; seh needs 12 or newer`,
    );
  }
  if (found.schema === null) {
    throw found.there === null
      ? new DatabaseError(
        "unreachable",
        `${target}: there is no schema ${found.search_path}; create it with: create schema ` +
          String(found.search_path).split(", ").at(-1),
      )
      : new DatabaseError(
        "refused",
        `${target}: ${found.user_name} may not use the schema ${found.there}; allow it with: ` +
          `grant usage, create on schema ${found.there} to ${found.user_name}`,
      );
  }
  const schema = found.schema as string;
  return {
    address: schema === "public" ? target : `${target} (schema ${schema})`,
    backend: found.backend as number,
  };
}

/**
 * All that is written inside finds its rows through their keys. Left to itself the server may compare
 * every row given with every row of a table that has grown since it last looked.
 */
export const writing = `begin isolation level read committed read write;
  set local enable_seqscan = off;
  set local enable_hashjoin = off;
  set local enable_mergejoin = off`;

/** All that is read inside belongs to one moment. */
export const snapshot = "begin isolation level repeatable read read only";

/** Whether the server said it; what is said by the driver or the operating system ends the connection. */
function isAnswer(error: unknown): boolean {
  return error instanceof postgres.PostgresError;
}

/** An instant or a wall clock as it is written everywhere else; `infinity` as it is. */
function timeOf(text: string, zone: "Z" | ""): string {
  return text.length < 19 ? text : `${text.slice(0, 10)}T${text.slice(11, 19)}${zone}`;
}

/** A number where that loses nothing, else a bigint. */
function exactInteger(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}
