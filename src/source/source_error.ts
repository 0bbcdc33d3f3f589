import type { QuotaWindow } from "./source.ts";

/**
 * - `credentials`: the key was refused
 * - `forbidden`: this resource or window is refused to these credentials (the engine decides what it means)
 * - `unavailable`: the resource does not exist here
 * - `rejected`: the request was refused as wrong (400 and other 4xx)
 * - `quota`: the quota is spent, ours or the server's
 * - `retired`: SolarEdge has switched the endpoint off (410)
 * - `state`: a file of the program's own, which it cannot do without, cannot be used
 * - `transport`: timeouts, resets, 5xx, after the retries
 * - `body`: an answer that is not what the contract promises
 * - `interrupted`: ended by the person or by closing the client, whatever it was waiting for; no failure
 */
export type SourceErrorKind =
  | "credentials"
  | "forbidden"
  | "unavailable"
  | "rejected"
  | "quota"
  | "retired"
  | "state"
  | "transport"
  | "body"
  | "interrupted";

/** The facts of a request that failed; never contains a credential. */
export interface SourceErrorFacts {
  readonly kind: SourceErrorKind;
  /** The path without host and credentials: `/site/1/energy`. */
  readonly endpoint: string;
  readonly status?: number;
  /** What was wrong, in words, redacted. */
  readonly detail: string;
  /** What the person can do, where the kind alone does not say; never contains a credential. */
  readonly remedy?: string;
  /** For `credentials`: the access to this site alone was refused; that to others is another matter. */
  readonly siteId?: number;
  /** For `quota`: when to try again, where it is known. */
  readonly retryAt?: Temporal.Instant;
  /** For `quota`: what is used up, where our own count says so. */
  readonly spentWindow?: Pick<QuotaWindow, "amount" | "per">;
  /** For `quota`: the server refused although our own count was below the limit. */
  readonly byOthers?: boolean;
  /**
   * False only where it is proved that the last try did not leave this machine: no name, no connection, no
   * TLS, no proxy, refused by our own count, stopped in the queue. A timeout or a reset proves nothing.
   */
  readonly sent: boolean;
  /** No HTTP answer at all came: unsent, timed out or broken off before its first line. */
  readonly noAnswer: boolean;
  /** A refusal whose body is a web page: the word of something in between, not of the API. */
  readonly isPage: boolean;
  /** What a refusal says, of a web page its sentences too: redacted, one line, of 500 characters at most. */
  readonly words: string;
}

/** What an error is made from: facts that are seldom other than usual may be left out. */
export type SourceErrorInput =
  & Omit<SourceErrorFacts, "sent" | "noAnswer" | "isPage" | "words">
  & Partial<SourceErrorFacts>;

/** The only error a Source throws. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly facts: SourceErrorFacts;

  /** Left out: it was sent, something answered, and that was no page. */
  constructor(facts: SourceErrorInput) {
    super(`${facts.endpoint}: ${facts.detail}`);
    this.facts = { sent: true, noAnswer: false, isPage: false, words: "", ...facts };
  }

  get kind(): SourceErrorKind {
    return this.facts.kind;
  }
}
