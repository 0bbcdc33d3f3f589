// Not in test:fast: thousands of changes.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type Change, changesOf } from "../../src/cli/changes.ts";
import { table } from "../../src/model/tables.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { creditWorld } from "../support/credit_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onEachDatabase } from "../support/on_each_database.ts";

const noon = "2026-06-20T10:07:00Z";
const home = homeSite({ firstDay: "2026-06-10", installationDate: "2026-06-10" });

/** Makes the database hold something that the server will not say again. */
function changeStored(folder: string, sql: string): void {
  const database = new DatabaseSync(`${folder}/seh.db`);
  const { changes } = database.prepare(sql).run();
  database.close();
  assert.ok(Number(changes) > 0, sql);
}

Deno.test("a value that the server changed is shown with the one before and the one now", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q"]);
  const none = await world.seh(["revisions"]);
  assert.deepEqual(
    [none.code, none.stdout],
    [0, "SolarEdge has changed no value after it was fetched.\n"],
  );
  assert.equal((await world.seh(["revisions", "--json"])).stdout, "[]\n");

  const refetch = () =>
    world.seh([
      "sync",
      "-q",
      "--only",
      "energy,power",
      "--from",
      "2026-06-17",
      "--to",
      "2026-06-17",
    ]);
  const day = "reading_date = '2026-06-17' and time_unit = 'DAY'";
  changeStored(world.folder, `update energy_readings set energy_wh = 111 where ${day}`);
  changeStored(
    world.folder,
    "update power_readings set power_w = 7 where timestamp = '2026-06-17T10:00:00Z'",
  );
  await refetch();
  // Changed once more: what was new then is old now.
  changeStored(world.folder, `update energy_readings set energy_wh = 222 where ${day}`);
  world.setNow("2026-06-21T10:07:00Z");
  await refetch();

  const { code, stdout, stderr } = await world.seh(["revisions"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^site +device +for +value +old +new +changed$/m);
  assert.match(stdout, /^1234567 +- +2026-06-17 +energy_wh +111 +222 +2026-06-20$/m);
  assert.match(stdout, /^1234567 +- +2026-06-17 +energy_wh +222 +\d{5} +2026-06-21$/m);
  assert.match(stdout, /^1234567 +- +2026-06-17 12:00 +power_w +7 +\d+ +2026-06-20$/m);

  const all = JSON.parse((await world.seh(["revisions", "--json"])).stdout);
  const power = all.find((one: { column: string }) => one.column === "power_w");
  assert.deepEqual({ ...power, new: typeof power.new }, {
    site_id: 1234567,
    table: "power_readings",
    key: { site_id: 1234567, timestamp: "2026-06-17T10:00:00Z", interval_s: 900 },
    column: "power_w",
    unit: "W",
    old: 7,
    new: "number",
    is_stored: true,
    changed_at: "2026-06-20T10:07:00Z",
  });
  const late = JSON.parse(
    (await world.seh(["revisions", "--json", "--since", "2026-06-21"])).stdout,
  );
  assert.deepEqual(late.map((one: { old: number }) => one.old), [222]);
  const unknown = await world.seh(["revisions", "--json", "--site", "99"]);
  assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
});

Deno.test("thousands of changes, and rows that are gone, are reported one by one", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q", "--only", "power"]);
  const database = new DatabaseSync(`${world.folder}/seh.db`);
  const rows = database.prepare("select count(*) as n from power_readings").get()!.n;
  database.exec(
    `insert into revisions (table_name, row_key, revised_at, site_id, old_values)
     select 'power_readings', json_array(site_id, timestamp, interval_s), '2026-06-20T08:00:00Z', site_id,
       '{"power_w":1}' from power_readings`,
  );
  database.exec(
    "delete from power_readings where timestamp = (select min(timestamp) from power_readings)",
  );
  const stored = database.prepare(
    "select timestamp, power_w from power_readings order by timestamp",
  )
    .all();
  database.close();
  const all: { key: { timestamp: string }; new: number | null; is_stored: boolean }[] = JSON.parse(
    (await world.seh(["revisions", "--json"])).stdout,
  );
  assert.equal(all.length, rows);
  assert.deepEqual([all[0].is_stored, all[0].new], [false, null]);
  assert.deepEqual(
    all.slice(1).map((one) => [one.key.timestamp, one.new]),
    stored.map((one) => [one.timestamp, one.power_w]),
  );
  const { stdout } = await world.seh(["revisions"]);
  assert.match(stdout, / gone +2026-06-20$/m);
});

onEachDatabase("a changed value is found again by its key, with old and new", async (fresh) => {
  await using world = await harvestWorld(noon, { sites: [home] }, fresh);
  await world.sync({ generation: "v2", only: ["power"] });
  const names = table("power_readings").columns.map((one) => one.name);
  const at = names.indexOf("power_w");
  for await (const page of world.database.read({ table: "power_readings" })) {
    const row = page.find((one) =>
      String(one[names.indexOf("timestamp")]) === "2026-06-17T10:00:00Z"
    )!;
    await world.database.write({ table: "power_readings", rows: [row.with(at, 7)] });
    break;
  }
  const day = Temporal.PlainDate.from("2026-06-17");
  await world.sync({ generation: "v2", only: ["power"], range: { from: day, to: day } });
  const changes: Change[] = [];
  for await (const one of changesOf(world.database, null, () => null)) changes.push(one);
  assert.equal(changes.length, 1);
  const [one] = changes;
  assert.deepEqual([one.column, one.old, one.isGone], ["power_w", 7, false]);
  assert.ok(Number(one.new) > 7, String(one.new));
  assert.equal(one.localTime?.slice(0, 16), "2026-06-17T12:00");
});
