import { Argument, Command } from "@commander-js/extra-typings";
import { readDate, readWord } from "./arguments.ts";
import { type ChartName, chartNames } from "./chart_names.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh chart`: the energy of a site, drawn in the terminal. */
export function chartCommand(context: CommandContext) {
  return new Command()
    .addArgument(
      new Argument("[picture]", "what to draw").choices(chartNames)
        .argParser<ChartName>(readWord(chartNames)).default("day" as const),
    )
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option(
      "--date <DATE>",
      "the day to draw, or the last one of days, months and heatmap",
      readDate,
    )
    .addHelpText("after", `\n${help}`)
    .action(async (picture, options, command) => {
      const { drawCharts } = await import("./chart_action.ts");
      await drawCharts(context, command, {
        picture,
        siteIds: await chosenSites(context, command, options, { mustBeStored: true }),
        date: options.date ?? null,
      });
    });
}

const help =
  `Sends no request. The pictures are as wide as the terminal (COLUMNS); with TERM=dumb they are
ASCII.

  day      power by quarter-hour: production, and consumption if metered
  days     the energy of the last 31 days
  months   the energy of the last 24 months
  heatmap  a sign for each day of the last year, the darker the more it gave

Examples:
  seh chart
  seh chart day --date 2026-05-31
  seh chart heatmap --site 12345

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
