import type { Knowledge } from "../knowledge.ts";
import type { SiteModel } from "../site_model.ts";
import type { SpanRefusal } from "../span_refusal.ts";

/** A site as a handler sees it, at the moment of the call. */
export interface CallSite {
  readonly model: SiteModel;
  readonly knowledge: Knowledge;
}

/** What an account may ask, the lowest first; the power flow begins with `business-pro`. */
export const tiers = [
  "free",
  "business-starter",
  "business-growth",
  "business-pro",
  "enterprise",
] as const;

export type Tier = typeof tiers[number];

/** Ways in which the server may differ from the usual; each has been met in the wild. */
export interface V2Quirks {
  /** The site list is a bare array, as it was until 2024. */
  readonly bareSiteList: boolean;
  /** Powers and energies of telemetry come in thousands: `KW`, `KWH`. */
  readonly kiloTelemetry: boolean;
  /** The page of the grant gives `state` back. */
  readonly echoesState: boolean;
}

/** The widest windows that series and telemetry take, and how a wider one is refused. */
export interface SpanLimits extends SpanRefusal {
  /** Hours between the ends of a window of quarter-hours, and of one of hours; fractions too. */
  readonly quarterHourHours: number;
  readonly hourHours: number;
  /** Days of the site's calendar between the ends of a window of days; longer buckets have no limit. */
  readonly dayDays: number;
}

/** A call that has passed the gate: a known credential, sites of that credential, within the limits. */
export interface Call {
  /** Epoch seconds. */
  readonly now: number;
  /** The site that the path names; for lists all sites of the account. */
  readonly sites: readonly CallSite[];
  readonly site: CallSite;
  /** Further parts of the path by name: `serial`, `serials`, `metric`. */
  readonly parts: Readonly<Record<string, string>>;
  readonly parameters: URLSearchParams;
  readonly tier: Tier;
  readonly quirks: V2Quirks;
  readonly spans: SpanLimits;
}
