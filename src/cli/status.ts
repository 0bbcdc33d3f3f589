import { Command } from "@commander-js/extra-typings";
import { readDurationSeconds, siteOption, sitesOf, sitesOption } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh status`: how complete and how fresh is what the database holds? */
export function statusCommand(context: CommandContext) {
  return new Command("status")
    .description("how complete and how fresh the data is, per site and data type")
    .addOption(siteOption())
    .addOption(sitesOption())
    .option("--json", "everything as one JSON object")
    .option(
      "--max-age <TIME>",
      "for monitoring: exit 3 when data is staler than this (90m, 2h, 1d)",
      readDurationSeconds,
    )
    .option("--diagnostics", "versions, addresses, settings and paths, for a report of a problem")
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const wish = {
        siteIds: sitesOf(options),
        json: options.json ?? false,
        maxAgeSeconds: options.maxAge ?? null,
      };
      if (options.diagnostics) {
        const { showDiagnostics } = await import("./diagnostics.ts");
        await showDiagnostics(context, command, wish.json);
      } else {
        const { showStatus } = await import("./status_action.ts");
        await showStatus(context, command, wish);
      }
    });
}

const help = `Sends no request and needs no API key (the quota is shown when there is one).

"history" is the share of the time since the site's first day that was fetched, "gaps" the
number of stretches that are missing in it; \`seh sync --full\` fills them.

With --max-age a site is stale when longer than that has passed since the harvest was known to
hold all that the server had, or when the site itself has been silent for longer, counting only
the hours of the day at which it usually produces: a site that sleeps by night is not stale.

Examples:
  seh status
  seh status --json | jq '.sites[].data_types[] | select(.gaps != [])'
  seh status --max-age 2h --quiet || echo "the harvest is late"

${exitCodesHelp(["done", "failed", "usage", "stale", "database"])}`;
