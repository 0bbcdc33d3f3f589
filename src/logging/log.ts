import type { Clock } from "../model/clock.ts";
import { type Plain, redacted } from "./redacted.ts";

/** Facts of a log line by name; errors belong here, not into the message. */
export type Facts = Readonly<Record<string, unknown>>;

/** Writes log lines of one part of the program. Before the log is open, and after, they go nowhere. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warning(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

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

const levels = ["debug", "info", "warning", "error"] as const;
type Level = typeof levels[number];

/** The open log of this process; null: lines go nowhere. */
let open: { readonly lowest: number; readonly receiver: Receiver } | null = null;

/**
 * Opens the log for the whole process, in place of one that was open; dispose it on every way out.
 * Throws SettingsError when the file cannot be written.
 */
export async function openLog(options: LogOptions): Promise<AsyncDisposable> {
  const forPeople = peopleReceiver(options);
  let receiver = forPeople;
  if (options.file !== null) {
    // Rotating files need a library that takes longer to load than all else of `seh status`.
    const { fileReceiver } = await import("./log_file.ts");
    receiver = fileReceiver(options.file, options, forPeople);
  }
  open?.receiver.close();
  const mine = open = { lowest: levels.indexOf(lowestOf[options.level]), receiver };
  return {
    [Symbol.asyncDispose]() {
      receiver.close();
      if (open === mine) open = null;
      return Promise.resolve();
    },
  };
}

/** The log of one part of the program, such as `sync` or `http`. */
export function getLog(name: string): Log {
  const write = (level: Level) => (message: string, facts: Facts = {}) => {
    if (open === null || levels.indexOf(level) < open.lowest) return;
    open.receiver.take({ level, name, message, facts, at: Date.now() });
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warning: write("warning"),
    error: write("error"),
  };
}

const lowestOf = { DEBUG: "debug", INFO: "info", WARNING: "warning", ERROR: "error" } as const;

/** `warning: …`; with level DEBUG the part of the program and the facts too. */
function peopleReceiver({ level: lowest, redact, human }: LogOptions): Receiver {
  return {
    take({ level, name, message, facts }) {
      const text = redact(message);
      const prefix = level === "info" ? "" : `${level}: `;
      if (lowest !== "DEBUG") return human(`${prefix}${text}`);
      const shown = Object.entries(redacted(facts, redact) as Record<string, Plain>)
        .map(([name, fact]) =>
          ` ${name}=${typeof fact === "string" ? fact : JSON.stringify(fact)}`
        );
      human(`${prefix}${name}: ${text}${shown.join("")}`);
    },
    close() {},
  };
}
