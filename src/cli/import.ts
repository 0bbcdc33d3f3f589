import { Command } from "@commander-js/extra-typings";
import { readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption } from "./site_choice.ts";

const readDateOrder = readWord(["day-first", "month-first"] as const);
const readDecimal = readWord(["point", "comma"] as const);

/** `seh import`: takes over what other programs and the portal have kept. */
export function importCommand(context: CommandContext) {
  return new Command()
    .argument("<file...>", "files, folders of files, or URLs of databases")
    .option("--dry-run", "say what would come in, and store nothing")
    .addOption(
      siteOption("site of the portal's files, which name none: its number, or its name"),
    )
    .option("--serial <SERIAL>", "device of the portal's files, which know it by name only")
    .option("--time-zone <ZONE>", "time zone of sites for which it is not known: Europe/Berlin")
    .option(
      "--date-order <ORDER>",
      "day-first or month-first, where the file leaves it open",
      readDateOrder,
    )
    .option("--decimal <SIGN>", "point or comma, where the file leaves it open", readDecimal)
    .option(
      "--written-in <ZONE>",
      "zone of the server that the Python tool wrote to, where it has changed since",
    )
    .option("--distrust", "count nothing as fetched: sync fetches all of it again")
    .option("--json", "print the report as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (sources, options, command) => {
      const { importAction } = await import("./import_action.ts");
      await importAction(context, command, {
        sources,
        isDryRun: options.dryRun ?? false,
        siteIds: await chosenSites(context, command, options, { mustBeStored: false }) ?? [],
        serial: options.serial ?? null,
        timeZone: options.timeZone ?? null,
        dateOrder: options.dateOrder ?? null,
        decimal: options.decimal ?? null,
        writtenIn: options.writtenIn ?? null,
        distrust: options.distrust ?? false,
        json: options.json ?? false,
      });
    });
}

const help = `What a file is, seh sees from its content. Imported values fill what is missing. They
never replace what seh has fetched, and any value of SolarEdge's API replaces them. What is
sure counts as fetched, so that a sync does not pay for it again. The source is only read. To import
the same again changes nothing; an import that was cut off goes on when it is started again.

Lines that cannot be read are left out, and seh says which; then it ends with 5, and the rest is
stored. It ends with 2 where nothing could be imported. A whole database of seh is copied with
\`seh copy\`.

Instead of a URL write env:NAME to take it from the environment variable NAME, and - for what comes
through a pipe.

Examples:
  seh import ./seh.db --dry-run           a database of the Python tool
  seh import env:OLD_DATABASE_URL         the same on PostgreSQL or MariaDB
  seh import ~/Downloads/Chart*.csv --site 1234567
  ssh pi cat seh.db | seh import -        a file of another machine
  seh import backup/                      a folder of \`seh export -o backup/\`

${exitCodesHelp(["done", "failed", "usage", "partial", "database", "later"])}`;
