import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh logout`: ends what a login has granted. */
export function logoutCommand(context: CommandContext) {
  return new Command()
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { logout } = await import("./logout_action.ts");
      const siteIds = await chosenSites(context, command, options, { mustBeStored: false });
      await logout(context, command, siteIds);
    });
}

const help = `The access to each site is ended at SolarEdge first, then its tokens are deleted from
SEH_TOKEN_FILE. Your data stay.

Examples:
  seh logout
  seh logout --site 1234567

${exitCodesHelp(["done", "failed", "usage", "credentials"])}`;
