import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { storedSites } from "../check/site.ts";
import { checkSite } from "../check/check.ts";
import { type Finding, type Level, levels, type RuleName } from "../check/finding.ts";
import { dateColumn, tables } from "../model/tables.ts";
import { findingsAsJson, findingsAsText } from "./check_text.ts";
import type { CommandContext } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { openSession } from "./session.ts";
import { noteUnstored } from "./site_choice.ts";
import { fitted } from "./terminal/wrapped.ts";
import type { Output } from "./world.ts";

/** What the user asked `seh check` for. */
export interface CheckChoice {
  /** Null: the sites of the settings, else all. */
  readonly siteIds: readonly number[] | null;
  /** Null: all rules. */
  readonly only: readonly RuleName[] | null;
  readonly level: Level;
  readonly json: boolean;
}

/** Checks and shows the findings. Throws SettingsError and DatabaseError. */
export async function check(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: CheckChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const chosen = choice.siteIds ?? session.settings.siteIds;
  const siteIds = (await storedSites(database)).filter((one) => chosen?.includes(one) ?? true);
  noteUnstored(chosen, siteIds, session.note);
  const { queries: fills } = await session.sourceFacts(database);
  const progress = showProgress(world.stderr, session.options.quiet);
  const findings: Finding[] = [];
  try {
    for (const [at, siteId] of siteIds.entries()) {
      // A row whose time is none belongs to no day that a rule looks at.
      for (const { name } of choice.only === null ? tablesOfDays : []) {
        await session.requireTimes(database, { table: name, siteIds: [siteId] });
      }
      findings.push(
        ...await checkSite(database, siteId, {
          only: choice.only,
          fills,
          signal: world.interrupted(),
          onProgress: (_, done, of) =>
            progress.update(`site ${siteId} (${at + 1} of ${siteIds.length}): ${done} of ${of}`),
        }),
      );
    }
  } finally {
    progress.stop();
  }
  if (choice.json) {
    const json = findingsAsJson(findings, siteIds);
    world.stdout.print(context.redact(`${JSON.stringify(json, null, 2)}\n`));
  } else {
    const { table, text } = findingsAsText(findings, siteIds.length, session.look(world.stdout), {
      each: session.options.verbose,
    });
    world.stdout.print(context.redact(table + fitted(text, world.stdout)));
  }
  const counts = (one: Finding) => levels.indexOf(one.level) >= levels.indexOf(choice.level);
  if (findings.some(counts)) context.exitWith(exitCode("findings"));
}

const tablesOfDays = tables.filter((one) => one.kind !== "engine" && dateColumn(one) !== null);

/** One line at the foot of a terminal that says what is being looked at. */
function showProgress(output: Output, quiet: boolean) {
  if (!output.isTerminal || quiet) return { update: () => {}, stop: () => {} };
  const show = (text: string) => output.print(`\r\u001b[2K${text.slice(0, output.columns - 1)}`);
  // A number that is cut is another number.
  const update = (text: string) =>
    show(text.length + 9 < output.columns ? `checking ${text}` : text);
  return { update, stop: () => show("") };
}
