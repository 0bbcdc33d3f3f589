import type { TableName, Value } from "../../model/table.ts";
import { instantText } from "../../model/site_time.ts";
import { readTimeZone } from "../../model/time_zone.ts";
import { CsvReader } from "../csv_records.ts";
import {
  type ImportContext,
  type ImportEvent,
  type ImportReader,
  ImportRefusal,
} from "../event.ts";
import { Presence, sureRanges } from "../presence.ts";
import type { SiteClock } from "../site_clock.ts";
import { chunksOf } from "../text_file.ts";
import { benefitsOf, equipmentOf, readInventory, siteOf } from "./attributes.ts";
import type { HeldRow } from "./autumn.ts";
import { type PythonRow, wallText } from "./database.ts";
import { doubtNotes } from "./readings.ts";
import { SiteClocks } from "./set.ts";
import { placedByCounter, sampleOf } from "./telemetry.ts";
import { dayRanges } from "./tool.ts";

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

export type PythonDataset = typeof kinds[keyof typeof kinds];

/** The dataset of the tool that has these columns; null: none. */
export function pythonDataset(names: readonly string[]): PythonDataset | null {
  if (!names.includes("site_name") && !(names.includes("id") && names.includes("peak_power"))) {
    return null;
  }
  const mark = Object.keys(kinds).find((one) => names.includes(one));
  return mark === undefined ? null : kinds[mark as keyof typeof kinds];
}

/** Columns that hold text; all others hold numbers. */
const texts = [
  ...["site_name", "name", "status", "city", "state", "country", "timezone", "installation_date"],
  ...["last_update_time", "primary_module_manufacturer", "primary_module_model", "reading_date"],
  ...["time_unit", "timestamp", "serial_number", "inverter_mode", "manufacturer", "model"],
  ...["equipment_type", "cpu_version", "last_report_date", "category", "firmware_version"],
  "co2_units",
];

/** A row and the line on which it stands. */
type Numbered = readonly [row: PythonRow, line: number];

/** A CSV file that the Python tool has exported. */
export function pythonCsvReader(
  path: string,
  separator: string,
  names: readonly string[],
  dataset: PythonDataset,
): ImportReader {
  return readerOf(dataset, () => csvRows(path, separator, names));
}

/** A JSON file that the Python tool has exported: a list of objects. Throws ImportRefusal. */
export async function pythonJsonReader(path: string): Promise<ImportReader> {
  let rows: PythonRow[];
  try {
    rows = JSON.parse(await Deno.readTextFile(path));
  } catch {
    throw new ImportRefusal("is no JSON that can be read.");
  }
  const dataset = Array.isArray(rows) && rows.length > 0
    ? pythonDataset(Object.keys(rows[0]))
    : null;
  if (dataset === null) throw new ImportRefusal("is no export that seh knows.");
  return readerOf(dataset, async function* () {
    yield rows.map((row, at): Numbered => [timesOf(row), at + 1]);
  });
}

function readerOf(
  dataset: PythonDataset,
  rows: () => AsyncIterable<(Numbered | ImportEvent)[]>,
): ImportReader {
  const isReadings = ["energy", "power", "telemetry"].includes(dataset);
  return {
    what: `an export of the Python tool (${dataset})`,
    source: "python-tool",
    order: isReadings ? 2 : 1,
    expected: null,
    read: (context) =>
      isReadings
        ? readings(dataset as Readings, rows(), context)
        : attributes(dataset as Attributes, rows(), context),
    close: () => Promise.resolve(),
  };
}

type Readings = "energy" | "power" | "telemetry";
type Attributes = Exclude<PythonDataset, Readings>;

async function* csvRows(
  path: string,
  separator: string,
  names: readonly string[],
): AsyncGenerator<(Numbered | ImportEvent)[]> {
  const reader = new CsvReader(separator);
  let isHeader = true;
  const take = ({ records, lines }: ReturnType<CsvReader["push"]>) =>
    records.flatMap((cells, at): (Numbered | ImportEvent)[] => {
      const line = lines[at];
      if (isHeader) {
        isHeader = false;
        return [];
      }
      if (cells.length !== names.length) {
        const text = `${cells.length} values for ${names.length} columns`;
        return [{ kind: "bad", line, text }];
      }
      const row: Record<string, Value> = {};
      for (const [place, name] of names.entries()) {
        const cell = cells[place];
        row[name] = cell === null || texts.includes(name) ? cell : Number(cell);
        if (Number.isNaN(row[name])) {
          return [{ kind: "bad", line, text: `${name} cannot be ${JSON.stringify(cell)}` }];
        }
      }
      return [[timesOf(row), line]];
    });
  for await (const chunk of chunksOf(path)) yield take(reader.push(chunk));
  yield take(reader.end());
}

