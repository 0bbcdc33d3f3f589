import type { Interval } from "../model/interval.ts";
import { readInstant } from "../model/site_time.ts";
import { quotaLeftText } from "./account_quota.ts";
import type { Overview } from "./status_json.ts";
import type { DataTypeStatus, SiteStatus } from "./status_report.ts";
import {
  agoText,
  counted,
  countText,
  durationText,
  percentText,
  sizeText,
  timeText,
} from "./terminal/human.ts";
import { type Cell, type Look, renderTable } from "./terminal/table.ts";
import { wrapped } from "./terminal/wrapped.ts";

/** What is not about one site: the database, the last run, the quota. */
export function overviewText(overview: Overview, sites: number, now: Temporal.Instant): string {
  const { database, isThere, sizeBytes, lastRun, quota } = overview;
  const size = sizeBytes === null ? "" : `, ${sizeText(sizeBytes)}`;
  const lines = [`Database: ${database}${isThere ? `${size}, ${counted(sites, "site")}` : ""}`];
  if (lastRun) {
    const started = agoText(readInstant(String(lastRun.started_at)), now);
    const end = lastRun.finished_at === null
      ? "running, or it died"
      : `exit code ${lastRun.exit_code}, ${counted(Number(lastRun.requests), "request")}, ` +
        `${counted(Number(lastRun.rows_inserted), "new row")}, ${
          countText(Number(lastRun.rows_changed))
        } changed`;
    lines.push(`Last sync: ${started} (${end})`);
  }
  lines.push(
    typeof quota === "string"
      ? `Quota: not known: ${quota}`
      : quota
      ? quotaLeftText(quota, now)
      : "Quota: not known without SEH_API_KEY.",
  );
  if (sites === 0) {
    lines.push("", "Nothing has been fetched yet: run `seh sync`, or `seh demo` to try it.");
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** The status of one site for people: a heading, a table, and what needs words. */
export function siteText(status: SiteStatus, now: Temporal.Instant, look: Look): string {
  const { site } = status;
  const name = site.name ? ` ${site.name}` : "";
  const zone = site.timeZone ?? "time zone not known yet";
  const rows = status.dataTypes.filter((one) => one.unavailable === null);
  return [
    `Site ${site.siteId}${name} (${zone})`,
    `  last update ${timeText(site.lastUpdate, site.timeZone)} (${
      agoText(site.lastUpdate, now)
    }), ` +
    `complete harvest ${agoText(status.harvestAt, now)}`,
    "",
    renderTable(
      [
        { head: "data type" },
        { head: "last sync" },
        { head: "newest data" },
        { head: "rows", align: "right" },
        { head: "history", align: "right" },
        { head: "gaps", align: "right" },
      ],
      rows.map((one) => cells(one, site.timeZone, now)),
      look,
    ).trimEnd(),
    ...remarks(status, look.width),
  ].map((line) => `${line}\n`).join("");
}

function cells(one: DataTypeStatus, timeZone: string | null, now: Temporal.Instant): Cell[] {
  return [
    one.errors.length > 0 ? { text: one.dataType, style: "red" } : one.dataType,
    one.lastSync ? agoText(one.lastSync, now) : null,
    one.newestData ? timeText(one.newestData, timeZone) : null,
    countText(one.rows),
    one.history === null ? null : percentText(one.history),
    one.history === null
      ? null
      : one.gaps.length > 0
      ? { text: countText(one.gaps.length), style: "yellow" }
      : "0",
  ];
}

/** What does not fit a cell: what is not available and why, what is missing, what failed. */
function remarks(status: SiteStatus, width: number): string[] {
  const { timeZone } = status.site;
  const byReason = Map.groupBy(
    status.dataTypes.filter((one) => one.unavailable !== null),
    (one) => one.unavailable!,
  );
  const lines = [...byReason].map(([reason, types]) =>
    `not available: ${types.map((one) => one.dataType).join(", ")} (${reason})`
  );
  lines.push(...missingLines(status));
  for (const one of status.dataTypes) {
    for (const { text, at } of one.errors) {
      lines.push(`failed: ${one.dataType}, ${timeText(at, timeZone)}: ${text}`);
    }
  }
  return lines.map((line) => wrapped(`  ${line.replaceAll(/\s+/g, " ")}`, width));
}

/** The longest gap of each type of data, told once for those that miss the same stretch. */
function missingLines({ site, dataTypes }: SiteStatus): string[] {
  const longest = dataTypes.flatMap(({ dataType, gaps }) => {
    const gap = gaps.toSorted((a, b) => lengthOf(b.interval) - lengthOf(a.interval)).at(0);
    if (!gap) return [];
    const { start, end } = gap.interval;
    const stretch = `${timeText(start, site.timeZone)} to ${timeText(end, site.timeZone)}`;
    return [{ dataType, text: `${stretch} (${durationText(lengthOf(gap.interval))})` }];
  });
  return [...Map.groupBy(longest, (one) => one.text)].map(([text, types]) =>
    `missing: ${types.map((one) => one.dataType).join(", ")} from ${text}`
  );
}

function lengthOf({ start, end }: Interval): number {
  return (end.epochMilliseconds - start.epochMilliseconds) / 1000;
}
