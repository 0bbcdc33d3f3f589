import { Argument, Command, Option } from "@commander-js/extra-typings";
import {
  type DatasetName,
  datasetNames,
  type FormatName,
  formatNames,
} from "../export/datasets.ts";
import { readDate, readDecimalSign, readWord } from "./arguments.ts";
import type { CommandContext } from "./context.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

const choices: readonly (DatasetName | "all")[] = [...datasetNames, "all"];

/** `seh export`: rows out of the database, as CSV, JSON or NDJSON. */
export function exportCommand(context: CommandContext) {
  return new Command("export")
    .description("write data as CSV, JSON or NDJSON")
    .addArgument(
      new Argument("[dataset]", "what to export").choices(choices).argParser(readWord(choices))
        .default("all" as const),
    )
    .addOption(
      new Option("-f, --format <FORMAT>", "format of the file").choices(formatNames)
        .argParser<FormatName>(readWord(formatNames)).default("csv" as const),
    )
    .option("--safe", "CSV: text that a spreadsheet would run as a formula gets an apostrophe")
    .addOption(
      new Option("--csv-for <PROGRAM>", "CSV that this program opens as it is, --safe included")
        .choices(["excel"] as const),
    )
    .option("--locale <TAG>", "with --csv-for: whose decimal sign, such as de-DE", readDecimalSign)
    .option("-o, --output <FILE>", "file or FOLDER/ to write to; - is stdout")
    .addOption(siteOption())
    .addOption(sitesOption())
    .addOption(sitesFromOption())
    .option("--start <DATE>", "from this day on, in the site's time zone", readDate)
    .option("--end <DATE>", "up to this day, included", readDate)
    .option("--serial <SERIAL>", "only the device with this serial number")
    .addHelpText("after", `\n${help}`)
    .action(async (dataset, options, command) => {
      const { exportData } = await import("./export_action.ts");
      await exportData(context, command, {
        datasets: dataset === "all" ? "all" : dataset,
        format: options.format,
        output: options.output ?? null,
        siteIds: await chosenSites(context, command, options, { mustBeStored: true }),
        start: options.start ?? null,
        end: options.end ?? null,
        serial: options.serial ?? null,
        isSafe: options.safe ?? false,
        csvFor: options.csvFor ?? null,
        decimalSign: options.locale ?? null,
      });
    });
}

const help =
  `Without -o the data goes to stdout when that is a pipe or a file, and on a terminal to a
new file in the current folder, whose name is printed. Needs no API key.

JSON: an array of objects; of all datasets, one object with an array for each. NDJSON: one
object a line; of all datasets, each names its own in "dataset". CSV: a header line, then a
line a row; of all datasets, a file each in the folder given with -o FOLDER/.

For Excel: --csv-for excel writes the decimal sign of --locale (by default that of this
machine), semicolons where it is a comma, and times that Excel knows; the file opens with a
double click. Names and texts come from others: --safe keeps them from being run as formulas.

Times are as in the database: "timestamp" is UTC, "local_time" the site's wall clock. A value
that is missing is an empty cell in CSV (an empty text is "") and null in JSON. Flags are 0 and
1 in CSV, true and false in JSON; what the API sent beyond the known fields stands in "extra".
With all datasets a filter narrows those that have it; the others come whole.

Examples:
  seh export energy > energy.csv
  seh export power --start 2026-05-01 --end 2026-05-31 -o may.csv
  seh export telemetry --serial 7E123456-12 -f ndjson | gzip > inverter.gz
  seh export --format json | jq '.sites[].name'
  seh export -o everything/
  seh export energy --csv-for excel --locale de-DE -o energie.csv

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
