import type { Range, RangeState } from "../model/coverage.ts";
import type { Absence, Compared, Derivation, Harvest, Known, Spent } from "../model/harvest.ts";
import type { DataType } from "../model/data_type.ts";
import type { PackedColumn } from "../model/packed_column.ts";
import type { TableName, Value } from "../model/table.ts";
import type { AskedPage, Stop } from "./ask.ts";
import type { Question } from "./questions.ts";
import type { Rank } from "./rewrites.ts";

/** Fetched data, ready to be stored with all that must be stored together. */
export interface Delivery {
  /** The source that answered; stands in the `source` column of readings. */
  readonly source: string;
  readonly series: string;
  readonly dataType: DataType;
  readonly harvest: Pick<Harvest, "rows">;
  readonly ranges: readonly AskedRange[];
  readonly marks: readonly MarkChange[];
  readonly fetchedAt: Temporal.Instant;
  /** Hand over the old values of changed readings and keep them in `revisions`. */
  readonly keepRevisions?: boolean;
  /**
   * Series that hold the parts of the days whose totals this delivery brings: where a total differs from the one
   * known before, what is known of that day in these series is stale.
   */
  readonly totalsOf?: readonly string[];
  /** Requests to be counted with the delivery. */
  readonly spent?: readonly Spent[];
  /** What is known from the same answer of other series, whose rows are among those that are worked out. */
  readonly also?: readonly Pick<Delivery, "series" | "dataType" | "ranges" | "marks">[];
  /** What is worked out from stored rows after these are saved, in the same transaction. */
  readonly derive?: readonly Derivation[];
  /**
   * What its readings may do to those that are stored; absent: an answer of an API. Rows of a filling import may
   * bring `source` and `updated_at`, which a row that is inserted keeps.
   */
  readonly rank?: Rank;
  /** Zones that a person has set for sites, believed at once whatever the source says. */
  readonly timeZones?: ReadonlyMap<number, string>;
}

/** A range that was asked for, and what came of it. */
export interface AskedRange extends Range {
  readonly siteId: number;
  readonly deviceKey: string;
  readonly state: RangeState;
  /** Epoch seconds; null or absent: not known. */
  readonly reportedAt?: number | null;
}

/** What changes in one row of `sync_metadata`; an absent field stays as it is, null erases it. */
export interface MarkChange {
  readonly siteId: number;
  readonly deviceKey: string;
  readonly lastSuccess?: Temporal.Instant;
  readonly lastUpdateLabel?: string | null;
  readonly newestData?: Temporal.Instant;
  /** The stored value becomes the earlier of the two. */
  readonly wantedFrom?: Temporal.Instant;
  readonly unavailable?:
    | (Omit<Absence, "siteId" | "deviceKey"> & { since: Temporal.Instant })
    | null;
  readonly spanSeconds?: number | null;
  readonly spanDoubtSeconds?: number | null;
  readonly spanAt?: Temporal.Instant | null;
  readonly askedUntil?: Temporal.Instant;
  readonly delivered?: Temporal.Instant;
  /** A failure is counted; null ends the row of failures. */
  readonly error?: { at: Temporal.Instant; text: string } | null;
  /** What came and could not be stored in its place, of an answer that is a success otherwise; no failure is counted. */
  readonly lost?: { at: Temporal.Instant; text: string };
  /** Days on which the server denied it, and the last of them; null: none. */
  readonly doubt?: { at: Temporal.Instant; days: number } | null;
}

/** What saving did; rows that were derived count like rows that were sent. */
export interface Saved {
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Old values of changed readings, when asked for. */
  readonly revised: readonly Revision[];
  /** Sites whose time zone was corrected, with what that did to their readings. */
  readonly rezoned: readonly Rezoned[];
  /** What was found by the comparisons that were asked for. */
  readonly compared: readonly Compared[];
}

/** A site whose keys were rebuilt from its wall clock, those of sources that send no offsets. */
export interface Rezoned {
  readonly siteId: number;
  readonly from: string;
  readonly to: string;
  readonly moved: number;
  /**
   * Readings at times that the new zone does not have, or has once where the old one had two, or at which
   * another reading stands; kept as revisions.
   */
  readonly dropped: number;
}

export interface Revision {
  readonly table: TableName;
  readonly key: readonly Value[];
  readonly old: Readonly<Record<string, Value>>;
}

/** What `init-db` reports. */
export interface MigrationReport {
  readonly applied: readonly string[];
  readonly version: number;
  readonly views: number;
  /** Tables of the Python tool stand in the same place. */
  readonly isShared: boolean;
}

/** Who holds the lock. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly since: Temporal.Instant;
}

/** The lock against two syncs of one database. */
export interface DatabaseLock extends AsyncDisposable {
  /** Aborts when the lock was lost, for example with its connection: the run must end. */
  readonly lost: AbortSignal;
}

