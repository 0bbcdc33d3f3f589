import type { Glyphs } from "../chart/glyphs.ts";
import { sparkline } from "../chart/sparkline.ts";
import { compareInstants } from "../model/interval.ts";
import type { DataTypeStatus, Mishap, SiteStatus } from "./status_report.ts";
import type { Battery, Figures, Moment } from "./status_figures.ts";
import { type Energy, periodLabels, periods } from "./site_energy.ts";
import type { SiteView } from "./site_view.ts";
import {
  agoText,
  countText,
  energyText,
  percentText,
  powerText,
  timeText,
} from "./terminal/human.ts";
import { paint } from "./terminal/colour.ts";
import { printable, printableName } from "./terminal/printable.ts";
import { plainTable } from "./terminal/plain_table.ts";
import type { Cell, Look } from "./terminal/cells.ts";
import { wrapped } from "./terminal/wrapped.ts";

/** A site as a person asks for it: is it up to date, what did it make and use, what is here, what is wrong. */
export function siteText(
  { status, figures, staleReason }: SiteView,
  now: Temporal.Instant,
  look: Look,
  { each = false, isRunning, glyphs }: {
    readonly each?: boolean;
    /** A sync is fetching what is missing. */
    readonly isRunning: boolean;
    readonly glyphs: Glyphs;
  },
): string {
  const { site } = status;
  const name = site.name ? `${printableName(site.name)}, ` : "";
  const heading = `${name}site ${site.siteId} (${site.timeZone ?? "time zone not known yet"})`;
  const lines = [
    ...wrapped(heading, look.width).split("\n").map((one) =>
      look.colour ? paint(one, "bold") : one
    ),
    freshnessLine(status, staleReason, isRunning, now),
  ];
  const words = [
    ...momentLines(figures, site.timeZone, now),
    ...hereLines(status),
    // What no site has is nothing to know about this one.
    ...absenceLines(status.dataTypes.filter((one) => each || !one.isNowhere)),
    ...failureLines(status),
  ];
  return [
    ...lines.map((line) => wrapped(line, look.width)),
    energyTable(figures, look).trimEnd(),
    ...lastDaysLines(figures, glyphs),
    ...words.map((line) => wrapped(`  ${line}`, look.width)),
  ].map((line) => `${line}\n`).join("");
}

function freshnessLine(
  { site, harvestAt, dataTypes }: SiteStatus,
  stale: string | null,
  isRunning: boolean,
  now: Temporal.Instant,
): string {
  const report = site.lastUpdate
    ? `; the site last reported ${agoText(site.lastUpdate, now)}.`
    : ".";
  if (stale && harvestAt) return `  The site is ${stale}.`;
  if (harvestAt) return `  Everything up to date ${agoText(harvestAt, now)}${report}`;
  const hasSome = dataTypes.some((one) => one.lastSync !== null);
  return `  ${hasSome ? "Not everything has been fetched" : "Nothing has been fetched"} yet. ${
    isRunning ? "A sync is running." : "Run: seh sync"
  }`;
}

function energyTable({ energy }: Figures, look: Look): string {
  const rows = periods.map((one) => ({ label: periodLabels[one], ...energy[one] }));
  const knowsUse = rows.some((one) => one.consumptionWh !== null);
  const columns = [
    { head: "" },
    { head: "produced", align: "right" as const },
    ...knowsUse
      ? [
        { head: "used", align: "right" as const },
        { head: "self-used", align: "right" as const, drops: 1 },
        { head: "self-sufficient", align: "right" as const, drops: 2 },
      ]
      : [],
  ];
  // Its cells are words and numbers of ours: no name whose width a library would have to know.
  return plainTable(
    columns,
    rows.map((row): Cell[] => [
      `  ${row.label}`,
      energyText(row.productionWh),
      ...knowsUse ? [energyText(row.consumptionWh), selfUsed(row), selfSufficient(row)] : [],
    ]),
    look,
  );
}

/** The last days as a line of columns, where at least two of them are known. */
function lastDaysLines({ lastDaysWh }: Figures, glyphs: Glyphs): string[] {
  if (lastDaysWh.filter((one) => one !== null).length < 2) return [];
  return [`  last ${lastDaysWh.length} days  ${sparkline(lastDaysWh, glyphs)}`.trimEnd()];
}

/** Which part of what it made a site kept. */
function selfUsed({ productionWh, selfConsumptionWh }: Energy): string | null {
  if (!productionWh || selfConsumptionWh === null) return null;
  return percentText(selfConsumptionWh / productionWh);
}

/** Which part of what it used did not come from the grid. */
function selfSufficient({ consumptionWh, fromGridWh }: Energy): string | null {
  if (!consumptionWh || fromGridWh === null) return null;
  return percentText(1 - fromGridWh / consumptionWh);
}

const oldMinutes = 180;

