import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { readSiteIds } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh login`: a homeowner grants access to a site. */
export function loginCommand(context: CommandContext) {
  return new Command("login")
    .description("grant seh access to your site (homeowners, second generation)")
    .option("--paste", "do not wait for the browser: take the answer's address from stdin")
    .option("-s, --site <ID>", "the site that you grant, where the answer may not say it", readSite)
    .option("--no-browser", "print the address only, do not open it")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { login } = await import("./login_action.ts");
      await login(context, command, {
        paste: options.paste ?? false,
        siteId: options.site ?? null,
        browser: options.browser,
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

const help = `Prints the address of SolarEdge's page on which you grant access, opens it
where there is a desktop, and waits five minutes for the browser to come back to
SEH_OAUTH_REDIRECT_URI. SEH_OAUTH_CLIENT_ID and SEH_OAUTH_CLIENT_SECRET must be set. One grant
is for one site: log in once for each. The tokens are kept in SEH_TOKEN_FILE, readable by you
alone; seh renews them when it runs, which it must do at least once in 30 days.

On a machine without a browser open the address elsewhere. The page that it ends on cannot be
shown there; paste its address, which holds the code, into the waiting seh.

Examples:
  seh login
  seh login --paste
  seh login --paste --site 1234567 < answer.txt

${exitCodesHelp(["done", "failed", "usage", "credentials", "later"])}`;
