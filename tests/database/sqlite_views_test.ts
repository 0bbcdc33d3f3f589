import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../src/database/open.ts";
import { freshFile } from "../support/fresh_file.ts";

/** What SQLite does for a statement, step by step. */
interface Step {
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
}

/** The tables of which a statement looks at every row. */
function readWhole(database: DatabaseSync, sql: string): string[] {
  const steps = database.prepare(`explain ${sql}`).all() as unknown as Step[];
  const opened = new Map(
    steps.filter((one) => one.opcode === "OpenRead").map(({ p1, p2 }) => [p1, p2]),
  );
  const roots = steps.filter((one) => one.opcode === "Rewind").map(({ p1 }) => opened.get(p1));
  const names = database.prepare("select name, rootpage from sqlite_schema").all();
  return names.filter(({ rootpage }) => roots.includes(Number(rootpage)))
    .map(({ name }) => String(name));
}

for (const view of ["v_energy_balance_daily", "v_self_sufficiency_daily", "v_costs_daily"]) {
  Deno.test(`in SQLite ${view} of one site leaves the readings of the others alone`, async () => {
    await using place = await freshFile();
    const empty = await openDatabase(place.url);
    await empty.migrate();
    await empty.close();
    using database = new DatabaseSync(place.url.slice("sqlite:///".length));
    const readings = ["energy_details", "energy_readings"];
    const whole = readWhole(database, `select * from ${view}`);
    assert.ok(readings.every((one) => whole.includes(one)), whole.join());
    const ofOne = readWhole(database, `select * from ${view} where site_id in (7)`);
    assert.deepEqual(ofOne.filter((one) => readings.includes(one)), []);
  });
}
