import type { CsvStyle } from "../export/format.ts";
import { readDecimalSign } from "./arguments.ts";
import type { ExportOptions } from "./export_options.ts";
import { UsageError } from "./failure.ts";
import type { World } from "./world.ts";

/** How CSV is written. Throws UsageError for options of CSV where another format was asked for. */
export function csvStyle(options: ExportOptions, environment: World["environment"]): CsvStyle {
  const { isSafe, csvFor } = options;
  const asked = isSafe ? "--safe" : csvFor ? "--csv-for" : options.decimalSign ? "--locale" : null;
  if (asked && options.format !== "csv") {
    throw new UsageError(`${asked} is about CSV, and --format ${options.format} was asked for.`);
  }
  if (!csvFor) {
    if (options.decimalSign) throw new UsageError("--locale needs --csv-for excel.");
    return { isSafe };
  }
  return { excel: { decimalSign: options.decimalSign ?? decimalSignOf(environment) } };
}

/** The decimal sign of this machine, as the environment says; a point where it says nothing. */
function decimalSignOf({ LC_ALL, LC_NUMERIC, LANG }: World["environment"]): "." | "," {
  const tag = LC_ALL || LC_NUMERIC || LANG || "C";
  try {
    return /^(C|POSIX)\b/.test(tag) ? "." : readDecimalSign(tag);
  } catch {
    return ".";
  }
}
