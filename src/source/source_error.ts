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
  | "body";

/** The facts of a request that failed; never contains a credential. */
export interface SourceErrorFacts {
  readonly kind: SourceErrorKind;
  /** The path without host and credentials: `/site/1/energy`. */
  readonly endpoint: string;
  readonly status?: number;
  /** What was wrong, in words, redacted. */
  readonly detail: string;
  /** What the person can do, where the kind alone does not tell; never contains a credential. */
  readonly remedy?: string;
  /** For `credentials`: the access to this site alone was refused; that to others is another matter. */
  readonly siteId?: number;
  /** For `quota`: when to try again, where it is known. */
  readonly retryAt?: Temporal.Instant;
  /** For `quota`: the server refused although our own count was below the limit. */
  readonly byOthers?: boolean;
}

/** The only error a Source throws. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly facts: SourceErrorFacts;

  constructor(facts: SourceErrorFacts) {
    super(`${facts.endpoint}: ${facts.detail}`);
    this.facts = facts;
  }

  get kind(): SourceErrorKind {
    return this.facts.kind;
  }
}
