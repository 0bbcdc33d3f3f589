import type { Clock } from "../model/clock.ts";

/** Facts of a log line by name; errors belong here, not into the message. */
export type Facts = Readonly<Record<string, unknown>>;

/** How much a line matters. */
export type Level = "debug" | "info" | "warning" | "error";

/** Where log lines go, and which. */
export interface LogOptions {
  /** Lines below this level are left out. */
  readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR";
  /** A file for JSON lines, made with its folder; null: lines for people, given to `human`. */
  readonly file: string | null;
  /** The file is put aside before it would grow beyond this. */
  readonly maxBytes: number;
  /** How many files that were put aside are kept: `seh.log.1` is the newest. */
  readonly backups: number;
  /** Goes over every text before it is written. */
  redact(text: string): string;
  /** Takes a line without line break at its end; gets the log too when the file fails. */
  human(line: string): void;
  /** For the time of the lines; the machine's clock when absent. */
  readonly clock?: Pick<Clock, "now">;
}

/** A line on its way. */
export interface Line {
  readonly level: Level;
  /** The part of the program that it is of. */
  readonly name: string;
  readonly message: string;
  readonly facts: Facts;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Where the lines of an open log end. */
export interface Receiver {
  take(line: Line): void;
  close(): void;
}
