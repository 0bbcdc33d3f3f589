import type { DataType } from "./data_type.ts";
import type { FetchedRange, SeriesKey } from "./coverage.ts";
import type { Interval } from "./interval.ts";
import type { TableName, Value } from "./table.ts";

/** Rows for one table. `columns` holds the whole key and any of the other columns of the table. */
export interface TableRows {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** A range that was asked for: `covered` (values are there) or `empty` (the server had nothing yet). */
export interface AnsweredRange {
  readonly siteId: number;
  /** Empty for what belongs to the whole site. */
  readonly deviceKey: string;
  readonly interval: Interval;
  readonly state: "covered" | "empty";
}

/** What these credentials or this site do not have: no error, remembered and asked again later. */
export interface Absence {
  readonly siteId: number;
  readonly deviceKey: string;
  readonly reason: string;
  /** The answer listed no entry of the series: that means something only where the series has delivered. */
  readonly isUnlisted?: true;
}

/** Something worth knowing about an answer that was accepted (never contains a secret). */
export interface Note {
  readonly siteId: number;
  readonly text: string;
  /**
   * `loss`: something that the site has measured could not be stored in its place; `warning`: something in the
   * answer cannot be right, and the rest is stored; `info`: worth knowing.
   */
  readonly level: "loss" | "warning" | "info";
}

/**
 * What follows from stored rows that several answers brought, for one site and a part of its time; worked out
 * again after each of them.
 * - `quarter-hours`: `power_details` and `energy_details` from the readings of meters and inverters
 * - `site-power`: `power_readings` from those of the inverters; `compared`: held against what is stored, and
 *   nothing written
 * - `day-balance`: where the energy of whole days came from and went, in `energy_readings`
 */
export type Derivation =
  | {
    readonly kind: "quarter-hours";
    readonly siteId: number;
    readonly interval: Interval;
    /** Only the power of the whole site is new: where that does not count, nothing follows. */
    readonly ofSite?: true;
  }
  | {
    readonly kind: "site-power";
    readonly siteId: number;
    readonly interval: Interval;
    readonly compared?: true;
  }
  | {
    readonly kind: "day-balance";
    readonly siteId: number;
    readonly first: Temporal.PlainDate;
    readonly last: Temporal.PlainDate;
  };

/** What a comparison of quarter-hours found. */
export interface Compared {
  /** Those with light. By night all values are zero, and agreeing means nothing. */
  readonly lit: number;
  readonly different: number;
}

/** What one request brought. */
export interface Harvest {
  readonly rows: readonly TableRows[];
  readonly ranges: readonly AnsweredRange[];
  readonly absent: readonly Absence[];
  readonly notes: readonly Note[];
  /** What is to be worked out from these rows and those of other answers. */
  readonly derive?: readonly Derivation[];
  /**
   * How the values of the answer show that shares of its one site come; absent where they do not show it for
   * certain.
   */
  readonly shareFactor?: ShareFactor;
}

/** A site as the planner and the sources see it. */
export interface SiteFacts {
  readonly siteId: number;
  readonly name: string | null;
  /** IANA zone; null until the site list or the details name it. */
  readonly timeZone: string | null;
  /** The site's last update, as the API wrote it and as an instant; null until it is known. */
  readonly lastUpdateLabel: string | null;
  readonly lastUpdate: Temporal.Instant | null;
  /** First local day with data; null until it is known or when the site never transmitted. */
  readonly firstDay: Temporal.PlainDate | null;
  /** When a site list last named it. */
  readonly lastSeen: Temporal.Instant;
  /** What a share of its batteries is multiplied by to be a percentage, where an answer has shown it. */
  readonly shareFactor?: ShareFactor;
}

/** 1: shares come as percentages; 100: as fractions of 1. */
export type ShareFactor = 1 | 100;

/** A device as the planner and the sources see it. */
export interface DeviceFacts {
  readonly siteId: number;
  readonly deviceKey: string;
  readonly serialNumber: string;
  /** inverter, third-party-inverter, meter, gateway, battery, optimizer, sensor; null while unknown. */
  readonly category: string | null;
  /** When the server last listed it. */
  readonly lastSeen: Temporal.Instant;
}

/** What is known of one series of a site or device (a row of `sync_metadata`). */
export interface Mark {
  readonly siteId: number;
  readonly series: string;
  readonly deviceKey: string;
  readonly dataType: DataType;
  readonly lastSuccess: Temporal.Instant | null;
  /** The site's last update as it was known when the series was last fetched. */
  readonly lastUpdateLabel: string | null;
  readonly wantedFrom: Temporal.Instant | null;
  readonly unavailableSince: Temporal.Instant | null;
  readonly unavailableReason: string | null;
  readonly spanSeconds: number | null;
  readonly lastErrorAt: Temporal.Instant | null;
  /** Without `failures`: what the last answer held and could not be stored. */
  readonly lastError: string | null;
  /** Newest value stored. */
  readonly newestData: Temporal.Instant | null;
  /** Up to when the newest request has asked, as far as uploads may be expected. */
  readonly askedUntil: Temporal.Instant | null;
  /** When an answer last had anything. */
  readonly delivered: Temporal.Instant | null;
  /** Failures in a row, and since when. */
  readonly failures: number;
  readonly failingSince: Temporal.Instant | null;
  /** Days on which the server said that there is no such thing, and the last of them. */
  readonly doubts: number;
  readonly doubtedAt: Temporal.Instant | null;
  /**
   * Where the mark is of a query, not of a series: a width that was refused without a reason, and when that or
   * `spanSeconds` was learned.
   */
  readonly spanDoubtSeconds: number | null;
  readonly spanAt: Temporal.Instant | null;
}

/** A remembered range (a row of `coverage`). */
export interface Coverage extends SeriesKey, FetchedRange {}

/** Requests of one purpose in one hour (a row of `spending`). */
export interface Spent {
  readonly allowance: string;
  /** Epoch seconds at which the hour begins. */
  readonly hour: number;
  readonly purpose: Purpose;
  readonly requests: number;
}

/** What a request is for, as far as shares of a quota go. */
export type Purpose = "due" | "fresh" | "history" | "repeat";

/** Everything the planner needs of what is in the database. */
export interface Known {
  readonly sites: readonly SiteFacts[];
  readonly devices: readonly DeviceFacts[];
  readonly marks: readonly Mark[];
  readonly coverage: readonly Coverage[];
  /** Of the last day and a half. */
  readonly spent: readonly Spent[];
}
