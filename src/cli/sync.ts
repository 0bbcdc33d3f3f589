import { Command } from "@commander-js/extra-typings";
import { type DataType, dataTypes } from "../model/data_type.ts";
import { readCount, readDate, readWord, siteOption, sitesOf, sitesOption } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";

/** `seh sync`: fetches what is new, or the whole history. */
export function syncCommand(context: CommandContext) {
  return new Command("sync")
    .description("fetch what is new into the database")
    .option("--full", "complete the whole history too, over as many runs as the quota needs")
    .addOption(siteOption())
    .addOption(sitesOption())
    .option(
      "--only <TYPES>",
      "only these types of data (repeatable, or several with commas)",
      readTypes,
    )
    .option("--skip <TYPES>", "all but these types of data", readTypes)
    .option("--from <DATE>", "with --to: fetch this range again, from this local day", readDate)
    .option("--to <DATE>", "with --from: up to this local day, included", readDate)
    .option("--dry-run", "send nothing; print each request, its reason and its cost")
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
        siteIds: sitesOf(options),
        only: options.only ?? null,
        skip: options.skip ?? [],
        range,
        dryRun: options.dryRun ?? false,
        maxRequests: options.maxRequests ?? null,
        json: options.json ?? false,
      });
    });
}

const readType = readWord<DataType>(dataTypes);

function readTypes(text: string, previous: readonly DataType[] = []): readonly DataType[] {
  const types = text.split(",").map((word) => readType(word.trim()));
  return [...new Set([...previous, ...types])];
}

const help =
  `Makes the tables when they are not there. What has not changed is not asked for: a site that
has not reported since costs one request. Safe to end at any time and to run again.

Types of data:
  ${dataTypes.slice(0, 6).join(", ")},
  ${dataTypes.slice(6, 12).join(", ")},
  ${dataTypes.slice(12).join(", ")}

Examples:
  seh sync                                   what is new, for a timer
  seh sync --full                            the whole history, within the quota
  seh sync --site 12345 --only energy,power
  seh sync --from 2026-03-01 --to 2026-03-31 fetch March again
  seh sync --dry-run --full                  what would be asked, and until when

${exitCodesHelp(["done", "failed", "usage", "credentials", "partial", "database", "later"])}`;
