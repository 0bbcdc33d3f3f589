import { type AskedPage, StatementRefused, type Stop } from "./ask.ts";
import type { Session } from "./session.ts";

/** A connection to a server, which can also run what a person wrote. */
export interface AskedSession extends Session {
  /** The answer to any statement, page by page, inside the transaction of the caller. */
  answer(sql: string): AsyncGenerator<AskedPage>;
  close(): Promise<void>;
}

/** How a server answers a statement that a person wrote. */
export interface Asking {
  /** Asks for the number of the connection. */
  readonly number: string;
  /** Lets the session write nothing, and begins a transaction that may only read. */
  readonly readOnly: string;
  /** Ends what the connection of this number is doing. */
  cancel(number: number): string;
  /** What an error says of the statement: it would write, or is wrong; null: it says nothing of it. */
  refusal(error: unknown): "writes" | "wrong" | null;
}

/**
 * See `Database.ask`. An abort has the server stop what it does, from a second connection, since a server that
 * only loses its client goes on.
 */
export async function* askServer(
  connect: () => Promise<AskedSession>,
  sql: string,
  stop: Stop,
  { number, readOnly, cancel, refusal }: Asking,
): AsyncGenerator<AskedPage> {
  const session = await connect();
  const [[own]] = await session.rows(number);
  await session.script(readOnly);
  const signal = stop();
  const end = () => {
    void (async () => {
      const second = await connect();
      try {
        await second.script(cancel(Number(own)));
      } finally {
        await second.close();
      }
      // Where that fails, the end of the connection is what remains.
    })().catch(() => session.close());
  };
  signal.addEventListener("abort", end);
  try {
    signal.throwIfAborted();
    for await (const page of session.answer(sql)) {
      signal.throwIfAborted();
      yield page;
    }
  } catch (error) {
    signal.throwIfAborted();
    const refused = refusal(error);
    if (refused === null) throw error;
    const { message } = (error as Error).cause as Error;
    throw new StatementRefused(message, refused === "writes", { cause: error });
  } finally {
    signal.removeEventListener("abort", end);
    await session.close();
  }
}