function momentLines(
  { now: moment, battery }: Figures,
  timeZone: string | null,
  now: Temporal.Instant,
): string[] {
  const lines: string[] = [];
  if (moment) {
    const isOld = now.since(moment.at).total("minutes") > oldMinutes;
    const when = timeText(moment.at, timeZone);
    lines.push(`${isOld ? `At ${when}` : `Now (${when.slice(11)})`}: ${flowText(moment)}.`);
  }
  if (battery) lines.push(`${batteryText(battery, timeZone)}.`);
  return lines;
}

function flowText({ productionW, consumptionW, gridW }: Moment): string {
  const parts = [`${powerText(productionW ?? 0)} produced`];
  if (consumptionW !== null) parts.push(`${powerText(consumptionW)} used`);
  if (gridW !== null) {
    parts.push(`${powerText(Math.abs(gridW))} ${gridW > 0 ? "from" : "to"} the grid`);
  }
  return parts.join(", ");
}

function batteryText({ at, stateOfChargePct, powerW }: Battery, timeZone: string | null): string {
  const work = powerW === null || Math.abs(powerW) < 5
    ? ""
    : `, ${powerW > 0 ? "discharging" : "charging"} with ${powerText(Math.abs(powerW))}`;
  return `Battery ${Math.round(stateOfChargePct)}% at ${timeText(at, timeZone).slice(11)}${work}`;
}

/** What is here of how much, by kind of data. */
function hereLines({ site, dataTypes }: SiteStatus): string[] {
  const series = dataTypes.filter((one) => one.days !== null);
  if (series.length === 0) return [];
  const byDays = [
    ...Map.groupBy(series, (one) => one.days!.here === one.days!.all ? "" : daysText(one)),
  ];
  const names = (types: readonly DataTypeStatus[]) => types.map((one) => one.dataType).join(", ");
  const whole = byDays.find(([text]) => text === "");
  if (whole && byDays.length === 1) {
    return [`Here: everything since ${site.firstDay ?? "the first day"}.`];
  }
  const parts = byDays.filter(([text]) => text !== "")
    .map(([text, types]) => `${names(types)} ${text}`);
  const lines = [`Here: ${[...whole ? [`all of ${names(whole[1])}`] : [], ...parts].join("; ")}.`];
  const older = olderDays({ site, dataTypes });
  if (older) {
    lines.push(`Older data (${older}) is not here yet: \`seh sync --full\` fetches it.`);
  } else lines.push("What is missing: `seh gaps`; to fetch it: `seh repair`.");
  return lines;
}

function daysText({ days }: DataTypeStatus): string {
  return `${countText(days!.here)} of ${countText(days!.all)} days`;
}

/** The days from the first of the site to the newest of which a kind of data was never asked for; null: none. */
function olderDays({ site, dataTypes }: Pick<SiteStatus, "site" | "dataTypes">): string | null {
  if (!site.firstDay) return null;
  const zone = site.timeZone ?? "UTC";
  const soon = site.firstDay.add({ days: 2 });
  const ends = dataTypes.flatMap(({ gaps }) =>
    gaps.flatMap(({ interval: { start, end } }) => {
      const first = start.toZonedDateTimeISO(zone).toPlainDate();
      const last = end.subtract({ seconds: 1 }).toZonedDateTimeISO(zone).toPlainDate();
      return Temporal.PlainDate.compare(first, soon) < 0 ? [last.toString()] : [];
    })
  ).sort();
  return ends.length > 0 ? `${site.firstDay} to ${ends.at(-1)}` : null;
}

/** What there is none of, the reason first. */
function absenceLines(dataTypes: readonly DataTypeStatus[]): string[] {
  const absent = dataTypes.filter((one) => one.unavailable !== null);
  return [...Map.groupBy(absent, (one) => printable(one.unavailable!).replaceAll(/\s+/g, " "))]
    .map(([reason, types]) => {
      const because = /^HTTP/.test(reason)
        ? `SolarEdge refuses it (${reason})`
        : reason.split(": ")[0];
      return `${because[0].toUpperCase()}${because.slice(1)}: no ${
        types.map((one) => one.dataType).join(", ")
      }.`;
    });
}

function failureLines({ site, dataTypes }: SiteStatus): string[] {
  // What stands between seh and SolarEdge fails all of them alike, and is told once.
  const all = dataTypes.flatMap(({ dataType, errors }) => errors.map((one) => ({ dataType, one })));
  return [...Map.groupBy(all, ({ one }) => `${one.isLoss} ${one.text}`).values()].map((alike) => {
    const newest = alike.map(({ one }) => one)
      .reduce((a, b) => compareInstants(a.at, b.at) < 0 ? b : a);
    const subject = [...new Set(alike.map(({ dataType }) => dataType))].join(", ");
    return mishapText(subject, newest, site.timeZone);
  });
}

/** What went wrong with a kind of data, when, and why. */
export function mishapText(
  subject: string,
  { at, text, isLoss }: Mishap,
  timeZone: string | null,
): string {
  const what = isLoss ? "was not stored whole" : "could not be fetched";
  const why = printable(text).replaceAll(/\s+/g, " ");
  return `${subject} ${what} (${timeText(at, timeZone)}): ${why}`;
}
