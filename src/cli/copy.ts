import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh copy`: a whole harvest from one database into another. */
export function copyCommand(context: CommandContext) {
  return new Command()
    .option("--from <URL>", "database to copy (default: SEH_DATABASE_URL)")
    .requiredOption("--to <URL>", "database to copy into; empty, or the beginning of a copy")
    .option("--json", "print what was copied and compared as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { copy } = await import("./copy_action.ts");
      await copy(context, command, {
        from: options.from ?? null,
        to: options.to,
        json: options.json ?? false,
      });
    });
}

const help = `Every row of every table goes over as it is. Then both databases are read
again, and the number of rows and a checksum of each table are compared. A copy that was cut
off goes on where it stopped when it is started again; nothing is doubled. A target that
holds other data is left as it is.

Instead of a URL write env:NAME to take it from the environment variable NAME, so that a
password stands neither on the command line nor in the list of processes. While a copy runs no
sync can use either database. When it has ended, set SEH_DATABASE_URL to the copy.

Examples:
  seh copy --to sqlite:////var/lib/seh/solar.db
  seh copy --from sqlite:///./seh.db --to env:TARGET_URL
  seh copy --to env:TARGET_URL --json | jq '.tables[] | select(.equal | not)'

Exit code 1 also means that the copy is not equal to what was copied.

${exitCodesHelp(["done", "failed", "usage", "database", "later"])}`;
