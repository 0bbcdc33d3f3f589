import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { type Language, languages } from "../report/languages.ts";
import { readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

/** `seh report`: what the database holds, as a page to look at. */
export function reportCommand(context: CommandContext) {
  return new Command()
    .option("-o, --output <FILE>", "file or FOLDER/ to write to; - is stdout", "report.html")
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option("--year <YEAR>", "only this year", readYear)
    .addOption(
      new Option("--lang <LANGUAGE>", "language of the page").choices(languages)
        .argParser<Language>(readWord(languages)).default("en" as const),
    )
    .addHelpText("after", `\n${help}`)
    .action(async (options, command) => {
      const { writeReport } = await import("./report_action.ts");
      await writeReport(context, command, {
        output: options.output,
        siteIds: await chosenSites(context, command, options, { mustBeStored: true }),
        year: options.year ?? null,
        language: options.lang,
      });
    });
}

function readYear(text: string): number {
  const year = Number(text);
  if (!/^\d{4}$/.test(text) || year < 2000) {
    throw new InvalidArgumentError("Write the year like 2026.");
  }
  return year;
}

const help =
  `Sends no request. The page holds everything it shows: it opens from disk, works without a
network, prints well and can be sent to anybody. Days are the site's own days. A file of that
name is replaced.

One site: its page. Several: all sites ranked by kWh per kWp, with the whole of each below; of
more than 12 sites a file holds the ranking alone. With -o FOLDER/ there is an index.html with
the ranking and a page for each site.

Examples:
  seh report
  seh report --site 12345 --year 2025 -o 2025.html
  seh report --lang de -o bericht.html
  seh report -o /var/www/solar/

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
