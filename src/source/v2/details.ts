import type { Derivation } from "../../model/harvest.ts";
import { earlier, type Interval, later } from "../../model/interval.ts";
import type { AskedSite } from "../answer/asked_site.ts";

/** That the details of the whole site follow from these quarter-hours and others, for the time that they cover. */
export function detailsFrom(
  { siteId }: Pick<AskedSite, "siteId">,
  slots: readonly { readonly instant: Temporal.Instant; readonly end: Temporal.Instant }[],
  from: { readonly ofSite?: true } = {},
): Derivation[] {
  if (slots.length === 0) return [];
  const interval = slots.map(({ instant, end }): Interval => ({ start: instant, end }))
    .reduce((a, b) => ({ start: earlier(a.start, b.start), end: later(a.end, b.end) }));
  return [{ kind: "quarter-hours", siteId, interval, ...from }];
}
