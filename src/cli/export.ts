import { Argument, Command, Option } from "@commander-js/extra-typings";
import { type DatasetName, datasetNames, formerNames } from "../export/datasets.ts";
import { type FormatName, formatNames } from "../export/format_names.ts";
import { readDecimalSign, readWord } from "./arguments.ts";
import { type CommandContext, globalOptions } from "./context.ts";
import { readFirstDay, readLastDay } from "./day_words.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { type EnergyUnit, energyUnits } from "./export_options.ts";
import { UsageError } from "./failure.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

type DatasetWord = DatasetName | "all";
/** Beside files of rows, one of the newest values. */
const allFormats = [...formatNames, "prometheus"] as const;

const choices: readonly DatasetWord[] = [...datasetNames, "all"];

/** `seh export`: rows out of the database, in files of many kinds. */
export function exportCommand(context: CommandContext) {
  return new Command("export")
    .description("write data as CSV, JSON, NDJSON and more")
    .addArgument(
      new Argument("[dataset]", "what to export").choices(choices).argParser(readDataset)
        .default("all"),
    )
    .addOption(
      new Option("-f, --format <FORMAT>", "format of the file").choices(allFormats)
        .argParser<FormatName | "prometheus">(readWord(allFormats)).default("csv" as const),
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
    .option(
      "--start <DAY>",
      "from this day on, in the site's time zone: 2026-05-31, 7d, last-month",
      readFirstDay,
    )
    .option("--end <DAY>", "up to this day, included: yesterday, last-month, 2026-05", readLastDay)
    .addOption(
      new Option("--unit <UNIT>", "energy of each day (the default), month or year")
        .choices(energyUnits).argParser<EnergyUnit>(readWord(energyUnits)),
    )
    .option("--serial <SERIAL>", "only the device with this serial number")
    .addHelpText("after", `\n${help}`)
    .action(async (word, options, command) => {
      const former = formerNames.get(word);
      if (former && !globalOptions(command).quiet) {
        context.world.stderr.print(`${word} is called ${former} now, as in \`seh sync --only\`.\n`);
      }
      const siteIds = await chosenSites(context, command, options, { mustBeStored: true });
      const output = options.output ?? null;
      if (options.format === "prometheus") {
        const { start, end, serial, unit, safe, csvFor, locale } = options;
        if (word !== "all" || [start, end, serial, unit, safe, csvFor, locale].some(Boolean)) {
          throw new UsageError(
            "prometheus holds the newest values of sites: with it go only --site, --sites-from and -o.",
          );
        }
        const { exportPrometheus } = await import("./prometheus_action.ts");
        return await exportPrometheus(context, command, { output, siteIds });
      }
      const { exportData } = await import("./export_action.ts");
      await exportData(context, command, {
        datasets: former ?? word as DatasetWord,
        format: options.format,
        output,
        siteIds,
        start: options.start ?? null,
        end: options.end ?? null,
        serial: options.serial ?? null,
        unit: options.unit ?? null,
        isSafe: options.safe ?? false,
        csvFor: options.csvFor ?? null,
        decimalSign: options.locale ?? null,
      });
    });
}

/** A dataset by its name, or by one that it had. */
function readDataset(text: string): string {
  return formerNames.has(text) ? text : readWord(choices)(text);
}

const help =
  `Without -o the data goes to stdout when that is a pipe or a file, and on a terminal to a
new file in the current folder, whose name is printed; \`seh export\` alone makes a folder with
a CSV file of each dataset. Needs no API key.

Energy is that of each day. Months and years come with --unit, in a file of their own, so that
no sum counts a day twice; --unit all writes all of them, for a copy of everything.

Days are those of each site: 2026-05-31, a month 2026-05, a year 2026, 7d (days ago; 2w, 3m,
1y), today, yesterday, this-week, last-week, this-month, last-month, this-year, last-year.
--start takes the first day of a month or year, --end the last.

JSON: an array of objects; of all datasets, one object with an array for each. NDJSON: one
object a line; of all datasets, each names its own in "dataset". CSV: a header line, then a
line a row; of all datasets, a file each in the folder given with -o FOLDER/.

xlsx: a workbook of Excel with a sheet for each dataset, numbers as numbers, dates as dates.
parquet: a file for each dataset, with types, for DuckDB, pandas and the like. prometheus: the
newest values of the sites, for the textfile collector; write it to a file after each sync.

For Excel: --csv-for excel writes the decimal sign of --locale (by default that of this
machine), semicolons where it is a comma, and times that Excel knows; the file opens with a
double click. Names and texts come from others: --safe keeps them from being run as formulas.

Times are as in the database: "timestamp" is UTC, "local_time" the site's wall clock. A value
that is missing is an empty cell in CSV (an empty text is "") and null in JSON. Flags are 0 and
1 in CSV, true and false in JSON; what the API sent beyond the known fields stands in "extra".
With all datasets a filter narrows those that have it; the others come whole.

Examples:
  seh export energy > energy.csv
  seh export energy --unit month --start last-year > months.csv
  seh export power --start last-month --end last-month -o month.csv
  seh export telemetry --serial 7E123456-12 -f ndjson | gzip > inverter.gz
  seh export --format json | jq '.sites[].name'
  seh export -o everything/
  seh export -f xlsx -o solar.xlsx
  seh export power -f parquet -o power.parquet
  seh export -f prometheus -o /var/lib/node_exporter/seh.prom
  seh export energy --csv-for excel --locale de-DE -o energie.csv

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
