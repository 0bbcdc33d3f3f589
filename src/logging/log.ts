import { getRotatingFileSink } from "@logtape/file";
import { configure, getLogger, type LogRecord, reset, type Sink } from "@logtape/logtape";
import { dirname } from "node:path";
import type { Clock } from "../model/clock.ts";
import { SettingsError } from "../settings/settings.ts";
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

const root = "seh";

/**
 * Opens the log for the whole process, in place of one that was open; dispose it on every way out.
 * Throws SettingsError when the file cannot be written.
 */
export async function openLog(options: LogOptions): Promise<AsyncDisposable> {
  const { level, file } = options;
  const forPeople = humanSink(options);
  const main = file === null ? forPeople : fileSink(file, options, forPeople);
  const lowestLevel = levels[level];
  await configure({
    reset: true,
    sinks: { main },
    loggers: [
      { category: root, sinks: ["main"], lowestLevel },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
    ],
  });
  return { [Symbol.asyncDispose]: () => reset() };
}

/** The log of one part of the program, such as `sync` or `http`. */
export function getLog(name: string): Log {
  const logger = getLogger([root, name]);
  const write = (level: LogRecord["level"]) => (message: string, facts: Facts = {}) =>
    // Not logger.info and its like: those take braces in a message for placeholders.
    logger.emit({
      level,
      message: [message],
      rawMessage: message,
      timestamp: Date.now(),
      properties: facts,
    });
  return {
    debug: write("debug"),
    info: write("info"),
    warning: write("warning"),
    error: write("error"),
  };
}

const levels = { DEBUG: "debug", INFO: "info", WARNING: "warning", ERROR: "error" } as const;

function messageOf(record: LogRecord): string {
  return record.message.map(String).join("");
}

/** `warning: …`; with level DEBUG the part of the program and the facts too. */
function humanSink({ level, redact, human }: LogOptions): Sink {
  return (record) => {
    const message = redact(messageOf(record));
    const prefix = record.level === "info" ? "" : `${record.level}: `;
    if (level !== "DEBUG") return human(`${prefix}${message}`);
    const facts = Object.entries(redacted(record.properties, redact) as Record<string, Plain>)
      .map(([name, fact]) => ` ${name}=${typeof fact === "string" ? fact : JSON.stringify(fact)}`);
    human(`${prefix}${record.category.slice(1).join(".")}: ${message}${facts.join("")}`);
  };
}

function jsonLine(record: LogRecord, { redact, clock }: LogOptions): string {
  const time = clock ? clock.now() : Temporal.Instant.fromEpochMilliseconds(record.timestamp);
  const line = {
    time: time.toString({ smallestUnit: "millisecond" }),
    level: record.level,
    logger: record.category.slice(1).join("."),
    message: redact(messageOf(record)),
    properties: redacted(record.properties, redact),
  };
  return `${JSON.stringify(line)}\n`;
}

/** When the file fails on the way (a full disk, say), people are informed once and get the lines instead. */
function fileSink(file: string, options: LogOptions, forPeople: Sink): Sink & Disposable {
  let sink: (Sink & Disposable) | null = openFile(file, options);
  const write = (record: LogRecord) => {
    try {
      sink?.(record);
    } catch (error) {
      sink = null;
      options.human(`warning: the log file ${file} cannot be written any more: ${reason(error)}`);
    }
    if (!sink) forPeople(record);
  };
  return Object.assign(write, {
    [Symbol.dispose]() {
      sink?.[Symbol.dispose]();
      sink = null;
    },
  });
}

function openFile(file: string, options: LogOptions): Sink & Disposable {
  try {
    Deno.mkdirSync(dirname(file), { recursive: true });
    return getRotatingFileSink(file, {
      maxSize: options.maxBytes,
      maxFiles: options.backups,
      // Each line at once: a log that lacks its last lines fails when it is needed.
      bufferSize: 0,
      formatter: (record) => jsonLine(record, options),
    });
  } catch (error) {
    throw new SettingsError([
      `SEH_LOG_FILE is "${file}", which cannot be written: ${reason(error)}; ` +
      "allowed: a file in a folder that seh may write to",
    ]);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
