import { Command } from "@commander-js/extra-typings";
import { readCount, readDate, readTypes } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh repair`: fetches what was never fetched. */
export function repairCommand(context: CommandContext) {
  return new Command()
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option(
      "--only <TYPES>",
      "only these types of data (repeatable, or several with commas)",
      readTypes,
    )
    .option("--from <DATE>", "from this local day (default: the first day of each site)", readDate)
    .option("--to <DATE>", "up to this local day, included (default: today)", readDate)
    .option("--max-requests <N>", "send at most so many requests", readCount)
    .option("--yes", "send more than 100 requests without asking")
    .option("--json", "print the summary as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { from = null, to = null } = options;
      if (from && to && Temporal.PlainDate.compare(from, to) > 0) {
        throw new UsageError(`--from ${from} lies after --to ${to}.`);
      }
      const { sync } = await import("./sync_action.ts");
      await sync(context, command, {
        depth: "recent",
        siteIds: await chosenSites(context, command, options, { mustBeStored: false }),
        only: options.only ?? null,
        skip: [],
        range: null,
        repair: { from, to },
        yes: options.yes ?? false,
        dryRun: false,
        maxRequests: options.maxRequests ?? null,
        json: options.json ?? false,
      });
    });
}

const help =
  `Asks once for everything that nobody has asked for yet, and again for what failed. What
SolarEdge had no values for is left alone: \`seh sync --from DATE --to DATE\` asks again for that.
With --from or --to the balance of each of these days comes too, where it is not here yet (on
SolarEdge's API a credit for each day).

First it says what that costs, and asks above 100 requests; a script says --yes. Safe to end at
any time and to run again: it goes on with what is still missing. When the quota is spent it
ends with 75.

Examples:
  seh gaps                                     what is missing?
  seh repair
  seh repair --site 12345 --only power --from 2026-03-01 --to 2026-03-31
  seh repair --max-requests 50                 a part of it, for a timer

${exitCodesHelp(["done", "failed", "usage", "credentials", "partial", "database", "later"])}`;
