import type { TableName, Value } from "../../model/table.ts";
import { instantText } from "../../model/site_time.ts";
import { readTimeZone } from "../../model/time_zone.ts";
import {
  type ImportContext,
  type ImportEvent,
  type ImportReader,
  ImportRefusal,
} from "../event.ts";
import { benefitsOf, equipmentOf, readInventory, siteOf } from "./attributes.ts";
import type { HeldRow } from "./autumn.ts";
import { Collected } from "./collected.ts";
import type { PythonRow } from "./database.ts";
import { csvRows, isObject, jsonRows, type Numbered } from "./export_rows.ts";
import { doubtNotes } from "./readings.ts";
import { given, SiteClocks } from "./set.ts";
import { placedByCounter, sampleOf } from "./telemetry.ts";

/** The datasets of the Python tool's export, by a column that no other has. */
const kinds = {
  peak_power: "sites",
  energy_kwh: "energy",
  power_kw: "power",
  total_active_power: "telemetry",
  equipment_type: "equipment",
  firmware_version: "inventory",
  co2_units: "environmental",
} as const;

/** Columns without which a row has no place. */
const required: Readonly<Record<PythonDataset, readonly string[]>> = {
  sites: ["id"],
  energy: ["site_id", "reading_date", "time_unit"],
  power: ["site_id", "timestamp"],
  telemetry: ["site_id", "serial_number", "timestamp"],
  equipment: ["site_id", "serial_number"],
  inventory: ["site_id", "category"],
  environmental: ["site_id"],
};

/** Rows of a file only fill what is missing. */
const filling = { rank: "filling" } as const;

export type PythonDataset = typeof kinds[keyof typeof kinds];

/** The dataset of the tool that has these columns; null: none. */
export function pythonDataset(names: readonly string[]): PythonDataset | null {
  if (!names.includes("site_name") && !(names.includes("id") && names.includes("peak_power"))) {
    return null;
  }
  const mark = Object.keys(kinds).find((one) => names.includes(one));
  return mark === undefined ? null : kinds[mark as keyof typeof kinds];
}

/** A CSV file that the Python tool has exported. Throws ImportRefusal. */
export function pythonCsvReader(
  path: string,
  separator: string,
  names: readonly string[],
  dataset: PythonDataset,
): ImportReader {
  return readerOf(
    dataset,
    names,
    (context) => csvRows(path, separator, names, required[dataset], context),
  );
}

/** JSON is read as a whole; CSV has no such limit. */
const mostJsonBytes = 256 * 1024 * 1024;

/** A JSON file that the Python tool has exported: a list of objects. Throws ImportRefusal. */
export async function pythonJsonReader(path: string): Promise<ImportReader> {
  if ((await Deno.stat(path)).size > mostJsonBytes) {
    throw new ImportRefusal("is too large for JSON. Export it as CSV, and import that.");
  }
  let list: unknown;
  try {
    list = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ImportRefusal("is JSON that cannot be read; it may be cut off.");
  }
  const rows: readonly unknown[] = Array.isArray(list) ? list : [];
  const names = Object.keys(rows.find(isObject) ?? {});
  const dataset = pythonDataset(names);
  if (dataset === null) throw new ImportRefusal("is no export that seh knows.");
  return readerOf(dataset, names, async function* (context) {
    await Promise.resolve();
    yield [...jsonRows(rows, required[dataset], context)];
  });
}

function readerOf(
  dataset: PythonDataset,
  names: readonly string[],
  rows: (context: ImportContext) => AsyncIterable<(Numbered | ImportEvent)[]>,
): ImportReader {
  const lacking = required[dataset].find((one) => !names.includes(one));
  if (lacking !== undefined) throw new ImportRefusal(`has no column ${lacking}.`);
  const isReadings = ["energy", "power", "telemetry"].includes(dataset);
  return {
    what: `an export of the Python tool (${dataset})`,
    source: "python-tool",
    order: isReadings ? 2 : 1,
    expected: null,
    read: (context) =>
      isReadings
        ? readings(dataset as Readings, rows(context), context)
        : attributes(dataset as Attributes, rows(context), context),
    close: () => Promise.resolve(),
  };
}

type Readings = "energy" | "power" | "telemetry";
type Attributes = Exclude<PythonDataset, Readings>;

