import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname } from "node:path";
import { DatabaseError, isDatabaseError } from "../database/database_error.ts";
import { openDatabase } from "../database/open.ts";
import { loadSettings } from "../settings/load.ts";
import { secretsOf } from "../settings/setting_secrets.ts";
import { type Settings, SettingsError } from "../settings/settings.ts";
import { type CommandContext, globalOptions } from "./context.ts";
import { examineAccess } from "./doctor/access.ts";
import { about, type Finding } from "./doctor/finding.ts";
import {
  examineDatabase,
  examineNeed,
  examineRuns,
  examineTimer,
  lastRuns,
} from "./doctor/harvest.ts";
import { examineClock, examineDisk, examineFiles } from "./doctor/machine.ts";
import { exitCode } from "./exit_codes.ts";
import { isSyncRunning } from "./running_sync.ts";
import { chosenCredentialKind, factsOf } from "./source_facts.ts";
import { findSettings } from "./settings_source.ts";
import { paint, type Style, wantsColour } from "./terminal/colour.ts";
import { counted } from "./terminal/human.ts";
import { printable } from "./terminal/printable.ts";
import { wrappedAfter } from "./terminal/wrapped.ts";

/** Checks everything that a run depends on, and prints a line for each. Ends with 1 where something is wrong. */
export async function doctor(
  context: CommandContext,
  command: CommandUnknownOpts,
  { json, offline }: { readonly json: boolean; readonly offline: boolean },
): Promise<void> {
  const { world } = context;
  const options = globalOptions(command);
  const findings = (await examine(context, options.config, offline)).map((one) => ({
    ...one,
    text: context.redact(printable(one.text)),
    ...one.cure === undefined ? {} : { cure: context.redact(printable(one.cure)) },
  }));
  if (json) world.stdout.print(`${JSON.stringify({ findings }, null, 2)}\n`);
  else if (!options.quiet) {
    const colour = wantsColour(world.stdout, world.environment, options.color);
    const width = Math.min(world.stdout.columns, 100);
    world.stdout.print(findings.map((one) => lineOf(one, width, colour)).join(""));
    world.stdout.print(summary(findings));
  }
  if (findings.some((one) => one.verdict === "wrong")) context.exitWith(exitCode("failed"));
}

async function examine(
  context: CommandContext,
  config: string | undefined,
  offline: boolean,
): Promise<Finding[]> {
  const { world } = context;
  const now = world.clock.now();
  const topic = about("settings");
  let settings: Settings;
  let settingsFile: string | null;
  try {
    const file = findSettings(world, config);
    settingsFile = file?.path ?? null;
    settings = loadSettings({ environment: world.environment, file, cwd: world.cwd });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [
      ...error.mistakes.map((one) =>
        topic.wrong(/[.!?]$/.test(one) ? one : `${one}.`, "Correct it; .env.example explains each.")
      ),
      topic.warning("Nothing else was looked at.", "Run `seh doctor` again after that."),
    ];
  }
  context.hide(secretsOf(settings));
  const { findings: ofAccess, serverDate } = await examineAccess(settings, context, { offline });
  const stored = await examineStored(settings, context);
  return [
    topic.ok(
      settingsFile
        ? `Read from ${settingsFile}.`
        : "There is no settings file; the environment counts.",
    ),
    ...settings.notes.filter((one) => !/chmod/.test(one))
      .map((one) => topic.warning(`${one}.`, "Take it out of the settings.")),
    ...ofAccess,
    examineClock(now, serverDate, stored.newestReport),
    ...stored.findings,
    ...await examineDisk([
      ...stored.file ? [dirname(stored.file)] : [],
      dirname(settings.quotaFile),
    ]),
    ...await examineFiles(settings, settingsFile, stored.file),
    ...stored.later,
  ];
}

interface Stored {
  readonly findings: readonly Finding[];
  /** About timer and runs, which come last. */
  readonly later: readonly Finding[];
  readonly newestReport: Temporal.Instant | null;
  /** The file of the database; null for a server or where there is none. */
  readonly file: string | null;
}

async function examineStored(settings: Settings, { world }: CommandContext): Promise<Stored> {
  const topic = about("database");
  const now = world.clock.now();
  const { HOME } = world.environment;
  const nothing = { later: [await examineTimer([], HOME, now)], newestReport: null, file: null };
  try {
    const database = await openDatabase(settings.databaseUrl, {
      create: false,
      briefly: true,
      clock: world.clock,
      cwd: world.cwd,
    });
    try {
      const file = database.dialect === "sqlite" && database.address !== ":memory:"
        ? database.address
        : null;
      const found = await examineDatabase(database);
      if (found.verdict !== "ok") return { ...nothing, findings: [found], file };
      // Without access nobody knows the plan.
      const kind = await chosenCredentialKind(settings);
      const source = kind && await factsOf(kind, settings);
      const need = await examineNeed(database, source, settings, now);
      const runs = await lastRuns(database, now);
      const isRunning = runs.at(0)?.exitCode === null
        ? await isSyncRunning(database, world)
        : false;
      return {
        findings: [...need.findings, found],
        later: [await examineTimer(runs, HOME, now), examineRuns(runs, now, isRunning)],
        newestReport: need.newestReport,
        file,
      };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (isDatabaseError(error, "absent")) {
      return {
        ...nothing,
        findings: [topic.warning("There is no database yet.", "Run: seh sync")],
      };
    }
    if (!(error instanceof DatabaseError)) throw error;
    const cure = "Correct SEH_DATABASE_URL, or start the database.";
    return { ...nothing, findings: [topic.wrong(`${error.message}.`, cure)] };
  }
}

const styles: Record<Finding["verdict"], Style> = { ok: "green", warning: "yellow", wrong: "red" };
const verdictWidth = 9;
const topicWidth = 11;

function lineOf({ verdict, topic, text, cure }: Finding, width: number, colour: boolean): string {
  const head = verdict.padEnd(verdictWidth);
  const painted = colour ? paint(head, styles[verdict]) : head;
  const indent = verdictWidth + topicWidth;
  // On a narrow terminal the words begin below what they are about.
  const isNarrow = width < indent + 40;
  const words = `${text}${cure === undefined ? "" : ` ${cure}`}`;
  return isNarrow
    ? `${painted}${topic}\n${wrappedAfter(words, width, 2, true)}\n`
    : `${painted}${topic.padEnd(topicWidth)}${wrappedAfter(words, width, indent, false)}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (verdict: Finding["verdict"]) =>
    findings.filter((one) => one.verdict === verdict).length;
  const [wrong, warnings] = [count("wrong"), count("warning")];
  if (wrong + warnings === 0) return "\nEverything is as it should be.\n";
  const parts = [
    ...wrong > 0 ? [`${counted(wrong, "thing")} wrong`] : [],
    ...warnings > 0 ? [counted(warnings, "warning")] : [],
  ];
  return `\n${parts.join(", ")}.\n`;
}
