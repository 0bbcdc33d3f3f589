import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh check-api`: are the credentials good, and which sites do they open? */
export function checkApiCommand(context: CommandContext) {
  return new Command()
    .addHelpText("after", `\n${help}`)
    .action(async (_options, command) => {
      const { checkApi } = await import("./check_api_action.ts");
      await checkApi(context, command);
    });
}

const help = `Asks for the list of sites (one request for each hundred) and writes nothing to the
database. The table goes to stdout, the rest to stderr.

Examples:
  seh check-api
  seh check-api --config /etc/seh/home.env

${exitCodesHelp(["done", "failed", "usage", "credentials", "later"])}`;
