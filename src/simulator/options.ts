import type { NumberStyle } from "./json_text.ts";
import type { LimitOptions } from "./limits.ts";
import type { SiteSpec } from "./site_spec.ts";
import type { DaylightSaving } from "./v1/buckets.ts";
import type { Quirks } from "./v1/call.ts";
import type { V2Options } from "./v2/v2.ts";

/** An instant, or epoch milliseconds. */
export type Moment = Temporal.Instant | number;

/** What a simulated server may be asked to do. */
export interface SimulatorOptions extends V2Options {
  readonly sites: readonly SiteSpec[];
  /** The time, as an instant or in epoch milliseconds; the machine's by default. */
  readonly now?: () => Moment;
  /** Port on 127.0.0.1; 0, the default, takes any free one. */
  readonly port?: number;
  /** What the server does with repeated and skipped hours; `96`, as recorded, by default. */
  readonly daylightSaving?: DaylightSaving | ((siteId: number) => DaylightSaving);
  /** The account's key; derived from the sites by default. */
  readonly apiKey?: string;
  /** How an unknown key is refused; 403 by default, 401 with problem details since 2026. */
  readonly invalidKeyStatus?: 401 | 403;
  readonly limits?: Partial<LimitOptions>;
  readonly quirks?: Partial<Quirks>;
  /** How measured numbers are written; `float` by default. */
  readonly numbers?: NumberStyle;
  /** Adds a key that no documentation knows to every object. */
  readonly extraKeys?: boolean;
  /** v1 is switched off: all of it answers 410. */
  readonly v1Retired?: boolean;
}
