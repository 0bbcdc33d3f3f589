import { textOfSecond } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import type { ImportEvent } from "../event.ts";
import { SiteClock, wallOf } from "../site_clock.ts";
import type { Columns, PythonRow } from "./database.ts";
import type { PowerFacts } from "./readings.ts";
import { given, type PythonSet, rowsOf } from "./set.ts";

const columns: Columns = {
  site_id: "plain",
  timestamp: "wall",
  created_at: "stored",
  unit: "plain",
  grid_status: "plain",
  grid_power: "number",
  pv_status: "plain",
  pv_power: "number",
  load_status: "plain",
  load_power: "number",
  storage_status: "plain",
  storage_power: "number",
  storage_charge_level: "number",
  storage_critical: "flag",
};

const quarter = 900;

/** Learns how far the clock of the computer was from UTC: each flow has its time and when it was stored. */
export async function learnComputer(set: PythonSet, facts: PowerFacts): Promise<void> {
  const stored = storedClock(set, facts);
  for await (
    const page of rowsOf(set, "power_flows", { timestamp: "wall", created_at: "stored" })
  ) {
    for (const { timestamp, created_at } of page) {
      if (typeof timestamp !== "string" || typeof created_at !== "string") continue;
      const moment = stored.moments(created_at)[0] ?? wallOf(created_at);
      if (Number.isNaN(moment)) continue;
      const wall = wallOf(timestamp);
      set.computer.learn(wall, Math.round((wall - moment) / quarter) * quarter);
    }
  }
}

/**
 * The zone in which `created_at` is. MariaDB does not say it, and a dump loses it; but the newest quarter-hour
 * was stored while it lasted or soon after, which shows the offset of that moment.
 */
function storedClock(set: PythonSet, { newest }: PowerFacts): SiteClock {
  const { storedZone, serverZone } = set.database;
  if (storedZone !== null || newest === null) return new SiteClock(storedZone ?? "UTC");
  const ahead = Math.floor((wallOf(newest.stored) - newest.moment) / 3600) * 3600;
  const site = set.clocks.of(newest.siteId)?.timeZone ?? null;
  const zones = [serverZone, site, "UTC"].filter((one) => one !== null);
  const fits = zones.find((one) => new SiteClock(one).offset(newest.moment) === ahead);
  return new SiteClock(fits ?? zones[0]);
}

/** What flowed when the tool asked; in W, signed. */
export async function* readFlows(set: PythonSet): AsyncGenerator<ImportEvent> {
  for await (const page of rowsOf(set, "power_flows", columns)) {
    const rows = page.flatMap((row) => {
      const clock = set.clocks.place(Number(row.site_id));
      if (clock === null) return [];
      const moment = set.computer.instant(String(row.timestamp), clock);
      return [{
        site_id: Number(row.site_id),
        timestamp: textOfSecond(moment),
        local_time: clock.label(moment),
        ...flowOf(row),
      }];
    });
    yield* given(set, "power_flows", rows);
  }
}

/** Two digits of a kilowatt, and the rounding of three of them. */
const tolerance = 20;

function flowOf(row: PythonRow): Record<string, Value> {
  const factor = /^kw$/i.test(String(row.unit)) ? 1000 : 1;
  const watts = (name: string) =>
    row[name] === null ? null : Math.round(Number(row[name]) * factor * 1000) / 1000;
  const [pv, load, grid] = [watts("pv_power"), watts("load_power"), watts("grid_power")];
  const storage = signedStorage(watts("storage_power"), row.storage_status);
  const net = signedGrid(grid, pv, load, row.storage_power === null ? 0 : storage);
  const lost: Record<string, Value> = {};
  if (grid !== null && net === null) lost.grid_power = row.grid_power;
  if (row.storage_power !== null && storage === null) lost.storage_power = row.storage_power;
  const hasLost = Object.keys(lost).length > 0;
  return {
    pv_power_w: pv,
    grid_power_w: net,
    load_power_w: load,
    storage_power_w: storage,
    pv_status: row.pv_status,
    grid_status: row.grid_status,
    load_status: row.load_status,
    storage_status: row.storage_status,
    state_of_charge_pct: row.storage_charge_level,
    storage_critical: row.storage_critical === null ? null : Number(row.storage_critical),
    extra: hasLost ? JSON.stringify({ ...lost, unit: row.unit }) : null,
  };
}

function signedStorage(magnitude: number | null, status: Value): number | null {
  if (magnitude === null) return null;
  switch (String(status).toLowerCase()) {
    case "charging":
      return 0 - Math.abs(magnitude);
    case "discharging":
      return Math.abs(magnitude);
    case "idle":
      return 0;
    default:
      return null;
  }
}

/** Import is positive: what the load takes and neither the modules nor the battery give. */
function signedGrid(
  magnitude: number | null,
  pv: number | null,
  load: number | null,
  storage: number | null,
): number | null {
  if (magnitude === null || magnitude === 0) return magnitude;
  if (pv === null || load === null || storage === null) return null;
  const balance = load - pv - storage;
  if (Math.abs(Math.abs(balance) - magnitude) > tolerance + 1e-6) return null;
  return Math.sign(balance) * magnitude;
}
