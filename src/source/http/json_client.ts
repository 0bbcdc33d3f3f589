import type { Charge, Remaining } from "../source.ts";

/** A GET for JSON. The credential is added by the client and never part of it. */
export interface JsonRequest {
  /** Path below the base URL: `/site/1/energy`. */
  readonly path: string;
  /** A list is sent as one parameter for each of its values. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly charges: readonly Charge[];
  /** What the archive writes down beside the answer, as JSON. */
  readonly asked?: unknown;
  /** Not worth another try, unless a limit is the reason. */
  readonly isProbe?: true;
}

/** Sends requests within the quota; the only thing of the network that a source sees. */
export interface JsonClient {
  /**
   * The parsed body of a successful answer. Charges the quota before sending, once per try; waits for a
   * free place among the requests in flight; retries what is worth it.
   * Throws SourceError and nothing else.
   */
  getJson(request: JsonRequest): Promise<unknown>;
  /** What the quota still allows for such charges: the scarcest of their allowances. */
  remaining(charges: readonly Charge[]): Promise<Remaining>;
  /** Requests sent by this process so far, retries included. */
  readonly sent: number;
}
