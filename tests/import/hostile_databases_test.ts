// Not in test:fast: every damage to a database that is imported.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { importFolder } from "./import_folder.ts";
import { sample } from "./python_truth.ts";

/** A copy of the Python tool's newer file in a folder, changed by some SQL. */
async function changed(sql: string) {
  const folder = await importFolder({ isBare: true });
  const path = `${folder.path}/tool.db`;
  await Deno.copyFile(sample("python-tool-new.db"), path);
  using file = new DatabaseSync(path);
  file.exec(sql);
  return folder;
}

const sums = (stdout: string) =>
  JSON.parse(stdout).sources.map(({ tables, left_out }: {
    tables: { table: string; inserted: number; changed: number }[];
    left_out: number;
  }) => [tables.map((one) => [one.table, one.inserted, one.changed]), left_out]);

Deno.test("rows of the Python tool that hold what they cannot are reported one by one, and cost nothing else", async () => {
  await using folder = await changed(`
    update seh_power_readings set power_watts = 9e999 where id = 5;
    update seh_power_readings set timestamp = 'yesterday' where id = 6;
    update seh_power_readings set power_watts = 'much' where id = 7;
    update seh_power_readings set timestamp = '2099-01-01 00:00:00.000000' where id = 8;
    update seh_power_readings set timestamp = '1970-01-01 00:00:00.000000' where id = 9;
    update seh_power_readings set created_at = 'some day' where id > 700;
    update seh_power_flows set created_at = '';
    update seh_energy_readings set reading_date = '2026-02-30' where id = 4;
    update seh_sites set account_id = 'none';
    update seh_inverter_telemetry set serial_number = '${"x".repeat(300)}' where id = 3`);
  const dry = await folder.seh(["import", "tool.db", "--dry-run", "--json"]);
  const { code, stdout } = await folder.seh(["import", "tool.db", "--json"]);
  assert.deepEqual([dry.code, code], [5, 5]);
  assert.deepEqual(sums(dry.stdout), sums(stdout));
  const [{ left_out_lines }] = JSON.parse(stdout).sources;
  assert.deepEqual(
    left_out_lines.map((one: { text: string }) => one.text.slice(0, 90)).sort(),
    [
      'account_id of sites, 1234567: it cannot be "none"',
      `device_key of inverter_telemetry, 1234567 ${"x".repeat(48)}`,
      'seh_energy_readings, row 4: reading_date cannot be "2026-02-30"',
      "seh_power_readings, row 5: power_watts cannot be Infinity",
      'seh_power_readings, row 6: timestamp cannot be "yesterday"',
      'seh_power_readings, row 7: power_watts cannot be "much"',
      "seh_power_readings, row 8: 2099-01-01T00:00:00 lies in the future",
      "seh_power_readings, row 9: 1970-01-01T00:00:00 is older than any reading of SolarEdge",
    ],
  );
  const [{ n }] = folder.rows("select count(*) as n from power_readings");
  assert.equal(n, 731 - 5);
  assert.deepEqual(folder.rows("select name from sites"), [{ name: "Example Barn" }]);
});

Deno.test("without a zone readings wait for one, which ends with 5; given the zone, they come in", async () => {
  for (const zone of ["null", "'Mars/Olympus'"]) {
    await using folder = await changed(`update seh_sites set timezone = ${zone}`);
    const first = await folder.seh(["import", "tool.db"]);
    assert.equal(first.code, 5, first.stderr);
    assert.match(
      first.stdout,
      /2,976 rows\s+\(its time zone is not known; say it with --time-zone/,
    );
    const second = await folder.seh(["import", "tool.db", "--time-zone", "Europe/Berlin"]);
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stdout, /^power_readings +731/m);
  }
});

Deno.test("a zone that cannot be is noticed: values would have been stored before their time", async () => {
  await using folder = await changed("update seh_sites set timezone = 'America/Los_Angeles'");
  const { stdout } = await folder.seh(["import", "tool.db"]);
  assert.match(stdout.replaceAll(/\s+/g, " "), /177 of 731 values were stored before their time/);
});

Deno.test("tables that are missing or empty are no trouble", async () => {
  await using folder = await changed(`
    drop table seh_power_details; drop table seh_sync_metadata; drop table seh_power_flows;
    delete from seh_batteries; delete from seh_inventory; delete from seh_energy_readings`);
  const { code, stdout } = await folder.seh(["import", "tool.db"]);
  assert.deepEqual([code, /^power_readings +731/m.test(stdout)], [0, true]);
});

Deno.test("a damaged file among others is reported, and the others come in; alone it ends with 6", async () => {
  await using folder = await changed("select 1");
  const whole = await Deno.readFile(`${folder.path}/tool.db`);
  const hurt = whole.slice();
  hurt.fill(7, 300_000, 420_000);
  await folder.put("a-hurt.db", hurt);
  await folder.put("b-cut.db", whole.subarray(0, 500_000));
  await folder.put("c-fake.db", "SQLite format 3\0nothing");
  await folder.put("d-empty.db", "");
  await folder.put("e-note.csv", "dear diary,\n");
  const alone = await folder.seh(["import", "b-cut.db"]);
  assert.deepEqual([alone.code, /the file is damaged/.test(alone.stderr)], [6, true]);
  const { code, stdout, stderr } = await folder.seh(["import", "."]);
  assert.equal(code, 5);
  assert.match(stdout, /^power_readings +731/m);
  for (
    const says of [
      /a-hurt\.db cannot be read: .*damaged/,
      /b-cut\.db cannot be read: .*damaged/,
      /c-fake\.db cannot be read: .*not an SQLite database/,
      /d-empty\.db is empty/,
      /e-note\.csv is nothing that seh can import/,
    ]
  ) assert.match(stderr.replaceAll(/\s+/g, " "), says);
});

Deno.test("what the Python tool has written to its log and not yet to its file comes in too", async () => {
  await using folder = await changed("pragma journal_mode = wal");
  using tool = new DatabaseSync(`${folder.path}/tool.db`);
  tool.exec(`pragma wal_autocheckpoint = 0;
    insert into seh_power_readings (site_id, timestamp, power_watts, created_at, updated_at) values
      (1234567, '2026-11-01 10:00:00.000000', 77, '2026-11-01 10:20:00', '2026-11-01 10:20:00')`);
  const { code, stdout } = await folder.seh(["import", "tool.db"]);
  assert.deepEqual([code, /^power_readings +732/m.test(stdout)], [0, true]);
});
