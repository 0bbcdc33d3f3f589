import type { QuotaWindow } from "../source.ts";
import { SourceError } from "../source_error.ts";
import type { IsPeriodSpent } from "./outcome.ts";
import type { Quota, ReadServerCount, Receipt, Spending } from "./quota.ts";
import type { HttpAnswer, HttpRequest, Send } from "./send.ts";
import { StateFileError } from "./state_file.ts";

/**
 * Spends the quota before each request, and refuses with a SourceError of kind `quota` when it is spent. What
 * is proved not to have left is given back.
 */
export function withQuota(
  quota: Quota,
  send: Send,
  options: {
    readonly readServerCount?: ReadServerCount;
    readonly isPeriodSpent?: IsPeriodSpent;
    /** Called with how many calls of other programs an answer has brought to light. */
    readonly onOthers?: (calls: number) => void;
    /** Called when a month that the server had called spent is answered before it ends by our count. */
    readonly onEarlyMonth?: (ourEnd: Temporal.Instant) => void;
  } = {},
): Send {
  return async (request) => {
    const spending = await quota.spend(request.charges);
    if (!spending.granted) throw refusal(spending, request);
    const { receipt, left } = spending;
    const answer = await sendOrGiveBack(request, receipt);
    const serverCount = options.readServerCount?.(answer.headers) ?? null;
    const others = serverCount ? await quota.learn(serverCount, receipt) : 0;
    if (others > 0) options.onOthers?.(others);
    await rememberMonth(answer, receipt);
    return { ...answer, left };
  };

  async function sendOrGiveBack(request: HttpRequest, receipt: Receipt): Promise<HttpAnswer> {
    let answer: HttpAnswer;
    try {
      answer = await send(request);
    } catch (error) {
      // Other errors than a SourceError come from adding the credential: nothing was sent.
      const wasSent = error instanceof SourceError && error.facts.sent;
      if (wasSent) await isOver(receipt);
      else await quota.giveBack(receipt);
      throw error;
    }
    await isOver(receipt);
    return answer;
  }

  /** An answer is not lost over a file: without this the request counts until its time-out, which is safe. */
  async function isOver(receipt: Receipt): Promise<void> {
    try {
      await quota.isOver(receipt);
    } catch (error) {
      if (!(error instanceof StateFileError)) throw error;
    }
  }

  async function rememberMonth({ status, headers }: HttpAnswer, receipt: Receipt): Promise<void> {
    if (status === 429) {
      if (options.isPeriodSpent?.(headers)) await quota.monthIsRefused();
    } else if (receipt.isTrial && saysSomethingOfTheQuota(status)) {
      const ourEnd = await quota.monthIsAnswered();
      if (ourEnd) options.onEarlyMonth?.(ourEnd);
    }
  }
}

/** Servers in trouble answer before they count, and credentials are looked at before the quota is. */
function saysSomethingOfTheQuota(status: number): boolean {
  return status < 500 && status !== 401;
}

function refusal(
  { window, freesAt, refusedUntil }: Extract<Spending, { granted: false }>,
  { endpoint }: HttpRequest,
): SourceError {
  const facts = { kind: "quota", endpoint, sent: false, noAnswer: true } as const;
  if (!refusedUntil) {
    return new SourceError({
      ...facts,
      detail: `SolarEdge allows ${allowanceText(window)}, and they are used up`,
      spentWindow: window,
      retryAt: freesAt ?? undefined,
    });
  }
  const date = refusedUntil.toString().slice(0, 10);
  return new SourceError({
    ...facts,
    byOthers: true,
    detail:
      "the server calls the credits of this month spent, though seh has counted fewer; it is asked " +
      "once a day until it answers",
    retryAt: freesAt ?? undefined,
    remedy: "Another program may be using the same credits. If the server answers again before " +
      `${date}, the month begins on another day than SEH_API_BILLING_DAY says: correct it. ` +
      "Nothing is lost.",
  });
}

/** `10 requests a minute`; SolarEdge counts credits where it counts by the month. */
export function allowanceText({ amount, per }: Pick<QuotaWindow, "amount" | "per">): string {
  return `${amount.toLocaleString("en-US")} ${perWords[per]}`;
}

const perWords = {
  "rolling-day": "requests in 24 hours",
  "minute": "requests a minute",
  "billing-month": "credits in a billing month",
} as const;