/** With times without their offset: what stands before it is the wall clock of the site in any case. */
function timesOf(row: PythonRow): PythonRow {
  const result: Record<string, Value> = { ...row };
  for (const name of ["timestamp", "installation_date", "last_update_time"]) {
    if (name in result) result[name] = wallText(result[name]);
  }
  return result;
}

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
      yield* put("sites", rows.map((row) => ({ ...siteOf(row), last_seen: seen })));
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
      yield* put("equipment", found);
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
      yield* put(
        "environmental_benefits",
        rows.map((row) => ({ ...benefitsOf(row), last_seen: seen })),
      );
  }
}

function* put(
  table: TableName,
  objects: readonly Readonly<Record<string, Value>>[],
): Generator<ImportEvent> {
  if (objects.length === 0) return;
  const columns = Object.keys(objects[0]);
  const rows = objects.map((one) => columns.map((name) => one[name]));
  yield { kind: "rows", rows: { table, columns, rows }, rank: "filling" };
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
    yield* put(tables[dataset], rows);
  }
  if (dataset === "energy") yield* put("energy_readings", collected.days());
  // Counters of six digits do not tell what came first.
  const { rows, doubtful } = dataset === "telemetry" && !isRounded
    ? placedByCounter(held, sampleOf)
    : firstTimes(dataset, held);
  yield* put(tables[dataset], rows);
  yield* doubtNotes(tables[dataset], doubtful);
  for (const [siteId, count] of clocks.unplaced) {
    const why =
      "its time zone is not known; import the export of the sites too, or say it with --time-zone";
    yield { kind: "dropped", what: `readings of site ${siteId}`, count, why };
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

/** What counts as fetched, and the days, of which only the last one is known to be open. */
class Collected {
  readonly #slots = new Map<string, { siteId: number; deviceKey: string; slots: Presence }>();
  readonly #days: PythonRow[] = [];
  #isPower = true;

  addDay(row: PythonRow): void {
    this.#days.push(row);
  }

  addSlot(dataset: Readings, row: PythonRow, moment: number, label: string): void {
    this.#isPower = dataset === "power";
    const siteId = Number(row.site_id);
    const deviceKey = this.#isPower ? "" : String(row.serial_number);
    const key = JSON.stringify([siteId, deviceKey]);
    let found = this.#slots.get(key);
    if (!found) this.#slots.set(key, found = { siteId, deviceKey, slots: new Presence() });
    found.slots.addPower(moment, label, Number(row.power_watts ?? row.total_active_power ?? 0));
  }

  days(): Record<string, Value>[] {
    const last = this.#lastDays();
    return this.#days.map((row) => ({
      site_id: Number(row.site_id),
      time_unit: row.time_unit,
      reading_date: String(row.reading_date).slice(0, 10),
      energy_wh: row.energy_wh,
      // The tool reads the day before its last one again.
      is_complete: String(row.reading_date) < last.get(Number(row.site_id))! ? 1 : 0,
    }));
  }

  *covered(clocks: SiteClocks): Generator<ImportEvent> {
    const [series, dataType] = this.#isPower
      ? ["power", "power"] as const
      : ["telemetry", "telemetry"] as const;
    for (const { siteId, deviceKey, slots } of this.#slots.values()) {
      const clock = clocks.of(siteId);
      if (clock === null) continue;
      const ranges = sureRanges(slots, clock.timeZone);
      const fetchedAt = slots.newest;
      yield { kind: "covered", siteId, series, dataType, deviceKey, ranges, fetchedAt };
    }
    for (const [siteId, last] of this.#lastDays()) {
      const clock: SiteClock | null = clocks.of(siteId);
      if (clock === null) continue;
      const dates = this.#days
        .filter((row) => Number(row.site_id) === siteId && row.energy_wh !== null)
        .map((row) => String(row.reading_date).slice(0, 10)).filter((one) => one < last);
      yield {
        kind: "covered",
        siteId,
        series: "energy",
        dataType: "energy",
        deviceKey: "",
        ranges: dayRanges(dates, (label) => clock.moments(label)[0]),
        fetchedAt: clock.moments(`${last}T00:00:00`)[0],
      };
    }
  }

  #lastDays(): Map<number, string> {
    const last = new Map<number, string>();
    for (const row of this.#days) {
      const [siteId, date] = [Number(row.site_id), String(row.reading_date).slice(0, 10)];
      if (date > (last.get(siteId) ?? "")) last.set(siteId, date);
    }
    return last;
  }
}
