import type { CsvStyle } from "../export/csv.ts";
import { readDecimalSign } from "./arguments.ts";
import type { ExportWish } from "./export_wish.ts";
import { UsageError } from "./failure.ts";
import type { World } from "./world.ts";

/** How CSV is written. Throws UsageError for wishes about CSV where another format was asked for. */
export function csvStyle(wish: ExportWish, environment: World["environment"]): CsvStyle {
  const { isSafe, csvFor } = wish;
  const asked = isSafe ? "--safe" : csvFor ? "--csv-for" : wish.decimalSign ? "--locale" : null;
  if (asked && wish.format !== "csv") {
    throw new UsageError(`${asked} is about CSV, and --format ${wish.format} was asked for.`);
  }
  if (!csvFor) {
    if (wish.decimalSign) throw new UsageError("--locale needs --csv-for excel.");
    return { isSafe };
  }
  return { excel: { decimalSign: wish.decimalSign ?? decimalSignOf(environment) } };
}

/** The decimal sign of this machine, as the environment tells it; a point where it does not. */
function decimalSignOf({ LC_ALL, LC_NUMERIC, LANG }: World["environment"]): "." | "," {
  const tag = LC_ALL || LC_NUMERIC || LANG || "C";
  try {
    return /^(C|POSIX)\b/.test(tag) ? "." : readDecimalSign(tag);
  } catch {
    return ".";
  }
}
