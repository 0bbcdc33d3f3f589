import type { Sorting } from "./site_sorting.ts";

/** What the user asked `seh status` for. */
export interface StatusOptions {
  /** Null: the sites of the settings, else all. */
  readonly siteIds: readonly number[] | null;
  readonly json: boolean;
  readonly maxAgeSeconds: number | null;
  /** A line for each site, however many there are. */
  readonly isList: boolean;
  /** Only the sites with trouble. */
  readonly onlyFailing: boolean;
  readonly sorting: Sorting | null;
}
