import { Command } from "@commander-js/extra-typings";
import { readDate } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh revisions`: which values has the server changed after the fact? */
export function revisionsCommand(context: CommandContext) {
  return new Command()
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option("--since <DATE>", "only what was changed on this local day or later", readDate)
    .option("--json", "an array of JSON objects, times in UTC")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { showRevisions } = await import("./revisions_action.ts");
      await showRevisions(context, command, {
        siteIds: await chosenSites(context, command, options, { mustBeStored: true }),
        since: options.since ?? null,
        json: options.json ?? false,
      });
    });
}

const help =
  `Sends no request. SolarEdge corrects values, for example when an inverter delivers late. seh
stores the corrected value and keeps the one before; this command shows both. A value that was
changed more than once has a line for each change.

"for" is the time that the value is about, on the wall clock of the site; "changed" is when seh
found the new value.

Examples:
  seh revisions
  seh revisions --site 12345 --since 2026-11-01
  seh revisions --json | jq '.[] | select(.table == "energy_readings")'

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
