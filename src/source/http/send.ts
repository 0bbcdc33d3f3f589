import type { Charge, Remaining } from "../source.ts";

/** One request as it passes through the wrappers; the URL is without credentials until it leaves. */
export interface HttpRequest {
  /** The path below the base URL, for people. */
  readonly endpoint: string;
  readonly url: URL;
  readonly charges: readonly Charge[];
}

/** A complete answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What our own count left of the quota after this request; set by the quota wrapper. */
  readonly left?: Remaining;
}

/**
 * What every wrapper takes and gives: redirects, slots, quota and the transport itself.
 * Throws SourceError: `transport` where no answer came, `quota` where nothing was sent.
 */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;
