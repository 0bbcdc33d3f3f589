import type { Charge, Remaining } from "../source.ts";

/** One request as it passes through the wrappers; the URL is without credentials until it leaves. */
export interface HttpRequest {
  /** The path below the base URL, for people. */
  readonly endpoint: string;
  readonly url: URL;
  readonly charges: readonly Charge[];
  /** See `JsonRequest`. */
  readonly asked?: unknown;
  readonly isProbe?: true;
}

/** Renews the credential that a request was sent with; true if another try may help. Throws SourceError. */
export type Renew = () => Promise<boolean>;

/**
 * Adds the credential to the address or the headers of a request that is about to leave. The result, where
 * there is one, is called if the server refuses that very credential (401). Throws SourceError.
 */
export type Authorize = (url: URL, headers: Headers) => void | Promise<void | Renew>;

/** A complete answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What our own count left of the quota after this request; set by the quota wrapper. */
  readonly left?: Remaining;
  /** For an answer that refuses the credential: see `Authorize`; set by the transport. */
  readonly renew?: Renew;
}

/**
 * What every wrapper takes and gives: redirects, slots, quota and the transport itself.
 * Throws SourceError: `transport` where no answer came, `quota` where nothing was sent.
 */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;
