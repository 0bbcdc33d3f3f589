import { DatabaseError, LockedError } from "../database/database_error.ts";
import { NoCredentials, SettingsError } from "../settings/settings.ts";
import { SourceError, type SourceErrorKind } from "../source/source_error.ts";
import { type ExitCode, exitCode, interruptedCode } from "./exit_codes.ts";
import { dayText } from "./terminal/human.ts";

/** Wrong usage that only shows once a command runs; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** An error in words for the person: what, where, what to do. */
export interface ErrorText {
  readonly code: ExitCode;
  readonly text: string;
}

/**
 * The sentence and the exit code of an error; the text may still hold secrets. Times are those of the person's clock,
 * in `zone`.
 */
export function describe(error: unknown, zone: string = Temporal.Now.timeZoneId()): ErrorText {
  if (error instanceof UsageError) return { code: exitCode("usage"), text: error.message };
  if (error instanceof NoCredentials) return { code: exitCode("usage"), text: error.message };
  if (error instanceof SettingsError) return { code: exitCode("usage"), text: settings(error) };
  if (error instanceof LockedError) {
    return {
      code: exitCode("later"),
      text: `${running(error, zone)}. Run again when it has finished; nothing is lost.`,
    };
  }
  if (error instanceof DatabaseError) {
    // Where there is no database yet, nothing is wrong with it.
    const text = error.kind === "absent"
      ? error.message.replace(/^t/, "T")
      : `the database: ${error.message}`;
    return { code: exitCode("database"), text };
  }
  if (error instanceof SourceError) return source(error);
  if (error instanceof DOMException && error.name === "AbortError") {
    return { code: interruptedCode(error), text: interrupted };
  }
  const refusal = fileRefusal(error);
  if (refusal) return { code: exitCode("failed"), text: refusal };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: exitCode("failed"),
    text: `unexpected: ${message}\nRun again with --verbose to see where it happened.`,
  };
}

function running({ holder }: LockedError, zone: string): string {
  if (!holder) return "another sync is running";
  const since = holder.since.toZonedDateTimeISO(zone);
  const time = since.toPlainTime().toString({ smallestUnit: "minute" });
  return `another sync is running on ${holder.host}, since ${time} on ${
    dayText(since.toPlainDate())
  }`;
}

function settings(error: SettingsError): string {
  const head = error.mistakes.length === 1 ? "a setting is wrong:" : "some settings are wrong:";
  return [head, ...error.mistakes.map((one) => `  ${one}`)].join("\n");
}

const sourceCodes: Record<SourceErrorKind, ExitCode> = {
  credentials: exitCode("credentials"),
  forbidden: exitCode("credentials"),
  quota: exitCode("later"),
  unavailable: exitCode("failed"),
  rejected: exitCode("failed"),
  retired: exitCode("failed"),
  state: exitCode("usage"),
  transport: exitCode("failed"),
  body: exitCode("failed"),
  interrupted: exitCode("interrupted"),
};

const interrupted = "Stopped. What was saved before stays saved.";

const whatToDo: Record<SourceErrorKind, string> = {
  credentials:
    "Homeowners run `seh login` again; with a key of the developer console check SEH_API_KEY.",
  forbidden:
    "Homeowners run `seh login` again; with a key of the developer console check SEH_API_KEY.",
  quota: "Run again later; nothing is lost.",
  unavailable: "Check SEH_API_BASE_URL.",
  rejected: "Check SEH_API_BASE_URL and the options given.",
  retired: "SolarEdge has switched this API off. A newer version of seh may know the next one.",
  state: "Check the path and its permissions.",
  transport: "Check the network and SEH_API_BASE_URL, then run again; nothing is lost.",
  body: "Check SEH_API_BASE_URL; if it is right, the server may be in trouble: run again later.",
  interrupted: "Run again; nothing is lost.",
};

/** What is the server's own trouble is not looked for in the network. */
function adviceFor(kind: SourceErrorKind, status: number | undefined): string {
  return kind === "transport" && status !== undefined && status >= 500
    ? "SolarEdge's server is in trouble: run again later; nothing is lost."
    : whatToDo[kind];
}

function source(error: SourceError): ErrorText {
  const { kind, isPage } = error.facts;
  if (kind === "interrupted") return { code: sourceCodes[kind], text: interrupted };
  const { happened, remedy } = sourceTrouble(error);
  return {
    // A web page is not the API's word on the credentials.
    code: kind === "forbidden" && isPage ? exitCode("failed") : sourceCodes[kind],
    text: `${happened} ${remedy}`,
  };
}

/** What happened on the way to SolarEdge, and what to do about it; the texts may still hold secrets. */
export function sourceTrouble(
  { facts: { kind, endpoint, status, detail, retryAt, remedy } }: SourceError,
): { readonly happened: string; readonly remedy: string } {
  const where = kind === "state" || endpoint === "" ? "" : `SolarEdge's API, ${endpoint}: `;
  const end = /[.!?…]$/.test(detail) ? "" : ".";
  const when = retryAt ? ` Requests are free again at ${retryAt.round("second")}.` : "";
  return {
    happened: `${where}${detail}${end}${when}`,
    remedy: remedy ?? adviceFor(kind, status),
  };
}

/** What the operating system refused, in words; null: it was something else. */
function fileRefusal(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof Deno.errors.NotCapable) {
    return `${error.message}. Check the path and its permissions.`;
  }
  const [, reason, number, path] =
    /^(.+) \(os error (\d+)\)(?:: \w+ '(.+)')?/.exec(error.message) ?? [];
  if (reason === undefined) return null;
  // A file is written beside its name first.
  const where = path ? path.replace(/\.part$/, "") : "writing failed";
  const advice = error instanceof Deno.errors.NotFound
    ? "Does the folder exist?"
    : noRoom.has(Number(number))
    ? "Make room and run again."
    : "Check the path and its permissions.";
  return `${where}: ${reason[0].toLowerCase()}${reason.slice(1)}. ${advice}`;
}

/** ENOSPC and, on Linux and macOS, EDQUOT; on Windows ERROR_DISK_FULL. */
const noRoom: ReadonlySet<number> = new Set([28, 122, 69, 112]);
