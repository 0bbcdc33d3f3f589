import type { Clock } from "../../model/clock.ts";
import type { Send } from "./send.ts";

/** An answer as it came, whatever its status, with what was asked; free of credentials. */
export interface KeptAnswer {
  readonly at: Temporal.Instant;
  /** The path below the base URL. */
  readonly endpoint: string;
  /** The parameters, as they stood in the address. */
  readonly search: string;
  readonly status: number;
  /** What the source wrote down of its request; opaque here. */
  readonly asked: unknown;
  readonly text: string;
}

/** Keeps an answer; the function hides credentials in any text that is written. Never throws. */
export type KeepAnswer = (answer: KeptAnswer, redact: (text: string) => string) => void;

/** Hands every complete answer over to be kept: tries that are repeated and hops of redirects too. */
export function withArchive(
  send: Send,
  { keepAnswer, clock, redact }: {
    readonly keepAnswer: KeepAnswer;
    readonly clock: Pick<Clock, "now">;
    readonly redact: (text: string) => string;
  },
): Send {
  return async (request) => {
    const answer = await send(request);
    keepAnswer({
      at: clock.now(),
      endpoint: redact(request.endpoint),
      search: redact(request.url.search),
      status: answer.status,
      asked: request.asked ?? null,
      text: redact(answer.text),
    }, redact);
    return answer;
  };
}
