import { Command } from "@commander-js/extra-typings";
import { readDurationSeconds } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";

/** `seh reparse`: rows from the archive of answers, without a request. */
export function reparseCommand(context: CommandContext) {
  return new Command()
    .option("--all", "begin at the first answer, also where the database holds data already")
    .option("--prune <AGE>", "only delete answers older than this (400d)", readDurationSeconds)
    .option("--json", "print what was done as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      if (options.all && options.prune !== undefined) {
        throw new UsageError("--prune only deletes; leave out --all.");
      }
      const action = await import("./reparse_action.ts");
      const json = options.json ?? false;
      await (options.prune === undefined
        ? action.reparse(context, command, { all: options.all ?? false, json })
        : action.prune(context, command, { olderThanSeconds: options.prune, json }));
    });
}

const help =
  `With SEH_ARCHIVE_DIR set, every answer of SolarEdge is kept there: a file for each day and
site, packed, without credentials. Reparse reads them all again and saves them as a sync does: into
an empty database of any kind, or after an update of seh that reads more from the same answers. It
sends nothing and needs no key. A line that cannot be read is left out, and seh says which.

Safe to end at any time: the next reparse goes on where this one stopped, also with answers that
came since. --all begins anew. Values that came while no archive was kept are not in it: in a
database that has them, --all sets back values that differ from the archive.

Examples:
  SEH_DATABASE_URL=sqlite:///./again.db seh reparse
  seh reparse --all                     after an update
  seh reparse --prune 400d              keep the last 400 days

${exitCodesHelp(["done", "failed", "usage", "partial", "database", "later"])}`;
