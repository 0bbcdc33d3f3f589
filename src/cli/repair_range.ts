import type { SiteFacts } from "../model/harvest.ts";
import type { Source } from "../source/source.ts";
import type { Wanted } from "../sync/wanted.ts";
import { UsageError } from "./failure.ts";

/**
 * What a repair asks for: of the days that were named, else of everything since the first day of any site, what
 * was never fetched. What is only ever bought for named days (the balance of a day from the overview, a
 * request each) is left out where none were. Throws UsageError where there is nothing to repair yet.
 */
export function repairOf(
  { from, to }: {
    readonly from: Temporal.PlainDate | null;
    readonly to: Temporal.PlainDate | null;
  },
  sites: readonly SiteFacts[],
  wanted: Wanted,
  source: Source,
  now: Temporal.Instant,
): { wanted: Wanted; source: Source } {
  if (sites.length === 0) throw new UsageError("no site is known yet. Run: seh sync");
  const utc = now.toZonedDateTimeISO("UTC").toPlainDate();
  const firstDays = sites.flatMap((one) => one.firstDay ?? []);
  const first = firstDays.length > 0
    ? firstDays.reduce((a, b) => Temporal.PlainDate.compare(a, b) < 0 ? a : b)
    : utc.subtract({ days: wanted.lookbackDays.energy });
  // East of Greenwich it is tomorrow already; nothing is asked for after now.
  const range = { from: from ?? first, to: to ?? utc.add({ days: 1 }) };
  const queries = from || to
    ? source.queries
    : source.queries.filter((one) => one.leastDays !== null);
  return { wanted: { ...wanted, range, onlyMissing: true }, source: { ...source, queries } };
}
