import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { instantText, startOfDay } from "../model/site_time.ts";
import { type Change, changesOf } from "./changes.ts";
import type { CommandContext } from "./context.ts";
import { openSession } from "./session.ts";
import { noteUnstored } from "./site_choice.ts";
import { timeText } from "./terminal/human.ts";
import { fitted } from "./terminal/wrapped.ts";
import type { Cell, Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";

/** What the user asked `seh revisions` for. */
export interface RevisionsChoice {
  /** Null: the sites of the settings, else all. */
  readonly siteIds: readonly number[] | null;
  /** A local day of each site; null: all that is known. */
  readonly since: Temporal.PlainDate | null;
  readonly json: boolean;
}

/** So many lines make one table: the columns of a longer list would have to wait for its end. */
const linesOfTable = 500;

/** Shows what the server changed after the fact. Throws SettingsError and DatabaseError. */
export async function showRevisions(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: RevisionsChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const siteIds = choice.siteIds ?? session.settings.siteIds;
  const { sites } = await database.known(siteIds ?? undefined);
  const zones = new Map(sites.map((one) => [one.siteId, one.timeZone]));
  noteUnstored(siteIds, [...zones.keys()], session.note);
  const zoneOf = (siteId: number) => zones.get(siteId) ?? null;
  const since = (siteId: number) =>
    choice.since ? instantText(startOfDay(choice.since, zoneOf(siteId) ?? "UTC")) : null;
  const changes = changesOf(database, siteIds, since);
  if (choice.json) {
    let count = 0;
    world.stdout.print("[");
    for await (const one of changes) {
      await write(world, `${count++ === 0 ? "" : ","}\n${JSON.stringify(changeAsJson(one))}`);
    }
    world.stdout.print(`${count === 0 ? "" : "\n"}]\n`);
    return;
  }
  const look = session.look(world.stdout);
  let lines: Cell[][] = [];
  let isAny = false;
  for await (const one of changes) {
    lines.push(lineOf(one, zoneOf(one.siteId)));
    isAny = true;
    if (lines.length === linesOfTable) {
      await write(world, tableOf(lines, look));
      lines = [];
    }
  }
  if (lines.length > 0) await write(world, tableOf(lines, look));
  if (!isAny) {
    const text = choice.since
      ? `SolarEdge has changed no value since ${choice.since}.\n`
      : "SolarEdge has changed no value after it was fetched.\n";
    world.stdout.print(fitted(text, world.stdout));
  }
}

async function write({ stdout }: CommandContext["world"], text: string): Promise<void> {
  await stdout.write(new TextEncoder().encode(text));
}

function tableOf(lines: readonly (readonly Cell[])[], look: Look): string {
  return renderTable(
    [
      { head: "site", drops: 3 },
      { head: "device", shrinks: true, drops: 2 },
      { head: "for" },
      { head: "value", shrinks: true },
      { head: "old", align: "right" },
      { head: "new", align: "right" },
      { head: "changed", drops: 1 },
    ],
    lines,
    look,
  );
}

function lineOf(one: Change, timeZone: string | null): Cell[] {
  const { device_key: device, time_unit: unit } = one.key;
  return [
    String(one.siteId),
    device ? String(device) : null,
    timeOf(one.localTime, unit === undefined ? null : String(unit)),
    one.column,
    valueText(one.old),
    one.isGone ? "gone" : valueText(one.new),
    timeText(Temporal.Instant.from(one.changedAt), timeZone).slice(0, 10),
  ];
}

/** A quarter-hour to the minute, a day as its date, a month or year as that. */
function timeOf(time: string | null, unit: string | null): string | null {
  if (time === null) return null;
  if (unit === "YEAR") return time.slice(0, 4);
  if (unit === "MONTH") return time.slice(0, 7);
  return time.slice(0, 16).replace("T", " ");
}

function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function changeAsJson(one: Change) {
  return {
    site_id: one.siteId,
    table: one.table,
    key: one.key,
    column: one.column,
    unit: one.unit,
    old: one.old,
    new: one.new ?? null,
    is_stored: !one.isGone,
    changed_at: one.changedAt,
  };
}
