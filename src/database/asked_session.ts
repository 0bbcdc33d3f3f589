import type { DatabaseError } from "./database_error.ts";
import type { Session } from "./session.ts";

/**
 * Runs a work on a connection of its own; an abort has the server stop what it does there, on a second one, since
 * a server that only loses its client goes on.
 */
export async function* stoppable<S extends Session, T>(
  connect: () => Promise<S>,
  stop: { readonly signal: AbortSignal; readonly statement: string },
  session: S,
  work: AsyncIterable<T>,
): AsyncGenerator<T> {
  const { signal, statement } = stop;
  const end = () => {
    void (async () => {
      const second = await connect();
      try {
        await second.script(statement);
      } finally {
        await second.close();
      }
      // Where that fails, the end of the connection is what remains.
    })().catch(() => session.close());
  };
  signal.addEventListener("abort", end);
  try {
    signal.throwIfAborted();
    for await (const page of work) {
      signal.throwIfAborted();
      yield page;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error as DatabaseError;
  } finally {
    signal.removeEventListener("abort", end);
    await session.close();
  }
}
