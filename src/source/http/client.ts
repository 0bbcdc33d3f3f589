import type { Clock } from "../../model/clock.ts";
import { redactor, type Secret } from "../../model/secret.ts";
import type { QuotaWindow } from "../source.ts";
import { SourceError, type SourceErrorKind } from "../source_error.ts";
import { type KeepAnswer, withArchive } from "./archived.ts";
import { withQuota } from "./counted_sending.ts";
import type { JsonClient, JsonRequest } from "./json_client.ts";
import type { IsPeriodSpent } from "./outcome.ts";
import { openQuota, type ReadServerCount } from "./quota.ts";
import { appliesTo } from "./quota_window.ts";
import { followRedirects } from "./redirect.ts";
import { withRenewal } from "./renewal.ts";
import { retrying, type Wait } from "./retry.ts";
import type { Authorize } from "./send.ts";
import { createSlots, withSlots } from "./slots.ts";
import { StateFileError } from "./state_file.ts";
import { createTransport, type Exchange } from "./transport.ts";

/** All that a client needs to know; durations in the unit of their names. */
export interface ClientOptions {
  readonly baseUrl: URL;
  readonly authorize: Authorize;
  /** What no error, log line or answer may contain; a function where it changes, as tokens do. */
  readonly secrets: readonly Secret[] | (() => readonly Secret[]);
  readonly quotaFile: string;
  /** `quotaOwner(key)`: under which name the quota is counted and places in flight are shared. */
  readonly quotaOwner: string;
  readonly quotaWindows: readonly QuotaWindow[];
  /** For `billing-month` windows; default 1. */
  readonly billingDay?: number;
  /** Distinguishes two kinds of 429, where the API has two. */
  readonly isPeriodSpent?: IsPeriodSpent;
  /** The server's own count of calls, where it gives one: so spending by other programs is noticed. */
  readonly readServerCount?: ReadServerCount;
  /** Requests in flight at once, over all processes with the same quota owner and state folder. */
  readonly maxConcurrent: number;
  /** For one try, from sending to the end of the body. */
  readonly timeoutSeconds: number;
  /**
   * At most so many. A scarce credit (of a billing month) is worth one retry, and nothing is tried again
   * before anything has answered this client.
   */
  readonly maxRetries: number;
  readonly retryDelaySeconds: number;
  readonly clock: Clock;
  /** What the person can do about an error that does not say it itself. */
  readonly remedies?: Readonly<Partial<Record<SourceErrorKind, string>>>;
  /** Once aborted, every request ends at once with an error of kind `interrupted`, whatever it waits for. */
  readonly interrupted?: AbortSignal;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly userAgent: string;
  /** Redacted lines: `warning` for what a person should know, `debug` for waits. */
  readonly log?: (level: "warning" | "debug", text: string) => void;
  readonly onRequest?: (exchange: Exchange) => void;
  /** Where every answer is kept; absent: nowhere. */
  readonly keepAnswer?: KeepAnswer;
  /** Called when a request begins to wait: for the quota, or before another try. */
  readonly onWait?: (wait: Wait) => void;
  /** See `QuotaOptions.beforeCommit`. */
  readonly beforeQuotaCommit?: () => void | Promise<void>;
}

/**
 * A client for JSON over HTTP that stays within the quota. Disposing of it ends what is in flight and
 * resolves when nothing is any more.
 *
 * The order of the wrappers, from the outside in:
 * - retry: decides by the outcome of a whole try, and waits holding neither a slot nor a lock
 * - redirects: each hop is a request and costs as one
 * - renewal: a refused token is renewed holding no slot; the second try costs as a request
 * - slots: taken before the quota, so that a request is counted when it leaves and not when it queues
 * - archive: every answer that came is kept, whatever becomes of it, and nothing that was not sent
 * - quota: counts, then sends; a process that dies in between has counted one too many, never one too few
 * - transport: adds the credential, which no other wrapper sees
 */
