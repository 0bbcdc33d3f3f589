import { epochOf } from "../model/coverage.ts";
import type { DeviceFacts, SiteFacts } from "../model/harvest.ts";
import type { Query } from "../source/source.ts";
import { coveredOf, type Knowledge } from "./knowledge.ts";
import type { SeriesFacts } from "./missing.ts";
import { firstSeconds, siteDays } from "./site_days.ts";
import type { Wanted } from "./wanted.ts";

/** What the facts about a series come from. */
export interface FactsContext {
  readonly knowledge: Knowledge;
  readonly queries: readonly Query[];
  readonly wanted: Pick<Wanted, "depth" | "lookbackDays">;
  /** Epoch seconds. */
  readonly now: number;
}

/** All that the rules need to know of one series of a site, or of one of its devices; null: it has no coverage. */
export function seriesFacts(
  query: Query,
  site: SiteFacts,
  device: DeviceFacts | undefined,
  context: FactsContext,
): SeriesFacts | null {
  const { axis, series } = query;
  if (!axis) return null;
  const { knowledge, now, wanted, queries } = context;
  const { siteId } = site;
  const days = siteDays(site.timeZone);
  const all = knowledge.coverage(siteId, series);
  const devices = device ? new Map([[device.deviceKey, all.get(device.deviceKey) ?? []]]) : all;
  // Few rules ask for what others had, and a plan for a thousand sites looks at each of them a dozen times.
  const others = () =>
    queries.filter((one) => one.series !== series && isFine(one) && one.scope !== "account");
  let awake: SeriesFacts["awake"] | undefined;
  const lookback = days.dayStart(now, -wanted.lookbackDays[axis.lookback]);
  const first = firstOf(query, site);
  const wantsAll = wanted.depth === "full" || axis.keeps === "whole";
  const mark = knowledge.mark(siteId, series, device?.deviceKey ?? "");
  let from = wantsAll && first !== null ? first : lookback;
  if (!wantsAll && mark?.wantedFrom) from = Math.min(from, epochOf(mark.wantedFrom));
  if (first !== null) from = Math.max(from, first);
  return {
    axis,
    days,
    from: Math.min(from, now),
    now,
    reported: knowledge.reported(siteId),
    devices,
    elsewhere: once((deviceKey) => [
      ...coveredOf(knowledge, siteId, series, deviceKey),
      ...others().filter((one) => !axis.sleeps || one.axis!.sleeps)
        .flatMap((one) => coveredOf(knowledge, siteId, one.series)),
    ]),
    get awake() {
      if (awake === undefined) {
        awake = awakeOf(others().filter((one) => !one.axis!.sleeps), siteId, knowledge);
      }
      return awake;
    },
    daylight: knowledge.daylight(siteId),
  };
}

/** From when on a series of a site may have anything; null: its first day is not known. */
export function firstOf(query: Query, site: SiteFacts): number | null {
  // Days, months and years are those of one calendar, whichever it is.
  return isFine(query)
    ? firstSeconds(site)?.earliest ?? null
    : site.firstDay && siteDays(site.timeZone).dateStart(site.firstDay);
}

/** True for quarter-hours, hours and samples, of which a day has many; their coverage is remembered. */
export function isFine({ axis }: Query): boolean {
  return axis?.keeps === "ranges" && (typeof axis.bucket === "number" || axis.bucket === "samples");
}

/** Time in which series that never sleep had values; null: none of them is there. */
function awakeOf(queries: readonly Query[], siteId: number, knowledge: Knowledge) {
  const there = queries.filter((one) => knowledge.coverage(siteId, one.series).size > 0);
  return there.length === 0
    ? null
    : there.flatMap((one) => coveredOf(knowledge, siteId, one.series));
}

function once<Key, Answer>(work: (key: Key) => Answer): (key: Key) => Answer {
  const answers = new Map<Key, Answer>();
  return (key) => {
    if (!answers.has(key)) answers.set(key, work(key));
    return answers.get(key)!;
  };
}
