import type { DataTypeStatus, SiteStatus } from "./status_report.ts";
import { agoText, countText, percentText, timeText } from "./terminal/human.ts";
import type { Cell, Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";

/** A line for each kind of data that a site has: how fresh and how complete it is. */
export function kindsText(
  { site, dataTypes }: SiteStatus,
  now: Temporal.Instant,
  look: Look,
): string {
  return renderTable(
    [
      { head: "data" },
      { head: "last sync", drops: 2 },
      { head: "newest data" },
      { head: "rows", align: "right", drops: 3 },
      { head: "history", align: "right" },
      { head: "gaps", align: "right", drops: 1 },
    ],
    dataTypes.filter((one) => one.unavailable === null).map((one) =>
      cells(one, site.timeZone, now)
    ),
    look,
  );
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
