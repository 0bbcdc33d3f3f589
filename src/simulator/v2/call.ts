import type { Knowledge } from "../knowledge.ts";
import type { SiteModel } from "../site_model.ts";

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
export interface SecondQuirks {
  /** The site list is a bare array, as it was until 2024. */
  readonly bareSiteList: boolean;
  /** Powers and energies of telemetry come in thousands: `KW`, `KWH`. */
  readonly kiloTelemetry: boolean;
  /** The page of the grant gives `state` back. */
  readonly echoesState: boolean;
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
  readonly quirks: SecondQuirks;
}
