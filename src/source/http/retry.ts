import type { Clock } from "../../model/clock.ts";
import type { Charge } from "../source.ts";
import { SourceError } from "../source_error.ts";
import { type IsPeriodSpent, type Outcome, outcomeOf } from "./outcome.ts";
import { shortWait, waitAfter } from "./retry_timing.ts";
import type { HttpRequest, Send } from "./send.ts";

/** A pause before a request goes on; the request has not failed. */
export interface Wait {
  /** Whether a limit of the server is the reason; else a try did not succeed. */
  readonly isLimit: boolean;
  /** What is used up by our own count; null: the server said so, or it is no limit. */
  readonly spentWindow: SourceError["facts"]["spentWindow"] | null;
  /** Why, in words. Redacted. */
  readonly why: string;
  readonly until: Temporal.Instant;
}

/**
 * The outermost wrapper: sends until there is JSON or a failure that another try cannot help. What lies further
 * in runs again with each try, the quota included. A quota of our own that frees shortly is waited for, which
 * is no try: nothing was sent. Throws SourceError.
 */
export function retrying(send: Send, options: {
  readonly maxRetries: number;
  readonly delaySeconds: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly stop: AbortSignal;
  readonly redact: (text: string) => string;
  readonly isPeriodSpent?: IsPeriodSpent;
  /** Whether this client has had any HTTP answer yet. */
  readonly hasAnswered: () => boolean;
  /** Whether a request costs what does not come back for weeks. */
  readonly isScarce: (charges: readonly Charge[]) => boolean;
  /** Called with an answer with values that are no numbers (`NaN`); they are null in it. */
  readonly onNoNumbers: (endpoint: string, count: number) => void;
  readonly log: (text: string) => void;
  /** Called when a pause begins. */
  readonly onWait?: (wait: Wait) => void;
}): (request: HttpRequest) => Promise<unknown> {
  const { clock, log } = options;

  async function wait(milliseconds: number, error: SourceError): Promise<void> {
    const { endpoint, detail: why, spentWindow = null } = error.facts;
    log(`${endpoint}: ${why}; goes on in ${Math.round(milliseconds / 100) / 10} s`);
    const until = clock.now().add({ milliseconds: Math.round(milliseconds) });
    options.onWait?.({
      isLimit: error.kind === "quota",
      spentWindow,
      why: options.redact(why),
      until,
    });
    try {
      await clock.sleep(milliseconds, options.stop);
    } catch {
      throw new SourceError({ kind: "interrupted", endpoint, detail: `stopped after: ${why}` });
    }
  }

  async function attempt(request: HttpRequest): Promise<Outcome> {
    try {
      const answer = await send(request);
      return outcomeOf(
        answer,
        request.endpoint,
        clock.now(),
        options.redact,
        options.isPeriodSpent,
      );
    } catch (error) {
      if (!(error instanceof SourceError) || error.kind !== "transport") throw error;
      return { error, again: !options.stop.aborted, notBefore: null };
    }
  }

  async function attemptWithinQuota(request: HttpRequest): Promise<Outcome> {
    while (true) {
      try {
        return await attempt(request);
      } catch (error) {
        if (!(error instanceof SourceError) || error.kind !== "quota") throw error;
        const { retryAt } = error.facts;
        const pause = retryAt ? shortWait(retryAt, clock.now()) : null;
        if (pause === null) throw error;
        await wait(pause, error);
      }
    }
  }

  /**
   * Where nothing has ever answered, nothing will in a few seconds: one try costs one timeout, not four. A
   * scarce credit is worth a second try; but a full minute that says itself when it is over is waited for.
   */
  function mostRetries(
    { facts }: SourceError,
    { charges, isProbe }: HttpRequest,
    notBefore: Temporal.Instant | null,
  ): number {
    if (facts.noAnswer && !options.hasAnswered()) return 0;
    if (isProbe && facts.kind !== "quota") return 0;
    const saysWhen = facts.kind === "quota" && notBefore !== null;
    const isFew = !saysWhen && options.isScarce(charges);
    return isFew ? Math.min(1, options.maxRetries) : options.maxRetries;
  }

  return async (request) => {
    for (let tries = 0;; tries++) {
      const outcome = await attemptWithinQuota(request);
      if ("json" in outcome) {
        const { json, noNumbers } = outcome;
        if (noNumbers > 0) options.onNoNumbers(request.endpoint, noNumbers);
        return json;
      }
      const { error, again, notBefore } = outcome;
      if (!again || tries >= mostRetries(error, request, notBefore)) throw error;
      const { delaySeconds, random } = options;
      const pause = waitAfter({ tries, delaySeconds, notBefore, now: clock.now(), random });
      if (pause === null) throw error;
      await wait(pause, error);
    }
  };
}
