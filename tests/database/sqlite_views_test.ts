import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { viewNames } from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open.ts";
import { sqliteSchema } from "../../src/database/schemas.ts";
import { tables } from "../../src/model/tables.ts";
import { freshFile } from "../support/fresh_file.ts";

/** What SQLite does for a statement, step by step. */
interface Step {
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
}

const readings = tables.filter((one) => one.kind === "readings").map((one) => one.name as string);

/** The tables of readings of which a statement looks at every row. */
function readWhole(database: DatabaseSync, sql: string): string[] {
  const steps = database.prepare(`explain ${sql}`).all() as unknown as Step[];
  const opened = new Map(
    steps.filter((one) => one.opcode === "OpenRead").map(({ p1, p2 }) => [p1, p2]),
  );
  const roots = steps.filter((one) => one.opcode === "Rewind").map(({ p1 }) => opened.get(p1));
  const names = database.prepare("select name, rootpage from sqlite_schema").all();
  return names.filter(({ rootpage }) => roots.includes(Number(rootpage)))
    .map(({ name }) => String(name)).filter((name) => readings.includes(name));
}

/** What some views read whole where no site is asked for, so that the narrowing below is seen to matter. */
const readOfAll: Readonly<Record<string, readonly string[]>> = {
  v_daily_energy: ["energy_readings"],
  v_energy_monthly: ["energy_readings"],
  v_energy_balance_daily: ["energy_readings", "energy_details"],
  v_energy_balance_monthly: ["energy_readings", "energy_details"],
  v_energy_balance_yearly: ["energy_readings", "energy_details"],
  v_self_sufficiency_daily: ["energy_readings", "energy_details"],
  v_costs_daily: ["energy_readings", "energy_details"],
  v_battery_daily: ["battery_telemetry"],
  v_inverter_daily: ["inverter_telemetry"],
  v_data_quality: [
    "energy_readings",
    "power_readings",
    "energy_details",
    "battery_telemetry",
    "inverter_telemetry",
  ],
};

/** A ranking needs all sites. */
const ofAllSites = ["v_fleet_ranking"];

for (const view of viewNames(sqliteSchema).filter((one) => !ofAllSites.includes(one))) {
  Deno.test(`in SQLite ${view} of one site leaves the readings of the others alone`, async () => {
    await using place = await freshFile();
    const empty = await openDatabase(place.url);
    await empty.migrate();
    await empty.close();
    using database = new DatabaseSync(place.url.slice("sqlite:///".length));
    const ofAll = readWhole(database, `select * from ${view}`);
    const whole = readOfAll[view] ?? [];
    assert.deepEqual(whole.filter((one) => !ofAll.includes(one)), [], ofAll.join());
    for (const condition of ["site_id = 7", "site_id = ?", "site_id in (7)", "site_id in (7, 8)"]) {
      assert.deepEqual(
        readWhole(database, `select * from ${view} where ${condition}`),
        [],
        condition,
      );
    }
  });
}
