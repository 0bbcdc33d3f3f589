import { type AskedPage, StatementRefused, type Stop } from "../ask.ts";
import { stoppable } from "../asked_session.ts";
import { DatabaseError } from "../database_error.ts";
import type { PostgresSession } from "./driver.ts";

/** Classes of SQLSTATE that speak of the statement: what it says, what it needs, what its values are. */
const ofStatements: ReadonlySet<string> = new Set(["0A", "21", "22", "23", "25", "2F", "42", "54"]);
const readOnly = "25006";

/** See `Database.ask`: in a transaction that may only read, of a session that may only read. */
export async function* askPostgres(
  connect: () => Promise<PostgresSession>,
  sql: string,
  stop: Stop,
): AsyncGenerator<AskedPage> {
  const session = await connect();
  const [[process]] = await session.rows("select pg_backend_pid()");
  await session.script("set default_transaction_read_only = on; begin read only");
  const statement = `select pg_cancel_backend(${Number(process)})`;
  try {
    yield* stoppable(connect, { signal: stop(), statement }, session, session.answer(sql));
  } catch (error) {
    const { code, message } = ((error as Error).cause ?? {}) as { code?: string; message?: string };
    const isStatement = error instanceof DatabaseError && /^[0-9A-Z]{5}$/.test(code ?? "") &&
      ofStatements.has(code!.slice(0, 2)) && code !== "42501";
    if (!isStatement) throw error;
    throw new StatementRefused(String(message), code === readOnly, { cause: error });
  }
}
