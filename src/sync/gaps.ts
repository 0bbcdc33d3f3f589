import { common, epochOf, lengthOf, type Range, unionOf, without } from "../model/coverage.ts";
import type { DataType } from "../model/data_type.ts";
import type { Mark, SiteFacts } from "../model/harvest.ts";
import type { Axis, Query } from "../source/source.ts";
import { devicesFor } from "./knowledge.ts";
import { closedUntil, darkOf, progressOf, type SeriesFacts } from "./missing.ts";
import { type FactsContext, seriesFacts } from "./series_facts.ts";
import { firstSeconds } from "./site_days.ts";

/**
 * Why something is missing: `not-fetched`: nobody has asked yet, the request failed, or what was fetched is
 * out of date; `empty`: the server was asked and had nothing; `not-available`: the server says that there is no
 * such thing.
 */
export type GapKind = "not-fetched" | "empty" | "not-available";

/** Something that is missing of a site. */
export interface Gap {
  readonly siteId: number;
  readonly dataType: DataType;
  readonly query: Query;
  /** Empty for what belongs to the whole site. */
  readonly deviceKey: string;
  readonly kind: GapKind;
  /** Null: all of it. */
  readonly range: Range | null;
  /** Of what is not available: what the server said. */
  readonly reason: string | null;
}

/** How much of one series of a site (or of one of its devices) is here. */
export interface Part {
  readonly query: Query;
  readonly deviceKey: string;
  /** Seconds from the first day to what the site has reported, and how many of them were never fetched. */
  readonly wholeSeconds: number;
  readonly missing: number;
  readonly gaps: readonly Gap[];
}

/** How much is here of each series of a site that is asked for, and what is missing. Pure. */
export function partsOf(site: SiteFacts, context: Omit<FactsContext, "wanted">): Part[] {
  // Everything since the first day is looked at, whatever a sync has been asked for.
  const all: FactsContext = {
    ...context,
    wanted: { depth: "full", lookbackDays: { energy: 0, power: 0 } },
  };
  return context.queries.flatMap((query) => {
    if (query.axis?.keeps !== "ranges") return lackOf(query, site, context);
    // It is asked for only where a person names a range: nothing of it is missing by itself.
    if (query.leastDays === null) return [];
    const devices = query.scope === "device"
      ? devicesFor(query, context.knowledge.devices(site.siteId))
      : [undefined];
    return devices.flatMap((device) => {
      const facts = seriesFacts(query, site, device, all);
      const part = facts && partOf(query, site, device?.deviceKey ?? "", facts, context);
      return part ? [part] : [];
    });
  });
}

/** A query without ranges misses something only where the server says that there is no such thing. */
function lackOf(
  query: Query,
  site: SiteFacts,
  { knowledge }: Omit<FactsContext, "wanted">,
): Part[] {
  if (query.scope === "account") return [];
  return knowledge.marks(site.siteId)
    .filter((one) => one.series === query.series && one.unavailableSince)
    .map((mark) => notAvailable(query, site, mark.deviceKey, mark.unavailableReason));
}

function notAvailable(
  query: Query,
  { siteId }: SiteFacts,
  deviceKey: string,
  reason: string | null,
): Part {
  const { dataType } = query;
  const gap: Gap = {
    siteId,
    dataType,
    query,
    deviceKey,
    kind: "not-available",
    range: null,
    reason,
  };
  return { query, deviceKey, wholeSeconds: 0, missing: 0, gaps: [gap] };
}

function partOf(
  query: Query,
  site: SiteFacts,
  deviceKey: string,
  facts: SeriesFacts,
  { knowledge }: Omit<FactsContext, "wanted">,
): Part | null {
  const mark = knowledge.mark(site.siteId, query.series, deviceKey);
  const gap = { siteId: site.siteId, dataType: query.dataType, query, deviceKey, reason: null };
  if (mark?.unavailableSince) {
    return notAvailable(query, site, deviceKey, mark.unavailableReason);
  }
  const known = [...facts.devices.values()].flat();
  // What was never asked for (no sensors, a type that is skipped) is no gap in anything.
  if (known.length === 0 && !mark?.lastSuccess) return null;
  const first = site.firstDay ? facts.from : Math.min(...known.map((one) => one.start), facts.now);
  const whole = { ...facts, from: first };
  const { wholeSeconds, missing, gaps } = progressOf(whole);
  // What is asked for once in so many days is not missing before its turn.
  const awaited = awaitedFrom(query, mark, facts);
  return {
    query,
    deviceKey,
    wholeSeconds,
    missing: missing - lengthOf(common(gaps, [awaited])),
    gaps: [
      ...without(gaps, [awaited]).map((range): Gap => ({ ...gap, kind: "not-fetched", range })),
      ...emptyRanges({ ...whole, from: firstSeconds(site)?.latest ?? first }).map((
        { device, range },
      ): Gap => ({
        ...gap,
        deviceKey: device || deviceKey,
        kind: "empty",
        range,
      })),
    ].sort((a, b) => a.range!.start - b.range!.start),
  };
}

/** The time since the last success of a series that is asked for less often than daily, while its next turn may wait. */
function awaitedFrom(
  { leastDays }: Query,
  mark: Mark | undefined,
  { days, now }: SeriesFacts,
): Range {
  const nothing = { start: now, end: now };
  if (!leastDays || leastDays <= 1 || !mark?.lastSuccess || mark.failures > 0) return nothing;
  const last = epochOf(mark.lastSuccess);
  const isWaiting = now < days.dayStart(last, Math.ceil(leastDays) + 1);
  // The day before may have come a little too late for that success.
  return isWaiting ? { start: days.dayStart(last, -1), end: Infinity } : nothing;
}

/** No night is longer, except near the poles. */
const longestNight = 20 * 3600;

/** What is shorter holds no bucket; samples come some minutes apart. */
const leastGap = ({ bucket }: Axis) => typeof bucket === "number" ? bucket : 900;

/**
 * What the server had nothing of, except for the nights of what sleeps. Nights of other seasons are longer or
 * shorter than those that are known, so a silence that may be one is a gap only where others had values.
 */
function emptyRanges(facts: SeriesFacts): { device: string; range: Range }[] {
  const until = closedUntil(facts);
  const { axis } = facts;
  return [...facts.devices].flatMap(([device, ranges]) => {
    const empty = unionOf(ranges.filter((one) => one.state === "empty"));
    return common(empty, [{ start: facts.from, end: until }]).flatMap((range) => {
      // Whether the site itself was awake does not matter: nobody misses what sleeps.
      const lit = without([range], darkOf(range, { ...facts, awake: null }));
      const mayBeNight = axis.sleeps && (!facts.daylight || lengthOf([range]) <= longestNight);
      // A twilight that is shorter than a bucket is no row.
      return (mayBeNight ? common(lit, facts.elsewhere(device)) : lit)
        .filter((one) => lengthOf([one]) >= leastGap(axis))
        .map((one) => ({ device, range: one }));
    });
  });
}
