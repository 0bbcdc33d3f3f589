import { SourceError } from "../source_error.ts";
import type { Authorize, HttpAnswer, HttpRequest, Send } from "./send.ts";

/** What is told of every request that was sent, for logs and counts; free of credentials. */
export interface Exchange {
  readonly endpoint: string;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly milliseconds: number;
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
  readonly onExchange: (exchange: Exchange) => void;
}): Send {
  return async (request) => {
    const url = new URL(request.url);
    const headers = new Headers({
      "accept": "application/json",
      "user-agent": options.userAgent,
    });
    const renew = await options.authorize(url, headers) ?? undefined;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), options.timeoutSeconds * 1000);
    const started = performance.now();
    let status: number | null = null;
    try {
      options.onSend();
      using client = unpooled();
      const response = await fetch(url, {
        client,
        headers,
        redirect: "manual",
        signal: AbortSignal.any([timeout.signal, options.stop]),
      });
      const answer: HttpAnswer = {
        status: response.status,
        headers: response.headers,
        text: await response.text(),
        renew,
      };
      status = response.status;
      return answer;
    } catch (error) {
      throw noAnswer(
        request,
        options.stop.aborted
          ? "stopped before the answer came"
          : timeout.signal.aborted
          ? `no complete answer within ${options.timeoutSeconds} s`
          : reasonOf(error),
      );
    } finally {
      clearTimeout(timer);
      options.onExchange({
        endpoint: request.endpoint,
        status,
        milliseconds: Math.round(performance.now() - started),
      });
    }
  };
}

/**
 * A connection of one request's own. On a kept one that breaks before the answer, the runtime sends the
 * request again by itself: uncounted, and fatal for a credential that is good for one use.
 */
export function unpooled(): Deno.HttpClient {
  return Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
}

function noAnswer(request: HttpRequest, detail: string): SourceError {
  return new SourceError({ kind: "transport", endpoint: request.endpoint, detail });
}

/** The end of the runtime's sentence, which names the reason; its beginning names the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the connection failed";
  const text = error.cause instanceof Error ? error.cause.message : error.message;
  const reason = /client error \(\w+\): (.*)$/s.exec(text)?.[1] ?? text;
  return reason.includes("://") ? "the connection failed" : reason;
}
