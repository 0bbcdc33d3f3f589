import { Command } from "@commander-js/extra-typings";
import { readTypes } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh gaps`: what is missing, and why? */
export function gapsCommand(context: CommandContext) {
  return new Command()
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option(
      "--only <TYPES>",
      "only these types of data (repeatable, or several with commas)",
      readTypes,
    )
    .option("--json", "every gap as JSON, times in UTC")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { showGaps } = await import("./gaps_action.ts");
      await showGaps(context, command, {
        siteIds: await chosenSites(context, command, options, { mustBeStored: true }),
        only: options.only ?? null,
        json: options.json ?? false,
      });
    });
}

const help = `Sends no request. Looks at everything from the first day of a site to its last report.
Something is missing for one of three reasons:

  not fetched     nobody has asked yet, or it failed: \`seh repair\` fetches it
  no values       SolarEdge was asked and had nothing for this time
  not available   SolarEdge says that there is no such data, and why

The night of an inverter is no gap. Many short gaps of one kind share a line; --verbose and
--json give each of them.

Examples:
  seh gaps
  seh gaps --site 12345 --only power,telemetry
  seh gaps --json | jq '.gaps[] | select(.kind == "empty")'

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
