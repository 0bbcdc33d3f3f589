import { instantOf, type Range, unionOf } from "../model/coverage.ts";
import { type DataType, dataTypes } from "../model/data_type.ts";
import type { SiteFacts } from "../model/harvest.ts";
import { instantText } from "../model/site_time.ts";
import type { Gap, GapKind } from "../sync/gaps.ts";
import { siteDays } from "../sync/site_days.ts";
import { counted, countText, timeText } from "./terminal/human.ts";
import { printable } from "./terminal/printable.ts";
import type { Cell, Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";

/** What is missing of one kind of data of a site or device, for one reason. */
export interface JoinedGap {
  readonly dataType: DataType;
  /** The sums of whole days that come beside the parts of days. */
  readonly isOfDays: boolean;
  readonly deviceKey: string;
  readonly kind: GapKind;
  readonly reason: string | null;
  /** Oldest first; empty: all of it. */
  readonly ranges: readonly Range[];
}

/** A site and what is missing of it. */
export interface SiteGaps {
  readonly site: SiteFacts;
  readonly gaps: readonly JoinedGap[];
}

/** So many gaps of one kind stand on lines of their own; more share one. */
const mostLines = 5;

const kinds: readonly GapKind[] = ["not-fetched", "empty", "not-available"];

/** Gaps of one kind of data as one, whichever requests bring it: those that can be fetched first. */
export function joinGaps(gaps: readonly Gap[]): JoinedGap[] {
  const groups = Map.groupBy(
    gaps,
    (one) => JSON.stringify([one.dataType, areOfDays(one), one.deviceKey, one.kind, one.reason]),
  );
  return [...groups.values()].map((group): JoinedGap => {
    const [first] = group;
    const { dataType, deviceKey, kind, reason } = first;
    const ranges = unionOf(group.flatMap((one) => one.range ?? []));
    return { dataType, isOfDays: areOfDays(first), deviceKey, kind, reason, ranges };
  }).sort((a, b) =>
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
    dataTypes.indexOf(a.dataType) - dataTypes.indexOf(b.dataType) ||
    Number(a.isOfDays) - Number(b.isOfDays) ||
    (a.deviceKey < b.deviceKey ? -1 : a.deviceKey > b.deviceKey ? 1 : 0)
  );
}

/** Days of energy are what energy is; days of meters and batteries are sums beside their quarter-hours. */
const areOfDays = ({ dataType, kind, query }: Gap) =>
  kind !== "not-available" && dataType !== "energy" && query.axis?.bucket === "day";

/**
 * The gaps as people read them: a table with local days and times, then what is not available and what can be
 * done, in lines that may be long.
 */
export function gapsAsText(
  sites: readonly SiteGaps[],
  look: Look,
  { each }: { readonly each: boolean },
): { table: string; text: string } {
  if (sites.length === 0) return { table: "", text: "No site is known yet. Run: seh sync\n" };
  const rows = sites.flatMap(({ site, gaps }) =>
    gaps.filter((one) => one.kind !== "not-available").flatMap((one) => linesOf(site, one, each))
  );
  const lacking = lackLines(sites);
  let table = "";
  if (rows.length > 0) {
    const hasDevices = rows.some((row) => row[2] !== null);
    const columns = [
      { head: "site", drops: 2 },
      { head: "data" },
      { head: "device", shrinks: true as const, drops: 1 },
      { head: "from" },
      { head: "to" },
      { head: "why" },
    ];
    const shown = <T>(cells: readonly T[]) => cells.filter((_, i) => hasDevices || i !== 2);
    table = renderTable(shown(columns), rows.map(shown), look);
  }
  const lines = [...lacking];
  if (rows.length === 0) {
    lines.push(lacking.length === 0 ? "Nothing is missing.\n" : "Nothing else is missing.\n");
  } else if (sites.some(({ gaps }) => gaps.some((one) => one.kind === "not-fetched"))) {
    lines.push("Next: `seh repair` fetches what is not fetched yet.\n");
  }
  return { table, text: lines.join("") };
}

function linesOf(site: SiteFacts, gap: JoinedGap, each: boolean): Cell[][] {
  const line = (range: Range, why: string): Cell[] => [
    String(site.siteId),
    gap.isOfDays ? `${gap.dataType}, sums of days` : gap.dataType,
    gap.deviceKey || null,
    edgeText(range.start, "start", site),
    edgeText(range.end, "end", site),
    why,
  ];
  const { ranges } = gap;
  const why = gap.kind === "empty" ? "no values" : "not fetched";
  if (each || ranges.length <= mostLines) return ranges.map((one) => line(one, why));
  const whole = { start: ranges[0].start, end: ranges.at(-1)!.end };
  return [line(whole, `${why} (${counted(ranges.length, "time")})`)];
}

/** What is not available, a line for all sites where it is for the same reason. */
function lackLines(sites: readonly SiteGaps[]): string[] {
  const lacking = sites.flatMap(({ site, gaps }) =>
    gaps.filter((one) => one.kind === "not-available").map((gap) => ({ site, gap }))
  );
  const groups = Map.groupBy(
    lacking,
    ({ gap }) => JSON.stringify([gap.dataType, gap.deviceKey, gap.reason]),
  );
  return [...groups.values()].map((group) => {
    const [{ site, gap: { dataType, deviceKey, reason } }] = group;
    const whom = group.length > 1
      ? `${countText(group.length)} sites`
      : `site ${site.siteId}${deviceKey ? `, ${deviceKey}` : ""}`;
    return printable(`No ${dataType} for ${whom}: ${reason ?? "SolarEdge has no such data"}`) +
      "\n";
  });
}

/** A whole local day as its date, the last one included; anything else to the minute. */
function edgeText(second: number, edge: "start" | "end", { timeZone }: SiteFacts): string {
  const days = siteDays(timeZone);
  if (days.dayStart(second) !== second) return timeText(instantOf(second), timeZone);
  return days.dateOf(edge === "start" ? second : second - 1).toString();
}

/** The gaps as data: instants in UTC, ends excluded. */
export function gapsAsJson(sites: readonly SiteGaps[]) {
  return {
    gaps: sites.flatMap(({ site, gaps }) =>
      gaps.flatMap(({ dataType, isOfDays, deviceKey, kind, reason, ranges }) => {
        const gap = {
          site_id: site.siteId,
          data_type: dataType,
          ...(isOfDays ? { sums_of_days: true } : {}),
          device: deviceKey || null,
          kind,
          reason,
        };
        const times: readonly (Range | null)[] = ranges.length === 0 ? [null] : ranges;
        return times.map((one) => ({
          ...gap,
          from: one && instantText(instantOf(one.start)),
          to: one && instantText(instantOf(one.end)),
        }));
      })
    ),
  };
}
