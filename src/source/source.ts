import type { DataType } from "../model/data_type.ts";
import type { DeviceFacts, Harvest, SiteFacts } from "../model/harvest.ts";
import type { Interval } from "../model/interval.ts";
import type { TableName } from "../model/table.ts";
import type { Reason } from "./reason.ts";

/**
 * One generation of SolarEdge's API, or any other place that readings come from. What can be asked,
 * how wide, how often and at what cost are facts; the only thing it does is one request.
 */
export interface Source extends SourceFacts {
  /**
   * Sends one request and returns its rows. Spends quota before it sends.
   * Throws SourceError; nothing else.
   */
  fetch(request: PlannedRequest): Promise<Answer>;
  /** How much of the quota is left for a request now. */
  remaining(request: PlannedRequest): Promise<Remaining>;
}

/** What is known of a source without asking it. */
export interface SourceFacts {
  /** Stands in the `source` column of every reading: `v1`. */
  readonly name: string;
  readonly queries: readonly Query[];
  readonly quota: readonly QuotaWindow[];
  /** Data types that this source can never give, each with the reason. */
  readonly lacks: readonly { readonly dataType: DataType; readonly reason: string }[];
}

/**
 * What a query gives the engine beside its rows.
 * - `site-list`: which sites there are
 * - `first-day`: since when a site has data
 * - `last-update`: whether a site has reported anything new
 * - `totals`: the energy of days; where one has changed, the parts of that day are asked for again
 */
export type Role = "site-list" | "first-day" | "last-update" | "totals";

/** The time axis of a query that is asked for a window. */
export interface Axis {
  /**
   * The buckets of the answer: `samples` (moments of their own), a quarter-hour or hour in seconds, or
   * calendar units. Coverage ends where the bucket that was open at the site's last update begins.
   */
  readonly bucket: "samples" | 900 | 3600 | "day" | "month" | "year";
  /**
   * Widths of a request in hours, from the widest that any server has been seen to accept down to the
   * narrowest that is documented; null: no limit.
   */
  readonly ladder: readonly number[] | null;
  /** The devices sleep by night: their silence in the dark is no gap, and nothing fresh is asked then. */
  readonly sleeps?: true;
  /** Which lookback setting bounds the first plain sync. */
  readonly lookback: "energy" | "power";
  /** `ranges`: coverage is remembered; `whole`: always asked for the whole history in one request. */
  readonly keeps: "ranges" | "whole";
}

/** One thing that can be asked: a row of the source's table of endpoints. */
export interface Query {
  readonly name: string;
  readonly dataType: DataType;
  /** Types of data that come along, and that the query is asked for too. */
  readonly alsoFor?: readonly DataType[];
  readonly fills: readonly TableName[];
  /** Under which name coverage and sync state are remembered; shared by sources that fill the same rows. */
  readonly series: string;
  readonly scope: "account" | "site" | "device";
  /** For scope `device`: categories of the devices it is asked for. */
  readonly categories?: readonly string[];
  /** How many sites one request may name. */
  readonly maxSites: number;
  /**
   * At the least it is asked once in so many local days (a series: when a day has closed); null: only when
   * somebody names a range.
   */
  readonly leastDays: number | null;
  /** What newer values are worth to a person, 1 the most; absent: they wait until the day has closed. */
  readonly worth?: 1 | 2 | 3;
  /** Where a quota cannot pay for everything, lower tiers of all sites come before any site's higher ones. */
  readonly tier: number;
  readonly role?: Role;
  readonly axis?: Axis;
  /**
   * Its rows may follow from the answers for another series; whether they do is found for each site, by asking
   * for both and comparing.
   */
  readonly follows?: Follows;
  /** Asked only when one of these series is known to be there (sensor data only where sensors are listed). */
  readonly onlyWhereSensors?: true;
  /** For a list of sites: what it lacks is gone, because the list is kept here. */
  readonly isCertain?: true;
  /** Asked after the others of its site, because what they bring decides what its answer means. */
  readonly afterOthers?: true;
  charges(request: Pick<PlannedRequest, "sites">): readonly Charge[];
}

/** From what the rows of a query may follow. */
export interface Follows {
  readonly series: string;
  /** How they are worked out. */
  readonly kind: "site-power";
  /** Not where the site has a device of one of these categories: what it does may stand still for days. */
  readonly unless: readonly string[];
}

/**
 * - `due`: belongs to a complete harvest today
 * - `fresh`: what would be asked later anyway, sooner
 * - `history`: completes the past, may wait
 */
export type Necessity = "due" | "fresh" | "history";

/** A request that the engine has decided on. */
export interface PlannedRequest {
  readonly query: Query;
  /** Empty for scope `account`; several only where the query allows it, all of one time zone. */
  readonly sites: readonly SiteFacts[];
  readonly device?: DeviceFacts;
  readonly window?: Interval;
  readonly reason: Reason;
  readonly necessity: Necessity;
  /** A follow-up page, as a former Answer gave it; opaque to the engine. */
  readonly page?: unknown;
  /** Sent only to see whether anything useful answers: one try is enough. */
  readonly isProbe?: true;
}

/** The rows of one request, and the request for the next page where there is one. */
export interface Answer extends Harvest {
  readonly next?: PlannedRequest;
}

/** One unit of cost: so many requests from an allowance. */
export interface Charge {
  readonly allowance: string;
  readonly amount: number;
}

/** A limit: at most `amount` in each allowance whose name begins with `allowance`, per window. */
export interface QuotaWindow {
  readonly allowance: string;
  readonly amount: number;
  readonly per: "rolling-day" | "minute" | "billing-month";
}

/** What is left of the quota for a request, and when more of it frees. */
export interface Remaining {
  readonly requests: number;
  readonly limit: number;
  readonly freesAt: Temporal.Instant | null;
  /** When all of it is free again, for windows that end at a time of their own (a billing month). */
  readonly resetsAt?: Temporal.Instant;
}
