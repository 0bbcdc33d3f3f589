import assert from "node:assert/strict";
import type { Database } from "../../src/database/database.ts";
import type { TableName, Value } from "../../src/model/table.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import type { SiteSpec } from "../../src/simulator/site_spec.ts";
import { storedRows } from "./stored_rows.ts";
import { truthRows } from "./truth_rows.ts";

/** Every table that a harvest through v1 fills. */
export const harvested: readonly TableName[] = [
  "sites",
  "equipment",
  "batteries",
  "meters",
  "inventory",
  "sensors",
  "environmental_benefits",
  "equipment_changes",
  "energy_readings",
  "power_readings",
  "power_details",
  "energy_details",
  "power_flows",
  "battery_telemetry",
  "meter_readings",
  "inverter_telemetry",
  "sensor_readings",
];

/** What may differ where a harvest took several runs. */
export interface TruthChoice {
  /**
   * Snapshots of this moment alone are compared, and neither months, years nor benefits: they are asked
   * once a day and stand as they were then.
   */
  readonly powerFlowAt?: Temporal.Instant;
}

/** Holds every table of a site against the server's model, row for row. Returns the number of rows. */
export async function assertTruth(
  server: Simulator,
  database: Database,
  site: SiteSpec,
  from: string,
  { powerFlowAt }: TruthChoice = {},
): Promise<number> {
  const now = server.now();
  const isCompared = (row: Record<string, Value>) =>
    (!powerFlowAt || !["MONTH", "YEAR"].includes(String(row.time_unit))) &&
    (!powerFlowAt || !("pv_power_w" in row) ||
      row.timestamp === powerFlowAt.toString({ smallestUnit: "second" }));
  let count = 0;
  for (const table of harvested) {
    if (powerFlowAt && table === "environmental_benefits") continue;
    const asked = { from: Temporal.Instant.from(from), to: now, now };
    const wanted = truthRows(server, site.siteId, table, asked).filter(isCompared);
    const stored = (await storedRows(database, table, site.siteId)).filter(isCompared);
    assert.equal(stored.length, wanted.length, `${site.name}: rows of ${table}`);
    for (let i = 0; i < wanted.length; i++) {
      const names = Object.keys(wanted[i]);
      const read = (row: Record<string, Value>) =>
        Object.fromEntries(names.map((name) => [name, readable(name, row[name])]));
      assert.deepEqual(read(stored[i]), read(wanted[i]), `${site.name}: ${table}`);
    }
    count += wanted.length;
  }
  return count;
}

/** The order of keys in a JSON object means nothing. */
function readable(name: string, value: Value): unknown {
  return name === "uris" && typeof value === "string" ? JSON.parse(value) : value;
}
