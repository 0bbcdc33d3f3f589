import type { Value } from "../model/table.ts";
import type { Session } from "./session.ts";

/** A value of an answer: as it crosses every boundary, and what a statement of one's own may bring besides. */
export type AskedValue = Value | boolean;

/** A page of the answer to a statement of one's own; the first one comes with the columns, even without a row. */
export interface AskedPage {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly AskedValue[])[];
}

/** Gives the signal that ends the asking; called only by a database that can be stopped. */
export type Stop = () => AbortSignal;

/** The database does not take a statement that a person wrote; the message is the database's own. */
export class StatementRefused extends Error {
  override readonly name = "StatementRefused";
  constructor(
    message: string,
    /** It would have written. */
    readonly writes: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Enough that a page costs little, few enough that memory stays small. */
export const askedPerPage = 1000;

/** What a driver gives beyond values, as a value: bytes as hexadecimal digits, anything else as JSON. */
export function plainValue(value: unknown): AskedValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    case "undefined":
      return null;
    default:
      if (value === null) return null;
      if (value instanceof Uint8Array) return value.toHex();
      return JSON.stringify(value);
  }
}

/** The number that a decimal of a server is, where a number holds all its digits; else its text. */
export function decimalValue(text: string): number | string {
  const digits = text.replace(/^-?0*\.?0*|\.?0+$|[-.]/g, "");
  const value = Number(text);
  return digits.length <= 15 && Number.isFinite(value) ? value : text;
}

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
