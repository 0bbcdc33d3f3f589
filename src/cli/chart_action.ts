import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { barLines } from "../chart/bars.ts";
import { columnsChart } from "../chart/columns.ts";
import { type Glyphs, glyphsFor } from "../chart/glyphs.ts";
import { heatmapChart } from "../chart/heatmap.ts";
import type { Database, TimesOf } from "../database/database.ts";
import { localeOf } from "../report/locale.ts";
import {
  type Day,
  readDays,
  readMonths,
  readQuarters,
  readSites,
  type SiteHead,
} from "../report/site_data.ts";
import type { ChartName } from "./chart_names.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { openSession } from "./session.ts";
import { noteUnstored } from "./site_choice.ts";
import { paint } from "./terminal/colour.ts";
import { printableName } from "./terminal/printable.ts";

/** What the user asked `seh chart` for. */
export interface ChartChoice {
  readonly picture: ChartName;
  /** Null: the sites of the settings, else all. */
  readonly siteIds: readonly number[] | null;
  /** Null: up to the newest. */
  readonly date: Temporal.PlainDate | null;
}

/** How wide and with what the pictures are drawn. */
interface Pen {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly sun: (text: string) => string;
  readonly use: (text: string) => string;
}

/** More pictures than this nobody looks through; who names the sites gets all of them. */
const mostSites = 12;
const shownDays = 31;
const shownMonths = 24;
const locale = localeOf("en");

function nothing(word: "for" | "up to", date: Temporal.PlainDate | null): string[] {
  return [
    date ? `Nothing is here ${word} ${locale.date(date.toString())}.` : "Nothing is here yet.",
  ];
}

/** Draws a picture of each site. Throws UsageError, SettingsError and DatabaseError. */
export async function drawCharts(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: ChartChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const siteIds = choice.siteIds ?? session.settings.siteIds;
  const sites = await readSites(database, siteIds);
  noteUnstored(siteIds, sites.map((one) => one.siteId), session.note);
  if (sites.length === 0) {
    throw new UsageError("There is no site to draw. Run `seh sync` first.");
  }
  if (sites.length > mostSites && choice.siteIds === null) {
    throw new UsageError(
      `There are ${sites.length} sites, too many to draw. Name some: seh chart --site NAME. ` +
        "`seh status` and `seh report` show all of them.",
    );
  }
  const checked: Checked = (where) => session.requireTimes(database, where);
  const { colour, width } = session.look(world.stdout);
  const glyphs = glyphsFor(world.environment);
  const pen: Pen = {
    width,
    glyphs,
    sun: (text) => colour ? paint(text, "yellow") : text,
    use: (text) => colour ? paint(text, "green") : text,
  };
  for (const [at, site] of sites.entries()) {
    await session.requireTimes(database, { table: "energy_readings", siteIds: [site.siteId] });
    const title = printableName(site.name).slice(0, width);
    const lines = (await draw[choice.picture](database, site, choice.date, pen, checked)).map((
      line,
    ) => plain(line, glyphs.isAscii));
    world.stdout.print(
      `${at === 0 ? "" : "\n"}${colour ? paint(title, "bold") : title}\n${lines.join("\n")}\n`,
    );
  }
}

type Draw = (
  database: Database,
  site: SiteHead,
  date: Temporal.PlainDate | null,
  pen: Pen,
  checked: Checked,
) => Promise<string[]>;

/** Throws DatabaseError for a time there that is none. */
type Checked = (where: TimesOf) => Promise<void>;

const draw: Readonly<Record<ChartName, Draw>> = {
  async day(database, { siteId }, date, pen, checked) {
    const days = await readDays(database, siteId);
    const day = date ?? newestDay(days);
    if (!day) return nothing("for", date);
    for (const table of ["energy_details", "power_readings"] as const) {
      await checked({ table, siteIds: [siteId], start: day, end: day });
    }
    const quarters = await readQuarters(database, siteId, { start: day, end: day });
    if (quarters.length === 0) return nothing("for", date);
    // By the clock on the wall: an autumn day's second hour stands for both.
    const slots = (of: (one: (typeof quarters)[number]) => number | null) => {
      const power = new Array<number | null>(96).fill(null);
      for (const one of quarters) {
        const slot = Number(one.local.slice(11, 13)) * 4 + Number(one.local.slice(14, 16)) / 15;
        const energy = of(one);
        power[Math.floor(slot)] = energy === null ? null : energy * 4 / 1000;
      }
      return power;
    };
    const marks = ["00", "03", "06", "09", "12", "15", "18", "21"];
    const label = (value: number) => `${locale.number(value, 1)} kW`;
    // The server's sum of a day is ahead of its quarter-hours, as the report and the status tell it.
    const whole = days.find((one) => one.day === day.toString());
    const part = (
      name: string,
      of: (one: { production: number | null; consumption: number | null }) => number | null,
      height: number,
      color: Pen["sun"],
    ) => {
      const values = slots(of);
      if (values.every((one) => one === null)) return [];
      const sum = quarters.reduce((sum, one) => sum + (of(one) ?? 0), 0);
      const energy = Math.max(sum, whole ? of(whole) ?? 0 : 0);
      return [
        `${name} ${locale.energy(energy)}`,
        ...columnsChart(values, { ...pen, height, label, marks, paint: color }),
      ];
    };
    return [
      locale.date(day.toString()),
      ...part("Production", (one) => one.production, 8, pen.sun),
      ...part("Consumption", (one) => one.consumption, 5, pen.use),
    ];
  },
  async days(database, { siteId }, date, pen) {
    const days = (await readDays(database, siteId))
      .filter((one) => date === null || one.day <= date.toString()).slice(-shownDays);
    if (days.length === 0) return nothing("up to", date);
    return barLines(
      days.map((one) => ({
        name: one.day,
        value: one.production,
        text: locale.energy(one.production),
      })),
      { ...pen, paint: pen.sun },
    );
  },
  async months(database, { siteId }, date, pen) {
    const months = (await readMonths(database, siteId))
      .filter((one) => date === null || one.month <= date.toString()).slice(-shownMonths);
    if (months.length === 0) return nothing("up to", date);
    return barLines(
      months.map((one) => ({
        name: one.month.slice(0, 7),
        value: one.energy,
        text: locale.energy(one.energy),
      })),
      { ...pen, paint: pen.sun },
    );
  },
  async heatmap(database, { siteId }, date, pen) {
    const days = (await readDays(database, siteId))
      .filter((one) => date === null || one.day <= date.toString());
    if (days.length === 0) return nothing("up to", date);
    const most = days.reduce((a, b) => (b.production ?? -1) > (a.production ?? -1) ? b : a);
    return [
      ...heatmapChart(
        days.map((one) => ({ day: one.day, value: one.production })),
        { ...pen, paint: pen.sun },
      ),
      `Best day: ${locale.energy(most.production)}, ${locale.date(most.day)}`,
    ];
  },
};

/** Ordinary blanks, which `grep` finds too; and no sign that a plain terminal does not know. */
function plain(line: string, isAscii: boolean): string {
  const text = line.replaceAll("\u00a0", " ");
  return isAscii ? text.replaceAll("–", "-") : text;
}

/** The newest local day with a day's energy. */
function newestDay(days: readonly Day[]): Temporal.PlainDate | null {
  const newest = days.findLast((one) => (one.production ?? 0) > 0);
  return newest ? Temporal.PlainDate.from(newest.day) : null;
}
