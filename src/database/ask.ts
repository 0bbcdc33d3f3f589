import type { Value } from "../model/table.ts";

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
