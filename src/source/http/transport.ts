import { SourceError, type SourceErrorFacts } from "../source_error.ts";
import { readText, UnreadableBody } from "./body_text.ts";
import { connectionFailure } from "./connection_failure.ts";
import type { Authorize, HttpAnswer, Renew, Send } from "./send.ts";

/** What is known of every request that was sent, for logs and counts; free of credentials. */
export interface Exchange {
  readonly endpoint: string;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly milliseconds: number;
  /** What the answer says of its own time (the header `date`); null where it says nothing. */
  readonly serverDate: string | null;
}

/**
 * The innermost `send`: one request over the network, answered in full (headers and body) within the
 * timeout or failed with a SourceError of kind `transport`. Redirects are handed back, not followed.
 * Here alone are the credentials added. The runtime's own errors quote the whole address with the key,
 * so none of them passes.
 */
export function createTransport(options: {
  readonly authorize: Authorize;
  readonly userAgent: string;
  readonly timeoutSeconds: number;
  /** Ends what is in flight. */
  readonly stop: AbortSignal;
  readonly onSend: () => void;
  /** After `onSend`: it turned out that the request did not leave this machine. */
  readonly onUnsent: () => void;
  /** Something at the other end speaks HTTP. */
  readonly onAnswer: () => void;
  readonly onExchange: (exchange: Exchange) => void;
}): Send {
  return async (request) => {
    const url = new URL(request.url);
    const headers = new Headers({
      "accept": "application/json",
      "user-agent": options.userAgent,
    });
    const renew = await authorized(() => options.authorize(url, headers));
    const { endpoint } = request;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), options.timeoutSeconds * 1000);
    const started = performance.now();
    let status: number | null = null;
    let httpStatus: number | undefined;
    let serverDate: string | null = null;
    try {
      if (options.stop.aborted) throw stopped(endpoint, { sent: false, noAnswer: true });
      options.onSend();
      using client = unpooled();
      const response = await fetch(url, {
        client,
        headers,
        redirect: "manual",
        signal: AbortSignal.any([timeout.signal, options.stop]),
      });
      httpStatus = response.status;
      serverDate = response.headers.get("date");
      options.onAnswer();
      const answer: HttpAnswer = {
        status: response.status,
        headers: response.headers,
        text: await readText(response),
        renew,
      };
      status = response.status;
      return answer;
    } catch (error) {
      if (error instanceof SourceError) throw error;
      const noAnswer = httpStatus === undefined;
      if (options.stop.aborted) throw stopped(endpoint, { sent: true, noAnswer });
      if (timeout.signal.aborted) {
        const detail = `no complete answer within ${options.timeoutSeconds} s`;
        throw new SourceError({ kind: "transport", endpoint, detail, noAnswer });
      }
      if (error instanceof UnreadableBody) {
        const detail = `HTTP ${httpStatus} with ${error.message}`;
        throw new SourceError({ kind: "body", endpoint, status: httpStatus, detail });
      }
      const failure = connectionFailure(error);
      if (!failure.sent) options.onUnsent();
      throw new SourceError({ kind: "transport", endpoint, noAnswer, ...failure });
    } finally {
      clearTimeout(timer);
      options.onExchange({
        endpoint,
        status,
        milliseconds: Math.round(performance.now() - started),
        serverDate,
      });
    }
  };
}

/** Where there is no credential to send with, nothing was sent, whatever the error says of its own requests. */
async function authorized(authorize: () => ReturnType<Authorize>): Promise<Renew | undefined> {
  try {
    return await authorize() ?? undefined;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new SourceError({ ...error.facts, sent: false });
  }
}

function stopped(
  endpoint: string,
  facts: Pick<SourceErrorFacts, "sent" | "noAnswer">,
): SourceError {
  const detail = facts.sent ? "stopped before the answer came" : "stopped before it was sent";
  return new SourceError({ kind: "interrupted", endpoint, detail, ...facts });
}

/**
 * A connection of one request's own. On a kept one that breaks before the answer, the runtime sends the
 * request again by itself: uncounted, and fatal for a credential that is good for one use.
 */
export function unpooled(): Deno.HttpClient {
  return Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
}
