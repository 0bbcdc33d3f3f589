import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh init-db`: creates or upgrades the tables and views. */
export function initDbCommand(context: CommandContext) {
  return new Command()
    .addHelpText("after", `\n${help}`)
    .action(async (_options, command) => {
      const { openSession } = await import("./session.ts");
      await using session = await openSession(context, command);
      const database = await session.openDatabase({ create: true });
      // A view that somebody changed by hand is as it was again.
      const report = await database.migrate("always");
      const { counted } = await import("./terminal/human.ts");
      const done = report.applied.length === 0
        ? "the tables were up to date already"
        : report.applied.length === report.version
        ? "the tables are made"
        : "the tables are brought up to date";
      const views = counted(report.views, "view");
      session.note(`${database.address}: ${done} (version ${report.version}, ${views}).`);
      if (report.isShared) {
        session.note(
          "The Python tool keeps its data in the same place. To give seh a database of its own: " +
            "seh import, with this one as the source.",
        );
      }
    });
}

const help = `Examples:
  seh init-db
  SEH_DATABASE_URL=sqlite:////var/lib/seh/solar.db seh init-db

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
