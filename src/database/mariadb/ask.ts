import { type AskedPage, StatementRefused, type Stop } from "../ask.ts";
import { stoppable } from "../asked_session.ts";
import { DatabaseError } from "../database_error.ts";
import type { MariadbSession } from "./driver.ts";

const readOnly = "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION";

/** See `Database.ask`: in a transaction that may only read, of a session that may only read. */
export async function* askMariadb(
  connect: () => Promise<MariadbSession>,
  sql: string,
  stop: Stop,
): AsyncGenerator<AskedPage> {
  const session = await connect();
  const [[connection]] = await session.rows("select connection_id()");
  await session.script("set session transaction read only; start transaction read only");
  const statement = `kill query ${Number(connection)}`;
  try {
    yield* stoppable(connect, { signal: stop(), statement }, session, session.answer(sql));
  } catch (error) {
    const { code, message } = ((error as Error).cause ?? {}) as { code?: string; message?: string };
    const writes = code === readOnly;
    // What has no meaning of its own is about the statement.
    const isStatement = error instanceof DatabaseError && error.kind === "failed" &&
      String(code).startsWith("ER_");
    if (!writes && !isStatement) throw error;
    throw new StatementRefused(String(message), writes, { cause: error });
  }
}
