import { textOfSecond } from "../../model/site_time.ts";
import type { TableName, Value } from "../../model/table.ts";
import type { ImportEvent } from "../event.ts";
import type { Presence } from "../presence.ts";
import { wallOf } from "../site_clock.ts";
import { type HeldRow, RepeatedQuarterHours } from "./autumn.ts";
import type { Columns, PythonRow } from "./database.ts";
import { given, lastSync, type PythonSet, rowsOf } from "./set.ts";

/** Where it is marked which quarter-hours of a series have values. */
export type Mark = (series: string, siteId: number, deviceKey: string) => Presence;

/** What reading power shows for other tables. */
export interface PowerFacts {
  readonly hours: RepeatedQuarterHours;
  /** Of the newest quarter-hour: the site, its moment, and when its row was stored. */
  newest: { siteId: number; moment: number; stored: string } | null;
  /** Rows, and those that were stored before their time had come: none where the zones are right. */
  rows: number;
  early: number;
}

/** Days of energy; those before the last sync's day are complete. */
export async function* readEnergy(
  set: PythonSet,
  days: Map<number, string[]>,
): AsyncGenerator<ImportEvent> {
  const columns: Columns = {
    site_id: "plain",
    reading_date: "date",
    time_unit: "plain",
    energy_wh: "number",
  };
  for await (const page of rowsOf(set, "energy_readings", columns)) {
    yield* given(
      set,
      "energy_readings",
      page.map((row) => {
        const siteId = Number(row.site_id);
        const today = set.clocks.of(siteId)?.label(lastSync(set, siteId, "energy")).slice(0, 10);
        const date = String(row.reading_date);
        const isDay = row.time_unit === "DAY";
        const isComplete = isDay && today !== undefined && date < today;
        if (isDay && row.energy_wh !== null) {
          if (!days.has(siteId)) days.set(siteId, []);
          days.get(siteId)!.push(date);
        }
        return {
          site_id: siteId,
          time_unit: row.time_unit,
          reading_date: date,
          energy_wh: row.energy_wh,
          is_complete: isComplete ? 1 : 0,
        };
      }),
    );
  }
}

/** Some servers fill up the rest of a day with zeros; more than this share is no such thing. */
const mostEarly = 0.02;

/** A table of quarter-hours. */
interface QuarterHours {
  readonly from: "power_readings" | "power_details";
  readonly series: string;
  /** Columns of ours, by those of the tool. */
  readonly values: Readonly<Record<string, string>>;
}

const power: QuarterHours = {
  from: "power_readings",
  series: "power",
  values: { power_watts: "power_w" },
};

const details: QuarterHours = {
  from: "power_details",
  series: "power-details",
  values: {
    production_w: "production_w",
    consumption_w: "consumption_w",
    self_consumption_w: "self_consumption_w",
    feed_in_w: "feed_in_w",
    purchased_w: "purchased_w",
  },
};

/** Mean power of quarter-hours. */
export function readPower(
  set: PythonSet,
  mark: Mark,
  facts: PowerFacts,
): AsyncIterable<ImportEvent> {
  return readQuarterHours(set, power, mark, facts);
}

/**
 * The same for production, consumption and the others. Which of two moments a label of the repeated hour means
 * is taken from power.
 */
export function readDetails(
  set: PythonSet,
  mark: Mark,
  facts: PowerFacts,
): AsyncIterable<ImportEvent> {
  return readQuarterHours(set, details, mark, facts);
}

async function* readQuarterHours(
  set: PythonSet,
  kind: QuarterHours,
  mark: Mark,
  facts: PowerFacts,
): AsyncGenerator<ImportEvent> {
  const isPower = kind === power;
  const table: TableName = kind.from;
  const columns: Columns = {
    site_id: "plain",
    timestamp: "wall",
    created_at: "stored",
    ...Object.fromEntries(Object.keys(kind.values).map((name) => [name, "number" as const])),
  };
  const held: HeldRow[] = [];
  let empty = 0;
  for await (const page of rowsOf(set, kind.from, columns)) {
    const rows: Record<string, Value>[] = [];
    for (const row of page) {
      const siteId = Number(row.site_id);
      const label = String(row.timestamp);
      if (Object.keys(kind.values).every((name) => row[name] === null)) {
        empty++;
        continue;
      }
      const moments = set.clocks.place(siteId)?.moments(label);
      if (moments === undefined) continue;
      if (moments.length === 0) {
        yield* noSuchTime(set, kind.from, row, label);
        continue;
      }
      if (moments.length > 1) {
        const one = { row, siteId, label, moments };
        held.push(one);
        if (isPower) facts.hours.hold(one);
        continue;
      }
      if (isPower) {
        facts.rows++;
        if (wallOf(String(row.created_at)) < moments[0] - 900) facts.early++;
        facts.hours.pass(siteId, label, Number(row.id));
        if (facts.newest === null || moments[0] > facts.newest.moment) {
          facts.newest = { siteId, moment: moments[0], stored: String(row.created_at) };
        }
      }
      const slots = mark(kind.series, siteId, "");
      if (isPower) slots.addPower(moments[0], label, Number(row.power_watts));
      else slots.add(moments[0]);
      rows.push(quarterHour(kind, row, siteId, moments[0], label));
    }
    yield* given(set, table, rows);
  }
  const doubtful = new Map<string, number>();
  const rows = held.map(({ row, siteId, label, moments }) => {
    const isSecond = facts.hours.isSecond(siteId, label);
    const hour = `site ${siteId}, ${label.slice(0, 10)}`;
    if (!isSecond) doubtful.set(hour, (doubtful.get(hour) ?? 0) + 1);
    return quarterHour(kind, row, siteId, moments[isSecond ? 1 : 0], label);
  });
  yield* given(set, table, rows);
  yield* doubtNotes(table, doubtful);
  if (isPower && set.database.storedZone === "UTC" && facts.early > facts.rows * mostEarly) {
    yield {
      kind: "note",
      text:
        `${facts.early} of ${facts.rows} values were stored before their time. The server may ` +
        "have had another time zone when they were written: import with --written-in ZONE, or " +
        "the zone of the site is wrong: SEH_SITE_TIME_ZONES.",
    };
  }
  if (empty > 0) {
    yield {
      kind: "dropped",
      what: kind.from,
      count: empty,
      why: "rows without any value; they stay to be fetched",
    };
  }
}

function quarterHour(
  kind: QuarterHours,
  row: PythonRow,
  siteId: number,
  moment: number,
  label: string,
): Record<string, Value> {
  return {
    site_id: siteId,
    timestamp: textOfSecond(moment),
    local_time: label,
    interval_s: 900,
    ...Object.fromEntries(Object.entries(kind.values).map(([from, to]) => [to, row[from]])),
  };
}

/** Reports the rows that may belong to two moments, and were stored at the first of them. */
export function* doubtNotes(
  table: string,
  doubtful: ReadonlyMap<string, number>,
): Generator<ImportEvent> {
  for (const [hour, count] of doubtful) {
    yield {
      kind: "note",
      text:
        `${table}, ${hour}: the clock showed an hour twice. ${count} values do not show which ` +
        "time is meant; they stand at the first and count as not fetched.",
    };
  }
}

/** A label in an hour that the clock skipped. */
export function* noSuchTime(
  set: PythonSet,
  table: string,
  row: PythonRow,
  label: string,
): Generator<ImportEvent> {
  yield {
    kind: "bad",
    line: null,
    text: `${set.prefix}${table}, row ${row.id}: the clock of site ${row.site_id} never showed ` +
      `${label.replace("T", " ")}`,
  };
}
