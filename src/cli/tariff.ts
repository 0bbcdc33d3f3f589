import { Command } from "@commander-js/extra-typings";
import { readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";

/** `seh tariff`: what energy costs and earns, for costs and savings. */
export function tariffCommand(context: CommandContext) {
  const actions = ["load", "check", "show"] as const;
  return new Command()
    .argument("<action>", actions.join(", "), readWord(actions))
    .argument("[file]", "file with the prices, for load and check")
    .option("--json", "show: the prices as JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (action, file, options, command) => {
      const { tariff } = await import("./tariff_action.ts");
      await tariff(context, command, { action, file: file ?? null, json: options.json ?? false });
    });
}

const help = `Sends no request. You write the prices of your contract into a file, for example:

  currency: EUR
  purchase:
    - from: 2024-01-01
      price_per_kwh: 0.34
  feed_in:
    - from: 2024-01-01
      price_per_kwh: 0.08

Prices by time of day, of several sites, and what the installation has cost: docs/tariffs.md.

\`load\` puts the file in place of all prices that the database holds. The view v_costs_daily and
\`seh report\` use them at once, for all days. A day without a price has no cost.

Examples:
  seh tariff check tariffs.yaml
  seh tariff load tariffs.yaml
  seh tariff show

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