async function* attributes(
  dataset: Attributes,
  pages: AsyncIterable<(Numbered | ImportEvent)[]>,
  context: ImportContext,
): AsyncGenerator<ImportEvent> {
  const rows: PythonRow[] = [];
  for await (const page of pages) {
    for (const one of page) {
      if ("kind" in one) yield one;
      else rows.push(one[0]);
    }
  }
  const seen = instantText(context.now);
  const set = { rank: "filling", context } as const;
  switch (dataset) {
    case "sites":
      for (const { id, timezone } of rows) {
        const zone = typeof timezone === "string" ? readTimeZone(timezone) : null;
        if (zone !== null) context.learnZone(Number(id), zone);
      }
      yield* given(filling, "sites", rows.map((row) => ({ ...siteOf(row), last_seen: seen })));
      return;
    case "equipment": {
      const found = rows.map((row) => ({ ...equipmentOf(row), last_seen: seen }));
      for (const [at, row] of rows.entries()) {
        context.learnDevice({
          siteId: Number(row.site_id),
          deviceKey: String(row.serial_number),
          name: row.name === null ? null : String(row.name),
          category: (found[at] as Record<string, Value>).category as string | null,
        });
      }
      yield* given(filling, "equipment", found);
      return;
    }
    case "inventory": {
      const newest = new Map(
        rows.map((row) => [JSON.stringify([row.site_id, row.name, row.serial_number]), row]),
      );
      yield* readInventory(set, [...newest.values()], () => seen);
      return;
    }
    case "environmental":
      yield* given(
        filling,
        "environmental_benefits",
        rows.map((row) => ({ ...benefitsOf(row), last_seen: seen })),
      );
  }
}

async function* readings(
  dataset: Readings,
  pages: AsyncIterable<(Numbered | ImportEvent)[]>,
  context: ImportContext,
): AsyncGenerator<ImportEvent> {
  const clocks = new SiteClocks(context);
  const collected = new Collected();
  const held: HeldRow[] = [];
  let isRounded = true;
  for await (const page of pages) {
    const rows: Record<string, Value>[] = [];
    for (const one of page) {
      if ("kind" in one) {
        yield one;
        continue;
      }
      const [row, line] = one;
      const siteId = Number(row.site_id);
      if (dataset === "energy") {
        collected.addDay(row);
        continue;
      }
      const counter = Number(row.total_energy ?? 0);
      isRounded &&= Number(counter.toPrecision(6)) === counter;
      const clock = clocks.place(siteId);
      if (clock === null) continue;
      const label = String(row.timestamp);
      const moments = clock.moments(label);
      if (moments.length === 0) {
        const text = `the clock of the site never showed ${label.replace("T", " ")}`;
        yield { kind: "bad", line, text };
      } else if (moments.length > 1) held.push({ row, siteId, label, moments });
      else {
        collected.addSlot(dataset, row, moments[0], label);
        rows.push(readingOf(dataset, row, moments[0], label));
      }
    }
    yield* given(filling, tables[dataset], rows);
  }
  if (dataset === "energy") yield* given(filling, "energy_readings", collected.days());
  // Counters of six digits do not show what came first.
  const { rows, doubtful } = dataset === "telemetry" && !isRounded
    ? placedByCounter(held, sampleOf)
    : firstTimes(dataset, held);
  yield* given(filling, tables[dataset], rows);
  yield* doubtNotes(tables[dataset], doubtful);
  for (const [siteId, count] of clocks.unplaced) {
    const why =
      "its time zone is not known; import the export of the sites too, or say it with --time-zone";
    yield { kind: "dropped", what: `readings of site ${siteId}`, count, why, isTrouble: true };
  }
  yield* collected.covered(clocks);
}

const tables: Readonly<Record<Readings, TableName>> = {
  energy: "energy_readings",
  power: "power_readings",
  telemetry: "inverter_telemetry",
};

function firstTimes(dataset: Readings, held: readonly HeldRow[]) {
  const doubtful = new Map<string, number>();
  const rows = held.map(({ row, siteId, label, moments }) => {
    const hour = `site ${siteId}, ${label.slice(0, 10)}`;
    doubtful.set(hour, (doubtful.get(hour) ?? 0) + 1);
    return readingOf(dataset, row, moments[0], label);
  });
  return { rows, doubtful };
}

function readingOf(
  dataset: Readings,
  row: PythonRow,
  moment: number,
  label: string,
): Record<string, Value> {
  const sample = sampleOf(row, moment, label);
  if (dataset === "telemetry") return sample;
  const { device_key: _, ...stamp } = sample;
  return { ...stamp, interval_s: 900, power_w: row.power_watts };
}
