import type { Derivation } from "../../model/harvest.ts";
import { earlier, type Interval, later } from "../../model/interval.ts";
import type { AskedSite } from "../answer/asked_site.ts";
import type { MeasuredDevice } from "./telemetry.ts";

/** That the details of the whole site follow from these devices, for the time that they cover. */
export function detailsFrom(
  { siteId }: AskedSite,
  devices: readonly MeasuredDevice[],
): Derivation[] {
  const slots = devices.flatMap((one) => one.slots);
  if (slots.length === 0) return [];
  const interval = slots.map(({ instant, end }): Interval => ({ start: instant, end }))
    .reduce((a, b) => ({ start: earlier(a.start, b.start), end: later(a.end, b.end) }));
  return [{ kind: "quarter-hours", siteId, interval }];
}
