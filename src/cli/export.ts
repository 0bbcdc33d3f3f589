import { Argument, Command, Option } from "@commander-js/extra-typings";
import { type DatasetName, datasetNames, formerNames } from "../export/datasets.ts";
import {
  allFormatNames,
  type FormatName,
  isSiteFormat,
  type SiteFormatName,
  siteFormats,
} from "../export/formats.ts";
import { readDecimalSign, readWord } from "./arguments.ts";
import { type CommandContext, globalOptions } from "./context.ts";
import { readFirstDay, readLastDay } from "./day_words.ts";
import { exitCodesHelp } from "./exit_codes.ts";
import { type EnergyUnit, energyUnits, type ExportOptions } from "./export_options.ts";
import { UsageError } from "./failure.ts";
import { chosenSites, siteOption, sitesFromOption, sitesOption } from "./site_choice.ts";

type DatasetWord = DatasetName | "all";
const choices: readonly DatasetWord[] = [...datasetNames, "all"];

/** `seh export`: rows out of the database, in files of many kinds. */
export function exportCommand(context: CommandContext) {
  return new Command()
    .addArgument(
      new Argument("[dataset]", "what to export").choices(choices).argParser(readDataset)
        .default("all"),
    )
    .addOption(
      new Option("-f, --format <FORMAT>", "format of the file").choices(allFormatNames)
        .argParser<FormatName | SiteFormatName>(readWord(allFormatNames)).default("csv" as const),
    )
    .option("--partition", "Parquet: a file for each site and month, in folders that name them")
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
      const { format } = options;
      if (isSiteFormat(format)) {
        const { start, end, serial, unit, partition, safe, csvFor, locale } = options;
        const others = [start, end, serial, unit, partition, safe, csvFor, locale];
        if (word !== "all" || others.some(Boolean)) {
          throw new UsageError(
            `${format} holds ${
              siteFormats[format].holds
            } of sites: with it go only --site, --sites-from and -o.`,
          );
        }
        const { exportSites } = await import("./export_sites_action.ts");
        return await exportSites(context, command, format, { output, siteIds });
      }
      const chosen: ExportOptions = {
        datasets: former ?? word as DatasetWord,
        format,
        output,
        siteIds,
        start: options.start ?? null,
        end: options.end ?? null,
        serial: options.serial ?? null,
        unit: options.unit ?? null,
        isPartitioned: options.partition ?? false,
        isSafe: options.safe ?? false,
        csvFor: options.csvFor ?? null,
        decimalSign: options.locale ?? null,
      };
      if (chosen.isPartitioned) {
        const { exportPartitions } = await import("./export_partitions_action.ts");
        return await exportPartitions(context, command, chosen);
      }
      const { exportData } = await import("./export_action.ts");
      await exportData(context, command, chosen);
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
parquet: a file for each dataset, with types, for DuckDB, pandas and the like; with --partition
a file for each site and month, FOLDER/site_id=1234567/month=2026-05/power.parquet. prometheus: the
newest values of the sites, for the textfile collector; write it to a file after each sync.
home-assistant: kWh of each whole hour, for the long-term statistics of Home Assistant.

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
  seh export power -f parquet --partition -o power/
  seh export -f prometheus -o /var/lib/node_exporter/seh.prom
  seh export -f home-assistant -o home-assistant.json
  seh export energy --csv-for excel --locale de-DE -o energie.csv

${exitCodesHelp(["done", "failed", "usage", "database"])}`;
