import { getRotatingFileSink } from "@logtape/file";
import type { LogRecord, Sink } from "@logtape/logtape";
import { dirname } from "node:path";
import { SettingsError } from "../settings/settings.ts";
import type { Line, LogOptions, Receiver } from "./line.ts";
import { redacted } from "./redacted.ts";

/**
 * Writes lines as JSON into a file that is put aside when it grows. When it fails on the way (a full disk,
 * say), people are informed once and get the lines instead. Throws SettingsError when it cannot be written at
 * all.
 */
export function fileReceiver(file: string, options: LogOptions, forPeople: Receiver): Receiver {
  let sink: (Sink & Disposable) | null = openFile(file, options);
  return {
    take(line) {
      try {
        sink?.(recordOf(line));
      } catch (error) {
        sink = null;
        options.human(
          `warning: the log file ${file} cannot be written any more: ${reason(error)}`,
        );
      }
      if (!sink) forPeople.take(line);
    },
    close() {
      sink?.[Symbol.dispose]();
      sink = null;
    },
  };
}

function openFile(file: string, options: LogOptions): Sink & Disposable {
  try {
    Deno.mkdirSync(dirname(file), { recursive: true });
    return getRotatingFileSink(file, {
      maxSize: options.maxBytes,
      maxFiles: options.backups,
      // Each line is written at once: a log is needed most when the program has died, and must have its last
      // lines.
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

function recordOf({ level, name, message, facts, at }: Line): LogRecord {
  return {
    level,
    category: [name],
    // As one element: in a text of several the library would take braces for placeholders.
    message: [message],
    rawMessage: message,
    timestamp: at,
    properties: { ...facts },
  };
}

function jsonLine(record: LogRecord, { redact, clock }: LogOptions): string {
  const time = clock ? clock.now() : Temporal.Instant.fromEpochMilliseconds(record.timestamp);
  const line = {
    time: time.toString({ smallestUnit: "millisecond" }),
    level: record.level,
    logger: record.category.join("."),
    message: redact(record.message.map(String).join("")),
    properties: redacted(record.properties, redact),
  };
  return `${JSON.stringify(line)}\n`;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