/** Which rows an export wants. Dates are local dates of each row's site, the end included. */
export interface Selection {
  readonly table: TableName;
  readonly siteIds?: readonly number[];
  readonly start?: Temporal.PlainDate;
  readonly end?: Temporal.PlainDate;
  readonly serial?: string;
  /** DAY, MONTH or YEAR, for tables that hold several. */
  readonly timeUnit?: string;
  /** Only rows whose key comes after this one: a value for each column of the table's key. */
  readonly after?: readonly Value[];
}

/** Where times are looked at. */
export interface TimesOf {
  readonly table: TableName;
  /** Without them: all. */
  readonly siteIds?: readonly number[];
  /** Local days: of a table with instants only what lies near them, or nowhere in time. */
  readonly start?: Temporal.PlainDate;
  readonly end?: Temporal.PlainDate;
}

/** Reads as of the moment at which it was made. */
export interface Reader extends AsyncDisposable {
  /** See `Database.read`; one selection at a time. */
  read(selection: Selection): AsyncIterable<readonly (readonly Value[])[]>;
  /** See `Database.readColumns`; likewise. */
  readColumns(
    selection: Selection,
    columns: readonly (PackedColumn | null)[],
  ): AsyncIterable<number>;
}

/** Whole rows of one table: every column, in the order of the table's facts, as `read` gives them. */
export interface RawRows {
  readonly table: TableName;
  readonly rows: readonly (readonly Value[])[];
}

/** A run as it is remembered. */
export interface RunRecord {
  readonly runId: string;
  readonly holder: Holder;
  readonly finished?: {
    readonly at: Temporal.Instant;
    readonly exitCode: number;
    readonly requests: number;
    readonly inserted: number;
    readonly changed: number;
    readonly summary: string;
  };
}

/** What a copy of a database file holds. */
export interface FileCopy {
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A user's own database, whatever its kind. Every method throws DatabaseError and nothing else. */
export interface Database {
  /** sqlite, postgres or mariadb: for people and diagnostics, never to branch on. */
  readonly dialect: string;
  /** Address without password, for people. */
  readonly address: string;
  /**
   * Creates or upgrades tables and views; safe to repeat and to run twice at once. Views that stand as this version
   * makes them are left alone, unless they are to be made `always`.
   */
  migrate(views?: "always" | "changed"): Promise<MigrationReport>;
  /** `empty`: nothing of ours; `current`; `behind`: migrate first. Throws for foreign and newer ones. */
  state(): Promise<"empty" | "behind" | "current">;
  /** What is known of these sites (all when absent). */
  known(siteIds?: readonly number[]): Promise<Known>;
  /** Rows, coverage and marks in one transaction: all or nothing. */
  save(delivery: Delivery): Promise<Saved>;
  /**
   * Puts whole rows into a table of any kind, exactly as given, in one transaction: a row whose key is not
   * there is inserted, one whose key is there gets every value, NULL included. None of the rules of `save`
   * apply: `source`, `last_seen` and `updated_at` are values like the others, no revision is kept, no
   * zone corrected. A dialect takes the rows through `wholeRows`, which checks, sorts and de-duplicates
   * them. Gives the number of rows written.
   */
  write(rows: RawRows): Promise<number>;
  /** Likewise, instead of all that these tables hold: they are emptied in the same transaction. */
  replace(tables: readonly RawRows[]): Promise<void>;
  /**
   * Rows of a table, those of the engine included, in key order (texts by their UTF-8 bytes), all its
   * columns in the order of its facts, in pages: constant memory.
   */
  read(selection: Selection): AsyncIterable<readonly (readonly Value[])[]>;
  /**
   * The same rows, added to columns: one for each of the table's in the order of its facts, null where it is not
   * wanted. Gives how many have come each time that some have; the columns may be cleared then: constant memory.
   */
  readColumns(
    selection: Selection,
    columns: readonly (PackedColumn | null)[],
  ): AsyncIterable<number>;
  /** For many selections, one after the other: all of one moment, on one connection. Dispose of it. */
  reader(): Promise<Reader>;
  /** The answer to a question of the program; parameters by name, see `questionOf`. */
  query(
    question: Question,
    parameters?: Readonly<Record<string, Value>>,
  ): Promise<Readonly<Record<string, Value>>[]>;
  /**
   * The answer to a statement that a person wrote, page by page, through a connection of its own on which the
   * database itself refuses to write. Throws StatementRefused too.
   */
  ask(sql: string, stop: Stop): AsyncIterable<AskedPage>;
  /** See `unreadableTime` of `unreadable.ts`. Throws DatabaseError. */
  unreadableTime(where?: TimesOf): Promise<string | null>;
  /** Size of the database in bytes; null where it cannot be known. */
  size(): Promise<number | null>;
  /**
   * Writes a checked copy into a new file, as the database is at one moment, while others go on writing; null where
   * the tools of a server do that.
   */
  readonly copyTo: ((path: string) => Promise<FileCopy>) | null;
  recordRun(run: RunRecord): Promise<void>;
  /** Held until disposed or the process dies. Throws LockedError with the holder. */
  lock(holder: Holder): Promise<DatabaseLock>;
  close(): Promise<void>;
}
