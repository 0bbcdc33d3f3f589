import type { DataType } from "../model/data_type.ts";
import type { Wanted } from "../sync/wanted.ts";
import type { OpenedSource } from "./open_source.ts";
import type { Session } from "./session.ts";

/** What the user asked `seh sync` for. */
export interface SyncOptions {
  readonly depth: Wanted["depth"];
  readonly siteIds: readonly number[] | null;
  readonly only: readonly DataType[] | null;
  readonly skip: readonly DataType[];
  readonly range: Wanted["range"];
  /** Of the whole past, or of these days, only what was never fetched. */
  readonly repair: {
    readonly from: Temporal.PlainDate | null;
    readonly to: Temporal.PlainDate | null;
  } | null;
  /** Costs are not asked about. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly maxRequests: number | null;
  readonly json: boolean;
}

/** Says of each named type of data that the source does not have it, and why. */
export function noteLacking(
  options: Pick<SyncOptions, "only">,
  { source }: OpenedSource,
  session: Session,
): void {
  for (const { dataType, reason } of source.lacks) {
    if (options.only?.includes(dataType)) session.note(`${dataType}: not available: ${reason}`);
  }
}
