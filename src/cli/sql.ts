import { Argument, Command, Option } from "@commander-js/extra-typings";
import { readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { type SqlFormat, sqlFormats } from "./sql_formats.ts";

/** `seh sql`: a question of one's own to the database. */
export function sqlCommand(context: CommandContext) {
  return new Command()
    .addArgument(new Argument("<statement>", "the question; - reads it from stdin"))
    .addOption(
      new Option("-f, --format <FORMAT>", "how to write the answer").choices(sqlFormats)
        .argParser<SqlFormat>(readWord(sqlFormats)),
    )
    .addHelpText("after", `\n${help}`)
    .action(async (statement, options, command) => {
      const { askDatabase } = await import("./sql_action.ts");
      await askDatabase(context, command, { statement, format: options.format ?? null });
    });
}

const help =
  `On a terminal the answer is a table, of its first 1,000 rows, and where it is too wide for one a line
for each value; into a pipe or a file it is CSV with all of them. The database itself refuses to write anything: the connection may only read. It is
asked in its own SQL, so what works in sqlite3, psql or mariadb works here.

docs/schema.md has every table, column and view. Sends no request to SolarEdge.

Examples:
  seh sql "select * from v_energy_monthly order by 1, 2"
  seh sql "select * from v_daily_energy" > days.csv
  seh sql --format json "select site_id, name from sites" | jq '.[0].name'
  seh sql - < question.sql

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
