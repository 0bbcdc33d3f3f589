import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh setup`: from nothing to the first data, step by step. */
export function setupCommand(context: CommandContext) {
  return new Command()
    .option("--no-browser", "print the link of the login only, do not open it")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { setup } = await import("./setup_action.ts");
      await setup(context, command, { browser: options.browser });
    });
}

const help =
  `Asks whether you are a homeowner, have a fleet of sites, or only want to try seh. Explains the
sign-up at SolarEdge, writes the settings file (.env in this folder, or the one of --config), logs
in, lists your sites and fetches the first data. What an existing file holds besides stays.

Without a terminal it asks nothing: it prints the guide, for reading.

Examples:
  seh setup
  seh setup --config ~/.config/seh/env
  seh setup | cat                            only print the guide

${exitCodesHelp(["done", "failed", "usage", "credentials", "later"])}`;
