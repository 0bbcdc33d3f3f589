import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { readSiteIds } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh login`: a homeowner grants access to a site. */
export function loginCommand(context: CommandContext) {
  return new Command()
    .option("--paste", "do not wait for the browser: paste the address it came to")
    .option("-s, --site <ID>", "your site, where SolarEdge's answer does not say it", readSite)
    .option("--no-pkce", "make the link without PKCE, where SolarEdge's page does not take it")
    .option("--no-browser", "print the link only, do not open it")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { login } = await import("./login_action.ts");
      await login(context, command, {
        paste: options.paste ?? false,
        siteId: options.site ?? null,
        browser: options.browser,
        pkce: options.pkce,
      });
    });
}

function readSite(text: string): number {
  const ids = readSiteIds(text);
  if (ids.length > 1) {
    throw new InvalidArgumentError("Give one site; log in once for each.");
  }
  return ids[0];
}

const help = `Needs the client id and secret of an application at SolarEdge (SEH_OAUTH_CLIENT_ID and
SEH_OAUTH_CLIENT_SECRET). \`seh setup\` explains how to get them, step by step.

Prints a link, opens it where there is a desktop, and waits five minutes until you have allowed
access there. Only the owner of a site can allow it. One login is for one site: log in once for
each. The tokens are kept in SEH_TOKEN_FILE, readable by you alone. Run seh at least once in 30
days, or log in again.

On a machine without a browser open the link elsewhere. The page that it ends on cannot be
shown there: copy its address from the address bar and paste it here. If the address does not
carry the mark of this login, seh asks whether the site is yours; --site says so beforehand.

Examples:
  seh login
  seh login --paste
  seh login --paste --site 1234567 < answer.txt

${exitCodesHelp(["done", "failed", "usage", "credentials", "later"])}`;
