// Not in test:fast: whole imports, twice.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { importFolder } from "./import_folder.ts";
import { sample } from "./python_truth.ts";

const counts = (stdout: string) =>
  JSON.parse(stdout).sources.map((one: {
    tables: { table: string; inserted: number; changed: number; unchanged: number }[];
    covered_hours: number;
  }) => [
    one.covered_hours,
    ...one.tables.map(({ table, inserted, changed, unchanged }) =>
      `${table} ${inserted} ${changed} ${unchanged}`
    ),
  ]);

const portal = (values: Readonly<Record<string, number>>) =>
  ["Time,System Production (W)"]
    .concat(Object.entries(values).map(([time, value]) => `25.06.2026 ${time},${value}`), "")
    .join("\n");

Deno.test("files about the same time, in one command or one after another, come in as a dry run had counted", async () => {
  await using folder = await importFolder();
  await folder.put("early.csv", portal({ "12:00": 10, "12:15": 2 }));
  await folder.put("late.csv", portal({ "12:00": 10, "12:15": 20, "12:30": 30 }));
  await folder.put("other.csv", portal({ "12:15": 21, "12:30": 31, "12:45": 41 }));
  const steps = [
    ["early.csv", "early.csv", "late.csv"],
    ["other.csv", "early.csv"],
    ["late.csv", "other.csv"],
  ];
  for (const names of steps) {
    const args = ["import", ...names, "--site", "1234567", "--json"];
    const before = folder.rows("select * from power_details");
    const counted = counts((await folder.seh([...args, "--dry-run"])).stdout);
    assert.deepEqual(folder.rows("select * from power_details"), before, "nothing is stored");
    assert.deepEqual(counts((await folder.seh(args)).stdout), counted, names.join(" "));
  }
  const rows = folder.rows("select count(*) as n from power_details");
  assert.deepEqual(rows, [{ n: 4 }]);
});

Deno.test("both sets of the Python tool's tables and its exports come in as a dry run had counted", async () => {
  await using folder = await importFolder({ isBare: true });
  await Deno.copyFile(sample("python-tool-new.db"), `${folder.path}/tool.db`);
  {
    using file = new DatabaseSync(`${folder.path}/tool.db`);
    file.exec(`attach '${sample("python-tool-old.db")}' as old`);
    for (const name of ["sites", "power_readings", "inverter_telemetry"]) {
      file.exec(`create table ${name} as select * from old.${name}`);
    }
    file.exec(`insert into power_readings
      select id + 10000, site_id, timestamp, power_watts + 1, created_at, updated_at
      from seh_power_readings`);
  }
  const args = ["import", "tool.db", sample("python-export-power.csv"), "--json"];
  const dry = await folder.seh([...args, "--dry-run"]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map((one) => one.name), ["tool.db"]);
  assert.deepEqual(counts((await folder.seh(args)).stdout), counts(dry.stdout));
});

Deno.test("a NULL of seh's own row that the Python tool fills, in a file that both share, names both", async () => {
  await using folder = await importFolder({ isBare: true });
  assert.equal((await folder.seh(["init-db"])).code, 0);
  {
    using file = new DatabaseSync(`${folder.path}/mine.db`);
    file.exec(`attach '${sample("python-tool-new.db")}' as tool`);
    for (const name of ["sites", "power_readings", "power_details"]) {
      file.exec(`create table seh_${name} as select * from tool.seh_${name}`);
    }
    file.exec(`insert into power_details
      (site_id, timestamp, local_time, interval_s, production_w, source, updated_at)
      values (1234567, '2026-10-20T10:00:00Z', '2026-10-20T12:00:00', 900, 5, 'v1',
        '2026-10-20T12:00:00Z')`);
  }
  const { code, stderr } = await folder.seh(["import", "mine.db"]);
  assert.equal(code, 0, stderr);
  using mine = new DatabaseSync(`${folder.path}/mine-harvest.db`);
  const { source, production_w, consumption_w } = mine.prepare(
    "select * from power_details where timestamp = '2026-10-20T10:00:00Z'",
  ).get()!;
  assert.deepEqual([source, production_w], ["v1+python-tool", 5]);
  assert.notEqual(consumption_w, null);
});
