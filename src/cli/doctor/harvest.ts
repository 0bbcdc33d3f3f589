import type { Database } from "../../database/database.ts";
import { compareInstants, later } from "../../model/interval.ts";
import { table } from "../../model/tables.ts";
import type { Settings } from "../../settings/settings.ts";
import type { SourceFacts } from "../../source/source.ts";
import { fleetNeedText } from "../fleet_need.ts";
import { agoText, counted, durationText, sizeText } from "../terminal/human.ts";
import { about, type Finding } from "./finding.ts";

/** A run of sync as the database remembers it. */
export interface Run {
  readonly startedAt: Temporal.Instant;
  readonly exitCode: number | null;
}

/** So many runs show the habit of a timer. */
const habitRuns = 20;

/** The newest runs, newest first. Throws DatabaseError. */
export async function lastRuns(database: Database, now: Temporal.Instant): Promise<Run[]> {
  const columns = table("runs").columns.map((one) => one.name);
  const [start, code] = [columns.indexOf("started_at"), columns.indexOf("exit_code")];
  const runs: Run[] = [];
  // The key of a run begins with its start: older months are not read at all.
  const since = now.subtract({ hours: 40 * 24 }).toString({ smallestUnit: "second" });
  for await (const page of database.read({ table: "runs", after: [since] })) {
    for (const row of page) {
      const at = Date.parse(String(row[start]));
      if (Number.isNaN(at)) continue;
      const startedAt = Temporal.Instant.fromEpochMilliseconds(at);
      runs.push({ startedAt, exitCode: row[code] === null ? null : Number(row[code]) });
    }
  }
  return runs.sort((a, b) => compareInstants(b.startedAt, a.startedAt)).slice(
    0,
    habitRuns,
  );
}

const runsTopic = about("last runs");

const codes: Readonly<Record<number, string>> = {
  1: "it failed",
  2: "the settings were wrong",
  4: "SolarEdge refused the access",
  5: "some data could not be fetched or stored",
  6: "the database could not be used",
  75: "the rest is fetched by a later run",
  130: "it was stopped",
  143: "it was stopped",
};
/** Ends that need no action: run again later, stopped by a person. */
const harmless: readonly (number | null)[] = [0, 75, 130, 143];

/** How the last syncs ended. Pure. */
export function examineRuns(
  runs: readonly Run[],
  now: Temporal.Instant,
  isRunning: boolean | null,
): Finding {
  const [last] = runs;
  if (!last) return runsTopic.warning("No sync has run in the last 40 days.", "Run: seh sync");
  const when = agoText(last.startedAt, now);
  if (last.exitCode === null) {
    const isFresh = now.since(last.startedAt).total("hours") < 2;
    if (isRunning === null && isFresh) {
      return runsTopic.ok(`A sync began ${when}; whether it still runs is not known.`);
    }
    return isRunning
      ? runsTopic.ok(`A sync began ${when} and is still running.`)
      : runsTopic.warning(`The last sync (${when}) did not finish.`, "Run: seh sync");
  }
  if (last.exitCode === 0) return runsTopic.ok(`The last sync (${when}) fetched all that was due.`);
  const failed = runs.findIndex((one) => harmless.includes(one.exitCode));
  const count = failed < 0 ? runs.length : failed;
  const how = codes[last.exitCode] ?? `it ended with exit code ${last.exitCode}`;
  const text = `The last sync: ${when}; ${how}.`;
  if (harmless.includes(last.exitCode)) return runsTopic.ok(text);
  const row = count > 1 ? ` So did the ${counted(count, "last sync", "last syncs")}.` : "";
  const cure = last.exitCode === 5 ? "See what and why: seh status" : "See why: seh sync --verbose";
  return count > 2 ? runsTopic.wrong(`${text}${row}`, cure) : runsTopic.warning(text, cure);
}

const timer = about("timer");

/** Places where `seh service install`, or somebody by hand, leaves a timer. */
function timerFiles(home: string | undefined): string[] {
  return [
    ...home
      ? [
        `${home}/.config/systemd/user/seh.timer`,
        `${home}/Library/LaunchAgents/local.seh.sync.plist`,
      ]
      : [],
    "/etc/systemd/system/seh.timer",
    "/Library/LaunchDaemons/local.seh.sync.plist",
  ];
}

/** Whether something starts seh again and again: a file of a timer, else the habit of the last runs. */
export async function examineTimer(
  runs: readonly Run[],
  home: string | undefined,
  now: Temporal.Instant,
): Promise<Finding> {
  const found: string[] = [];
  for (const path of timerFiles(home)) {
    try {
      if ((await Deno.stat(path)).isFile) found.push(path);
    } catch {
      // Not there, or not for this user to see.
    }
  }
  const gap = usualGapSeconds(runs);
  const silent = runs[0] ? now.since(runs[0].startedAt).total("seconds") : Infinity;
  const habit = gap === null ? "" : ` Syncs begin about every ${durationText(gap)}.`;
  if (gap !== null && silent > Math.max(gap * 4, 7200)) {
    return timer.warning(
      `${habit.trim()} The last was ${
        agoText(runs[0].startedAt, now)
      }: the timer seems to stand still.`,
      found.length > 0 ? "See: seh service status" : "Start it again, or run: seh service install",
    );
  }
  if (found.length > 0) return timer.ok(`${found[0]} is there.${habit}`);
  return gap !== null
    ? timer.ok(habit.trim())
    : timer.warning("Nothing seems to start seh by itself.", "Run: seh service install");
}

/** The middle of the gaps between runs; null for fewer than four runs. */
function usualGapSeconds(runs: readonly Run[]): number | null {
  if (runs.length < 4) return null;
  const gaps = runs.slice(1).map((one, i) =>
    runs[i].startedAt.since(one.startedAt).total("seconds")
  ).sort((a, b) => a - b);
  return Math.round(gaps[Math.floor(gaps.length / 2)] / 60) * 60;
}

const databaseTopic = about("database");

/** Whether the database can be used; its size. Throws DatabaseError. */
export async function examineDatabase(database: Database): Promise<Finding> {
  const state = await database.state();
  if (state === "behind") {
    return databaseTopic.wrong(
      `${database.address} was made by an older version of seh.`,
      "Run: seh init-db",
    );
  }
  if (state === "empty") {
    return databaseTopic.warning(
      `${database.address} holds no tables of seh yet.`,
      "Run: seh sync",
    );
  }
  const size = await database.size();
  return databaseTopic.ok(`${database.address}${size === null ? "" : `, ${sizeText(size)}`}.`);
}

/** Whether the quota of a source, where that is known, pays for all sites, and the newest report of any of them. Throws DatabaseError. */
export async function examineNeed(
  database: Database,
  source: SourceFacts | null,
  settings: Settings,
  now: Temporal.Instant,
): Promise<{ findings: Finding[]; newestReport: Temporal.Instant | null }> {
  const known = await database.known();
  const need = source && fleetNeedText(known, source, settings, now);
  const newestReport = known.sites.reduce<Temporal.Instant | null>(
    (newest, { lastUpdate }) =>
      lastUpdate && newest ? later(newest, lastUpdate) : lastUpdate ?? newest,
    null,
  );
  const findings = need === null
    ? []
    : [about("quota").warning(need, "Choose fewer sites (SEH_SITE_IDS) or a larger plan.")];
  return { findings, newestReport };
}
