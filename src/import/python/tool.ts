import type { PythonPrefix } from "../../model/python_tool.ts";
import { type Range, unionOf } from "../../model/coverage.ts";
import type { DataType } from "../../model/data_type.ts";
import type { Covered, ImportContext, ImportEvent, ImportReader } from "../event.ts";
import { Presence, sureRanges } from "../presence.ts";
import type { SiteClock } from "../site_clock.ts";
import { readBatteries, readDevices, readSites } from "./attributes.ts";
import { RepeatedQuarterHours } from "./autumn.ts";
import { Misfits } from "./misfits.ts";
import type { PythonDatabase } from "./database.ts";
import { learnComputer, readFlows } from "./flows.ts";
import { type PowerFacts, readDetails, readEnergy, readPower } from "./readings.ts";
import { ComputerClock, lastSync, learnZones, type PythonSet, rowsOf, SiteClocks } from "./set.ts";
import { readTelemetry } from "./telemetry.ts";

/** Tables in which the tool stores nothing that can be trusted: it asked in ways that the API refuses. */
const leftOut = ["alerts", "meters", "meter_readings", "optimizer_telemetry"] as const;

const counted = [
  ...["sites", "equipment", "batteries", "energy_readings", "power_readings", "power_details"],
  ...["power_flows", "environmental_benefits", "inventory", "inverter_telemetry"],
];

/** A database of the Python tool as something to import; both sets of its tables, the newer first. */
export async function pythonReader(database: PythonDatabase): Promise<ImportReader> {
  let expected = 0;
  for (const prefix of database.sets) {
    for (const name of counted) expected += await database.count(`${prefix}${name}`);
  }
  return {
    what: "a database of the Python tool",
    source: "python-tool",
    order: 0,
    expected,
    async *read(context) {
      for (const [at, prefix] of database.sets.entries()) {
        yield* readSet(database, prefix, at === 0 ? "renewal" : "filling", context);
      }
    },
    close: () => database.close(),
  };
}

async function* readSet(
  database: PythonDatabase,
  prefix: PythonPrefix,
  rank: PythonSet["rank"],
  context: ImportContext,
): AsyncGenerator<ImportEvent> {
  await learnZones({ database, prefix, context });
  const set: PythonSet = {
    database,
    prefix,
    rank,
    context,
    clocks: new SiteClocks(context),
    computer: new ComputerClock(),
    lastSyncs: await lastSyncsOf({ database, prefix, context }),
    misfits: new Misfits(),
  };
  const presence = new Map<string, Presence>();
  const mark = (series: string, siteId: number, deviceKey: string) => {
    const key = JSON.stringify([series, siteId, deviceKey]);
    let found = presence.get(key);
    if (!found) presence.set(key, found = new Presence());
    return found;
  };
  const facts: PowerFacts = {
    hours: new RepeatedQuarterHours(database.burnsNumbers),
    newest: null,
    rows: 0,
    early: 0,
  };
  const days = new Map<number, string[]>();
  yield* readPower(set, mark, facts);
  yield* set.misfits.events();
  await learnComputer(set, facts);
  yield* readSites(set);
  yield* readDevices(set);
  yield* readEnergy(set, days);
  yield* readDetails(set, mark, facts);
  yield* readTelemetry(set, mark);
  yield* readBatteries(set);
  yield* readFlows(set);
  yield* set.misfits.events();
  for (const name of leftOut) {
    const count = await database.count(`${prefix}${name}`);
    if (count === 0) continue;
    yield {
      kind: "dropped",
      what: `${prefix}${name}`,
      count,
      why: "the tool asked for these in a way that the API does not answer",
    };
  }
  for (const [siteId, count] of set.clocks.unplaced) {
    yield {
      kind: "dropped",
      what: `readings of site ${siteId}`,
      count,
      why: "its time zone is not known; say it with --time-zone",
      isTrouble: true,
    };
  }
  yield* covered(set, presence, days);
}

const dataTypes: Readonly<Record<string, DataType>> = {
  power: "power",
  "power-details": "power-details",
  telemetry: "telemetry",
};

const syncs: Readonly<Record<string, string>> = {
  power: "power",
  "power-details": "power_details",
  telemetry: "inverter_telemetry",
};

function* covered(
  set: PythonSet,
  presence: ReadonlyMap<string, Presence>,
  days: ReadonlyMap<number, string[]>,
): Generator<ImportEvent> {
  for (const [key, slots] of presence) {
    const [series, siteId, deviceKey] = JSON.parse(key) as [string, number, string];
    const clock = set.clocks.of(siteId);
    if (clock === null) continue;
    const alive = series === "power"
      ? presence.get(JSON.stringify(["power-details", siteId, ""])) ?? null
      : null;
    const ranges = sureRanges(slots, clock.timeZone, alive);
    const fetchedAt = lastSync(set, siteId, syncs[series]);
    const dataType = dataTypes[series];
    yield { kind: "covered", siteId, series, dataType, deviceKey, ranges, fetchedAt };
  }
  for (const [siteId, dates] of days) {
    const clock = set.clocks.of(siteId);
    if (clock === null) continue;
    const fetchedAt = lastSync(set, siteId, "energy");
    yield coveredDays(siteId, dates.toSorted().slice(0, -1), clock, fetchedAt);
  }
}

/** That the energy of these days counts as fetched. */
export function coveredDays(
  siteId: number,
  dates: readonly string[],
  clock: Pick<SiteClock, "dayStart">,
  fetchedAt: number,
): Covered {
  return {
    kind: "covered",
    siteId,
    series: "energy",
    dataType: "energy",
    deviceKey: "",
    ranges: unionOf(dates.map((date): Range => ({
      start: clock.dayStart(date),
      end: clock.dayStart(Temporal.PlainDate.from(date).add({ days: 1 }).toString()),
    }))),
    fetchedAt,
  };
}

/** By site and data type, where the last sync succeeded. */
async function lastSyncsOf(
  set: Pick<PythonSet, "database" | "prefix" | "context">,
): Promise<Map<string, string>> {
  const columns = {
    site_id: "plain",
    data_type: "plain",
    last_sync_time: "wall",
    status: "plain",
  } as const;
  const found = new Map<string, string>();
  for await (const page of rowsOf(set, "sync_metadata", columns)) {
    for (const { site_id, data_type, last_sync_time, status } of page) {
      if (status !== "success" || typeof last_sync_time !== "string") continue;
      found.set(`${site_id} ${data_type}`, last_sync_time);
    }
  }
  return found;
}
