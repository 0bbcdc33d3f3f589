import type { DataType } from "../model/data_type.ts";

/** What the user wants of a sync; everything the plan depends on beside what is known. */
export interface Wanted {
  /** `recent`: what is new, bounded by the lookbacks at first; `full`: the whole history too. */
  readonly depth: "recent" | "full";
  /** Null: every site that the newest site list named. */
  readonly siteIds: readonly number[] | null;
  readonly dataTypes: ReadonlySet<DataType>;
  /** Local dates, both included, to be fetched again whatever is known; null: what is missing. */
  readonly range: { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate } | null;
  /** Of a range only what is missing (a repair). */
  readonly onlyMissing?: boolean;
  readonly lookbackDays: { readonly energy: number; readonly power: number };
  readonly overlapMinutes: number;
  /** Whether spare quota buys history that an earlier full sync wanted. */
  readonly spareQuota: "spend" | "keep";
}
