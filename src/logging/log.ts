import type { Facts, Level, LogOptions, Receiver } from "./line.ts";
import { type Plain, redacted } from "./redacted.ts";

/** Writes log lines of one part of the program. Before the log is open, and after, they go nowhere. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warning(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

const levels: readonly Level[] = ["debug", "info", "warning", "error"];

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
