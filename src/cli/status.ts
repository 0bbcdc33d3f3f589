import { Command, Option } from "@commander-js/extra-typings";
import { readDurationSeconds, readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";
import { sortings } from "./site_sorting.ts";

/** `seh status`: what did the sites make, is everything here, is anything wrong? */
export function statusCommand(context: CommandContext) {
  return new Command()
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option("--all", "a line for each site, however many there are")
    .option("--failing", "only sites with trouble, a line for each")
    .addOption(
      new Option("--sort <ORDER>", `a line for each site, in this order: ${sortings.join(", ")}`)
        .argParser(readWord(sortings)),
    )
    .option("--json", "everything as one JSON object")
    .option(
      "--max-age <TIME>",
      "for monitoring: exit 3 when data is staler than this (90m, 2h, 1d)",
      readDurationSeconds,
    )
    .option("--diagnostics", "versions, addresses, settings and paths, for a report of a problem")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const json = options.json ?? false;
      if (options.diagnostics) {
        const { showDiagnostics } = await import("./diagnostics.ts");
        await showDiagnostics(context, command, json);
      } else {
        const { showStatus } = await import("./status_action.ts");
        await showStatus(context, command, {
          siteIds: await chosenSites(context, command, options, { mustBeStored: true }),
          json,
          maxAgeSeconds: options.maxAge ?? null,
          isList: options.all ?? false,
          onlyFailing: options.failing ?? false,
          sorting: options.sort ?? null,
        });
      }
    });
}

const help = `Sends no request and needs no API key (the credits left are shown when there is one).

Up to a dozen sites are shown one by one: energy in kWh, what happens now, what is here and what
is missing. "self-used" is the part of the production that stayed at the site, "self-sufficient"
the part of the consumption that did not come from the grid. More sites are shown as a fleet:
totals, the sites with trouble, the best and the worst. With --verbose each kind of data has a
line: last sync, newest data, rows, share of the time since the first day, gaps.

A site has trouble when something could not be fetched, or when it is not up to date for more
than 26 hours (--max-age says otherwise).

With --max-age a site is stale when longer than that has passed since the data was known to
hold all that the server had, or when the site itself has been silent for longer, counting only
the hours of the day at which it usually produces: a site that sleeps by night is not stale.

Examples:
  seh status
  seh status --site barn             a part of the name is enough
  seh status --sort yield            every site, the best of yesterday first
  seh status --json | jq '.sites[].energy.today.production_wh'
  seh status --max-age 2h --quiet || echo "the data is late"

${exitCodesHelp(["done", "failed", "usage", "stale", "database"])}`;
