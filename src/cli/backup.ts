import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh backup`: a copy of the database file, while a sync may be running. */
export function backupCommand(context: CommandContext) {
  return new Command()
    .argument("<FILE>", "the copy to write")
    .option("--force", "replace FILE if it is there")
    .option("--json", "print what was copied as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (file, options, command) => {
      const { backup } = await import("./backup_action.ts");
      await backup(context, command, {
        file,
        force: options.force ?? false,
        json: options.json ?? false,
      });
    });
}

const help =
  `The copy holds the database as it is at one moment. It is written beside FILE, checked (every
page, every index, the rows of each table), and only then takes its place: FILE is always a whole
copy. Who may read the database may read the copy.

To restore, end the timer and put the copy in the place of the database, or name it in
SEH_DATABASE_URL. For a database in PostgreSQL or MariaDB use pg_dump or mariadb-dump, or copy it
into a file: seh copy --to sqlite:////backup/seh.db

Examples:
  seh backup /backup/seh.db --force
  seh backup "/backup/seh-$(date +%F).db"

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
