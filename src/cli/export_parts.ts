import type { Database, Selection } from "../database/database.ts";
import { type Filter, filtersOf } from "../database/read.ts";
import { type Dataset, dataset } from "../export/dataset.ts";
import { type DatasetName, datasetNames } from "../export/datasets.ts";
import type { ExportPart } from "../export/export.ts";
import { table } from "../model/tables.ts";
import type { ExportOptions } from "./export_options.ts";
import { UsageError } from "./failure.ts";

/** A site and which day it is there. */
interface SiteDay {
  readonly siteId: number;
  readonly today: Temporal.PlainDate;
}

/** The datasets that were asked for; a filter that the one dataset asked for lacks is a mistake. Throws UsageError. */
export function chosenDatasets(options: ExportOptions, now: Temporal.Instant): readonly Dataset[] {
  refuseBackwards(options, now);
  if (options.datasets === "all") return datasetNames.map(dataset);
  const one = dataset(options.datasets);
  refuseMissing(one.name, filtersOf(table(one.table)), options);
  return [one];
}

/** Which rows of the datasets are written: `yesterday` is that of each site. Throws DatabaseError. */
export async function exportParts(
  database: Pick<Database, "query">,
  datasets: readonly Dataset[],
  options: ExportOptions,
  now: Temporal.Instant,
): Promise<ExportPart[]> {
  const days = options.start?.isRelative || options.end?.isRelative
    ? await daysOfSites(database, options.siteIds, now)
    : [];
  const todays = new Set(days.map(({ today }) => today.toString()));
  const today = days[0]?.today ?? now.toZonedDateTimeISO("UTC").toPlainDate();
  return datasets.map((one) => {
    const filters = filtersOf(table(one.table));
    const selections = todays.size < 2 || !filters.includes("dates")
      ? [selectionOf(filters, options, options.siteIds ?? undefined, today)]
      : days.map(({ siteId, today }) => selectionOf(filters, options, [siteId], today));
    return { dataset: one, selections };
  });
}

async function daysOfSites(
  database: Pick<Database, "query">,
  siteIds: readonly number[] | null,
  now: Temporal.Instant,
): Promise<SiteDay[]> {
  const sites = await database.query("site_list", {
    site_ids: siteIds === null ? null : JSON.stringify(siteIds),
  });
  return sites.map(({ site_id, time_zone }) => ({
    siteId: Number(site_id),
    today: now.toZonedDateTimeISO(String(time_zone ?? "UTC")).toPlainDate(),
  }));
}

function selectionOf(
  filters: readonly Filter[],
  { start, end, serial, unit }: ExportOptions,
  siteIds: readonly number[] | undefined,
  today: Temporal.PlainDate,
): Omit<Selection, "table"> {
  const hasDates = filters.includes("dates");
  return {
    siteIds,
    start: hasDates ? start?.at(today) : undefined,
    end: hasDates ? end?.at(today) : undefined,
    serial: filters.includes("serial") ? serial ?? undefined : undefined,
    timeUnit: filters.includes("unit") && unit !== "all"
      ? (unit ?? "day").toUpperCase()
      : undefined,
  };
}

/** It may be a day earlier or later somewhere on earth. */
function refuseBackwards({ start, end }: ExportOptions, now: Temporal.Instant): void {
  if (!start || !end) return;
  const today = now.toZonedDateTimeISO("UTC").toPlainDate();
  const isBackwards = [-1, 0, 1].every((days) => {
    const there = today.add({ days });
    return Temporal.PlainDate.compare(start.at(there), end.at(there)) > 0;
  });
  if (isBackwards) throw new UsageError(`--start ${start.text} lies after --end ${end.text}.`);
}

function refuseMissing(
  name: DatasetName,
  filters: readonly Filter[],
  options: ExportOptions,
): void {
  const asked: readonly (readonly [string, unknown, Filter])[] = [
    ["--start", options.start, "dates"],
    ["--end", options.end, "dates"],
    ["--serial", options.serial, "serial"],
    ["--unit", options.unit, "unit"],
  ];
  for (const [option, value, filter] of asked) {
    if (value !== null && !filters.includes(filter)) {
      throw new UsageError(`${option} does not fit: the dataset ${name} ${lacks[filter]}.`);
    }
  }
}

const lacks: Readonly<Record<Filter, string>> = {
  site: "is not about sites",
  dates: "has no time axis",
  serial: "is not about devices",
  unit: "has no days, months and years of their own",
};
