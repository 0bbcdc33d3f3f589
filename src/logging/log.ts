import { getRotatingFileSink } from "@logtape/file";
import {
  configure,
  dispose,
  getLogger,
  type LogLevel,
  type LogRecord,
  type Sink,
} from "@logtape/logtape";
import { dirname, resolve } from "node:path";

/** Where the log goes and how much of it. */
export interface LogOptions {
  readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR";
  /** JSON lines go to this file; null: human lines go to `human`. */
  readonly file: string | null;
  readonly maxBytes: number;
  /** Older files kept beside the current one. */
  readonly backups: number;
  /** Applied to every text of a line before it leaves the program. */
  readonly redact: (text: string) => string;
  /** Takes one line for a person, without its newline. */
  readonly human: (line: string) => void;
}

/** Facts that go with a message; errors keep their message, stack and cause. */
export type LogFacts = Readonly<Record<string, unknown>>;

/** Writes to the log under the name of a part of the program. */
export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warning(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

const levels: Record<LogOptions["level"], LogLevel> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
};

/**
 * Opens the log of the process; dispose it before the program ends, or the last lines are lost.
 * Throws Error, with the path, when the log file cannot be written.
 */
export async function openLog(options: LogOptions): Promise<AsyncDisposable> {
  const sink = options.file === null ? humanSink(options) : fileSink(options.file, options);
  await configure({
    reset: true,
    sinks: { lines: sink },
    loggers: [
      { category: "seh", sinks: ["lines"], lowestLevel: levels[options.level] },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "error" },
    ],
  });
  return { [Symbol.asyncDispose]: () => dispose() };
}

/** The log of a part of the program; silent until `openLog` has been called. */
export function getLog(name: string): Log {
  const logger = getLogger(["seh", name]);
  // Braces in a message are text: what was said about a server is no template.
  const literal = (message: string) => message.replaceAll("{", "{{").replaceAll("}", "}}");
  return {
    debug: (message, facts = {}) => logger.debug(literal(message), { ...facts }),
    info: (message, facts = {}) => logger.info(literal(message), { ...facts }),
    warning: (message, facts = {}) => logger.warn(literal(message), { ...facts }),
    error: (message, facts = {}) => logger.error(literal(message), { ...facts }),
  };
}

function fileSink(file: string, options: LogOptions): Sink {
  const path = resolve(file);
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    return getRotatingFileSink(path, {
      formatter: (record) => jsonLine(record, options.redact),
      maxSize: options.maxBytes,
      maxFiles: options.backups,
      bufferSize: 0,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the log file ${path} cannot be written: ${why}. Check SEH_LOG_FILE.`);
  }
}

function humanSink({ human, redact }: LogOptions): Sink {
  return (record) => {
    const prefix = record.level === "info" || record.level === "debug" ? "" : `${record.level}: `;
    human(redact(`${prefix}${textOf(record)}`));
  };
}

/** One JSON object: time in UTC, level, logger, message and the facts, every text redacted. */
function jsonLine(record: LogRecord, redact: (text: string) => string): string {
  const line = {
    time: Temporal.Instant.fromEpochMilliseconds(Math.round(record.timestamp)).toString(),
    level: record.level,
    logger: record.category.join("."),
    message: textOf(record),
    ...record.properties,
  };
  return JSON.stringify(redacted(line, redact)) + "\n";
}

function textOf(record: LogRecord): string {
  return record.message.map(String).join("");
}

/** The value as JSON can hold it: errors opened up, every text (names too) redacted. */
function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "bigint") return redact(String(value));
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return redacted({ name, message, stack, ...(cause === undefined ? {} : { cause }) }, redact);
  }
  if (Array.isArray(value)) return value.map((one) => redacted(one, redact));
  if (value === null || typeof value !== "object") return value;
  const plain = "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value;
  if (plain !== value) return redacted(plain, redact);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [redact(name), redacted(one, redact)]),
  );
}
