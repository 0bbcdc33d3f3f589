import { Command } from "@commander-js/extra-typings";
import { dataTypes } from "../model/data_type.ts";
import { readCount, readDate, readTypes } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh sync`: fetches what is new, or the whole history. */
export function syncCommand(context: CommandContext) {
  return new Command()
    .option("--full", "complete the whole history too, over as many runs as the quota needs")
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option(
      "--only <TYPES>",
      "only these types of data (repeatable, or several with commas)",
      readTypes,
    )
    .option("--skip <TYPES>", "all but these types of data", readTypes)
    .option("--from <DATE>", "with --to: fetch this range again, from this local day", readDate)
    .option("--to <DATE>", "with --from: up to this local day, included", readDate)
    .option("--yes", "send more than 100 requests for a range without asking")
    .option("--dry-run", "print what would be asked and what it costs, and send nothing")
    .option("--max-requests <N>", "send at most so many requests", readCount)
    .option("--json", "print the summary as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      if (!options.from !== !options.to) {
        throw new UsageError("--from and --to belong together: give both days, or neither.");
      }
      const range = options.from && options.to ? { from: options.from, to: options.to } : null;
      if (range && Temporal.PlainDate.compare(range.from, range.to) > 0) {
        throw new UsageError(`--from ${range.from} lies after --to ${range.to}.`);
      }
      const { sync } = await import("./sync_action.ts");
      await sync(context, command, {
        depth: options.full ? "full" : "recent",
        siteIds: await chosenSites(context, command, options, { mustBeStored: false }),
        only: options.only ?? null,
        skip: options.skip ?? [],
        range,
        repair: null,
        yes: options.yes ?? false,
        dryRun: options.dryRun ?? false,
        maxRequests: options.maxRequests ?? null,
        json: options.json ?? false,
      });
    });
}

const help =
  `Makes the tables when they are not there. A run asks only for what is due: each day that has
closed once, newer values and older data as far as the quota goes. So any timer is safe, from
every few minutes to once a week. Safe to end at any time and to run again.

Types of data:
  ${dataTypes.slice(0, 6).join(", ")},
  ${dataTypes.slice(6, 12).join(", ")},
  ${dataTypes.slice(12).join(", ")}

A range of days (--from, --to) is fetched again whatever is known of it, never from before a
site's first day. seh first says what that costs and asks above 100 requests; a script says
--yes. What was never fetched is cheaper to get with \`seh repair\`.

Before the first sync, --dry-run asks for the list of sites, their time zones and first days,
says how many requests that took, and stores nothing. After it, a dry run sends nothing.

Examples:
  seh sync                                   what is new, for a timer
  seh sync --full                            the whole history, within the quota
  seh sync --site 12345 --only energy,power
  seh sync --from 2026-03-01 --to 2026-03-31 fetch March again
  seh sync --dry-run --full                  what would be asked, and until when

${exitCodesHelp(["done", "failed", "usage", "credentials", "partial", "database", "later"])}`;
