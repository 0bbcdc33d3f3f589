import type { Database } from "../database/database.ts";
import {
  hourCollector,
  type Hours,
  idPart,
  importCommands,
  type Statistic,
} from "../export/home_assistant.ts";
import type { TableName, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { ListedSite } from "./listed_site.ts";

/** Columns of energies by quarter-hour and what they are called. */
type Energies = Readonly<Record<string, string>>;

const ofSite: Energies = {
  production_wh: "production",
  consumption_wh: "consumption",
  self_consumption_wh: "self-consumption",
  feed_in_wh: "feed-in",
  purchased_wh: "purchased",
};

const ofBattery: Energies = {
  charge_energy_wh: "charged",
  discharge_energy_wh: "discharged",
};

/** The energy of each whole hour of the sites as one JSON array of import commands, piece by piece. Throws DatabaseError. */
export async function* homeAssistantSites(
  database: Database,
  sites: readonly ListedSite[],
): AsyncGenerator<string> {
  let separator = "[\n";
  for (const site of sites) {
    for await (const statistic of statisticsOf(database, site)) {
      for (const command of importCommands(statistic)) {
        yield separator + command;
        separator = ",\n";
      }
    }
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

async function* statisticsOf(database: Database, site: ListedSite): AsyncGenerator<Statistic> {
  const id = `site_${site.siteId}`;
  const name = site.name ?? `Site ${site.siteId}`;
  for await (const { measures } of hoursOf(database, site.siteId, "energy_details", ofSite)) {
    yield* named(id, name, measures);
  }
  const batteries = hoursOf(database, site.siteId, "battery_telemetry", ofBattery);
  for await (const { device, measures } of batteries) {
    yield* named(`${id}_battery_${idPart(device)}`, `${name} battery ${device}`, measures);
  }
}

function* named(
  id: string,
  name: string,
  measures: readonly (readonly [string, Hours])[],
): Generator<Statistic> {
  for (const [measure, hours] of measures) {
    yield { id: `${id}_${idPart(measure)}`, name: `${name} ${measure}`, hours };
  }
}

/** The hours of each device, one after the other; of a table without devices, of the site. */
async function* hoursOf(
  database: Database,
  siteId: number,
  table: TableName,
  energies: Energies,
): AsyncGenerator<{ device: string; measures: readonly (readonly [string, Hours])[] }> {
  const names = factsOf(table).columns.map((one) => one.name);
  const [deviceAt, timeAt, intervalAt] = ["device_key", "timestamp", "interval_s"]
    .map((one) => names.indexOf(one));
  const begin = (device: string) => ({
    device,
    measures: Object.entries(energies).map(([column, measure]) => ({
      at: names.indexOf(column),
      measure,
      collector: hourCollector(),
    })),
  });
  let current = begin("");
  const done = () => ({
    device: current.device,
    measures: current.measures.map((one) => [one.measure, one.collector.hours] as const),
  });
  for await (const page of database.read({ table, siteIds: [siteId] })) {
    for (const row of page) {
      const device = deviceAt < 0 ? "" : String(row[deviceAt]);
      if (device !== current.device) {
        yield done();
        current = begin(device);
      }
      if (row[intervalAt] !== 900) continue;
      const start = Date.parse(String(row[timeAt])) / 1000;
      if (Number.isNaN(start)) throw new RangeError(`${row[timeAt]} is no time`);
      for (const { at, collector } of current.measures) collector.add(start, energyOf(row[at]));
    }
  }
  yield done();
}

function energyOf(value: Value): number | null {
  return value === null ? null : Number(value);
}
