import type { Rank } from "../database/rewrites.ts";
import type { DataType } from "../model/data_type.ts";
import type { Range } from "../model/coverage.ts";
import type { TableRows } from "../model/harvest.ts";
import type { ImportedSource } from "../model/sources.ts";

/**
 * What a reader of an import hands over, part by part:
 * - `rows`: of our tables; what they may do to stored ones says `rank`
 * - `covered`: ranges whose values are sure, so that they need not be fetched again
 * - `note`: worth knowing
 * - `dropped`: things of the source that have no place here
 * - `bad`: a line or value that cannot be what it should be, left out
 */
export type ImportEvent =
  | { readonly kind: "rows"; readonly rows: TableRows; readonly rank: Rank }
  | Covered
  | { readonly kind: "note"; readonly text: string }
  | {
    readonly kind: "dropped";
    readonly what: string;
    readonly count: number;
    readonly why: string;
    /** A person can help: the import is not whole. */
    readonly isTrouble?: true;
  }
  | { readonly kind: "bad"; readonly line: number | null; readonly text: string };

/** Ranges of one series of a site or device that count as fetched, at a moment in epoch seconds. */
export interface Covered {
  readonly kind: "covered";
  readonly siteId: number;
  readonly series: string;
  readonly dataType: DataType;
  readonly deviceKey: string;
  readonly ranges: readonly Range[];
  readonly fetchedAt: number;
}

/** What a reader wants to know of the harvest that it reads for, and what it passes on to others. */
export interface ImportContext {
  readonly now: Temporal.Instant;
  /** The zone of a site: as a person has set it, as the harvest or the source knows it; null: unknown. */
  zoneOf(siteId: number): string | null;
  /** A source that names a site's zone says so here, for those that come after. */
  learnZone(siteId: number, zone: string): void;
  /** Devices of the harvest. */
  readonly devices: readonly ImportDevice[];
  /** What its meters count, a direction each. */
  readonly meters: readonly ImportMeter[];
  /** A source that names a device says so here. */
  learnDevice(device: ImportDevice): void;
  /**
   * By series, from which time to which a file has values: there the values of files that are read later only
   * fill gaps.
   */
  readonly claims: Map<string, { readonly first: string; readonly last: string }[]>;
  /** Sites of the harvest, by number and name. */
  readonly siteNames: ReadonlyMap<number, string | null>;
}

/** A device as the names of columns are matched with it. */
export interface ImportDevice {
  readonly siteId: number;
  readonly deviceKey: string;
  readonly name: string | null;
  /** inverter, meter, battery …; null while unknown. */
  readonly category: string | null;
}

/** A direction that a meter counts. */
export interface ImportMeter {
  readonly siteId: number;
  readonly deviceKey: string;
  /** Production, Consumption, FeedIn or Purchased. */
  readonly meterType: string;
}

/** One thing that can be imported, recognised and open for reading. */
export interface ImportReader {
  /** What it is, for people: `a database of the Python tool`. */
  readonly what: string;
  readonly source: ImportedSource;
  /**
   * The lowest is read first: what names zones and devices before what needs them; of the portal's files those
   * first whose data reach further.
   */
  readonly order: number;
  /** Rows that reading will give, as far as that is known beforehand. */
  readonly expected: number | null;
  read(context: ImportContext): AsyncIterable<ImportEvent>;
  close(): Promise<void>;
}

/** A source that cannot be imported, in words for people: what it is, and what to do. */
export class ImportRefusal extends Error {
  override readonly name = "ImportRefusal";
}