export function createJsonClient(options: ClientOptions): JsonClient & AsyncDisposable {
  const redact = redactorOf(options.secrets);
  const log = (level: "warning" | "debug", text: string) => options.log?.(level, redact(text));
  const closing = new AbortController();
  const stop = options.interrupted
    ? AbortSignal.any([closing.signal, options.interrupted])
    : closing.signal;
  const running = new Set<Promise<unknown>>();
  let sent = 0;
  let hasAnswered = false;

  const quota = openQuota({
    path: options.quotaFile,
    owner: options.quotaOwner,
    windows: options.quotaWindows,
    billingDay: options.billingDay,
    timeoutSeconds: options.timeoutSeconds,
    clock: options.clock,
    onDamage: (text) => log("warning", text),
    beforeCommit: options.beforeQuotaCommit,
  });
  const slots = createSlots({
    quotaFile: options.quotaFile,
    owner: options.quotaOwner,
    count: options.maxConcurrent,
    random: options.random,
  });
  const transport = createTransport({
    authorize: options.authorize,
    userAgent: options.userAgent,
    timeoutSeconds: options.timeoutSeconds,
    stop,
    onSend: () => sent++,
    onUnsent: () => sent--,
    onAnswer: () => hasAnswered = true,
    onExchange: (exchange) => options.onRequest?.(exchange),
  });
  let others = 0;
  const counted = withQuota(quota, transport, {
    readServerCount: options.readServerCount,
    isPeriodSpent: options.isPeriodSpent,
    onEarlyMonth(ourEnd) {
      const date = ourEnd.toString().slice(0, 10);
      log(
        "warning",
        "the server had called the credits of this month spent and answers again, though the month ends on " +
          `${date} by our count: SEH_API_BILLING_DAY must name the day on which yours begins`,
      );
    },
    onOthers(calls) {
      const text = "another program is asking with the same credentials; its calls are counted";
      log(others === 0 ? "warning" : "debug", `${text} (${calls})`);
      others += calls;
    },
  });
  const kept = options.keepAnswer
    ? withArchive(counted, { keepAnswer: options.keepAnswer, clock: options.clock, redact })
    : counted;
  const getJson = retrying(
    followRedirects(withRenewal(withSlots(slots, stop, kept))),
    {
      maxRetries: options.maxRetries,
      delaySeconds: options.retryDelaySeconds,
      clock: options.clock,
      random: options.random,
      stop,
      redact,
      isPeriodSpent: options.isPeriodSpent,
      hasAnswered: () => hasAnswered,
      onNoNumbers: (endpoint, count) =>
        log(
          "warning",
          `${endpoint}: ${count} values are no numbers (NaN or infinite): taken as missing`,
        ),
      isScarce: (charges) =>
        options.quotaWindows.some((window) =>
          window.per === "billing-month" &&
          charges.some(({ allowance }) => appliesTo(window, allowance))
        ),
      log: (text) => log("debug", text),
      onWait: (wait) => options.onWait?.(wait),
    },
  );

  async function guarded<Result>(endpoint: string, work: () => Promise<Result>): Promise<Result> {
    const promise = Promise.try(work);
    running.add(promise);
    try {
      return await promise;
    } catch (error) {
      throw redacted(error, endpoint, redact, options.remedies ?? {});
    } finally {
      running.delete(promise);
    }
  }

  return {
    getJson: ({ path, parameters, charges, asked, isProbe }: JsonRequest) =>
      guarded(path, () => {
        if (stop.aborted) {
          const detail = closing.signal.aborted ? "the client was closed" : "interrupted";
          const unsent = { sent: false, noAnswer: true };
          throw new SourceError({ kind: "interrupted", endpoint: path, detail, ...unsent });
        }
        const url = new URL(options.baseUrl.href.replace(/\/$/, "") + path);
        for (const [name, values] of Object.entries(parameters)) {
          for (const value of [values].flat()) url.searchParams.append(name, value);
        }
        return getJson({ endpoint: path, url, charges, asked, isProbe });
      }),
    remaining: (charges) => guarded("quota", () => quota.remaining(charges)),
    get sent() {
      return sent;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

/** A new error with redacted texts: of the old one, neither cause nor stack may be seen. */
function redacted(
  error: unknown,
  endpoint: string,
  redact: (text: string) => string,
  remedies: NonNullable<ClientOptions["remedies"]>,
): SourceError {
  if (error instanceof SourceError) {
    const { facts } = error;
    return new SourceError({
      remedy: remedies[facts.kind],
      ...facts,
      endpoint: redact(facts.endpoint),
      detail: redact(facts.detail),
      words: redact(facts.words),
    });
  }
  if (error instanceof StateFileError) {
    // Uncounted requests are not sent.
    return new SourceError({
      kind: "state",
      endpoint,
      detail: redact(`requests cannot be counted: ${error.message}`),
      sent: false,
      noAnswer: true,
      remedy: error.remedy ?? "SEH_QUOTA_FILE must name a file that you can read and write.",
    });
  }
  const detail = redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return new SourceError({ kind: "transport", endpoint, detail });
}

function redactorOf(secrets: ClientOptions["secrets"]): (text: string) => string {
  if (typeof secrets !== "function") return redactor(secrets);
  let known: readonly Secret[] | null = null;
  let redact: (text: string) => string;
  return (text) => {
    const now = secrets();
    if (now !== known) redact = redactor(known = now);
    return redact(text);
  };
}
