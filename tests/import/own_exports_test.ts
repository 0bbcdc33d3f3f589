// Not in test:fast: a harvest of every dataset, exported and read again.
import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { CsvReader } from "../../src/import/csv_records.ts";
import type { Value } from "../../src/model/table.ts";
import { tables } from "../../src/model/tables.ts";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { storedRows } from "../support/stored_rows.ts";

const noon = "2026-06-01T12:07:00Z";
const sites = [homeSite({ firstDay: "2026-05-31" }), houseSite({ firstDay: "2026-05-31" })];

/** Everything that is exported, by table. */
async function harvestOf(url: string) {
  const database = await openDatabase(url);
  try {
    const all: Record<string, Record<string, Value>[]> = {};
    for (const { name, kind } of tables) {
      if (kind !== "engine") all[name] = await storedRows(database, name);
    }
    return all;
  } finally {
    await database.close();
  }
}

onOneDatabase(
  "exports of every dataset come back as they were, from CSV, NDJSON and JSON",
  async (fresh) => {
    await using world = await harvestWorld(noon, { sites });
    await world.sync();
    await world.sync({ generation: "v2", only: ["power", "storage", "telemetry", "meters"] });
    const url = `sqlite:///${world.folder}/seh.db`;
    // What spreadsheets and careless readers lose: an empty text, quotes, line breaks, long numbers.
    const [row] = await storedRows(world.database, "inventory");
    const extra = '{\n "a": 12345678901234567890, "b": "x,\\"y"}';
    const odd: Record<string, Value> = { ...row, name: 'a "b"\nc,d', manufacturer: "", extra };
    const names = tables.find((one) => one.name === "inventory")!.columns.map((one) => one.name);
    await world.database.write({
      table: "inventory",
      rows: [names.map((name) => odd[name])],
    });
    const wanted = await harvestOf(url);
    const filled = Object.keys(wanted).filter((one) => wanted[one].length > 0);
    assert.ok(filled.length >= 14, filled.join(", "));

    const cwd = world.folder;
    const seh = (args: string[], database: string) =>
      runInWorld(args, { cwd, now: world.now(), env: { SEH_DATABASE_URL: database } });
    for (
      const [name, args] of [
        ["csv/", ["-f", "csv", "-o", "csv/"]],
        ["all.ndjson", ["-f", "ndjson", "-o", "all.ndjson"]],
        ["all.json", ["-f", "json", "-o", "all.json"]],
      ] as const
    ) {
      const exported = await seh(["export", "all", "--unit", "all", ...args], url);
      assert.equal(exported.code, 0, exported.stderr);
      await using place = await fresh();
      const report = await seh(["import", name, "--json"], place.url);
      assert.equal(report.code, 0, report.stderr);
      const found = await harvestOf(place.url);
      for (const [table, rows] of Object.entries(wanted)) {
        const inOneLine = (one: unknown) =>
          name === "csv/" ? one : JSON.parse(JSON.stringify(one).replaceAll("{\\n", "{ "));
        assert.deepEqual(found[table], inOneLine(rows), `${name}: ${table}`);
      }
      const again = JSON.parse((await seh(["import", name, "--json"], place.url)).stdout);
      for (const { tables, covered_hours } of again.sources) {
        assert.equal(covered_hours, 0);
        for (const { inserted, changed, differing } of tables) {
          assert.deepEqual([inserted, changed, differing], [0, 0, 0]);
        }
      }
    }
  },
);

Deno.test("a line that cannot be a row is reported with its number and left out, the rest comes in", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-import-" });
  try {
    await Deno.writeTextFile(
      `${cwd}/power.csv`,
      [
        "site_id,timestamp,local_time,interval_s,power_w,measured_by,source,extra,updated_at",
        "1,2026-05-01T10:00:00Z,2026-05-01T12:00:00,900,5,,v1,,2026-05-02T00:00:00Z",
        "1,yesterday,2026-05-01T12:15:00,900,5,,v1,,2026-05-02T00:00:00Z",
        "1,2026-05-01T10:30:00Z,2026-05-01T12:30:00,900,5,,v1",
        "1,2026-05-01T10:45:00Z,2026-05-01T12:45:00,900,five,,v1,,2026-05-02T00:00:00Z",
        "1,2026-05-01T11:00:00Z,2026-05-01T13:00:00,900,6,,v1,,2026-05-02T00:00:00Z",
      ].join("\n"),
    );
    const env = { SEH_DATABASE_URL: `sqlite:///${cwd}/seh.db` };
    const { code, stdout } = await runInWorld(["import", "power.csv"], { cwd, env });
    assert.equal(code, 5);
    assert.match(stdout, /Line 3 is left out: timestamp cannot be "yesterday" \(a time such as/);
    assert.match(stdout, /Line 4 is left out: 7 values for 9 columns/);
    assert.match(stdout, /Line 5 is left out: power_w cannot be "five"/);
    assert.match(stdout, /2 new rows, 0 filled, 0 unchanged/);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("cells of CSV are the same however the text is cut into chunks", () => {
  const text = 'a,"b ""c""",\r\n"d\ne",,""\n\n1,2,3';
  const wanted = [["a", 'b "c"', null], ["d\ne", null, ""], ["1", "2", "3"]];
  for (let size = 1; size <= text.length; size++) {
    const reader = new CsvReader(",");
    const records = [];
    const lines = [];
    for (let at = 0; at < text.length; at += size) {
      const part = reader.push(text.slice(at, at + size));
      records.push(...part.records);
      lines.push(...part.lines);
    }
    const last = reader.end();
    assert.deepEqual([...records, ...last.records], wanted, `chunks of ${size}`);
    assert.deepEqual([...lines, ...last.lines], [1, 2, 5], `chunks of ${size}`);
  }
});

Deno.test("an export with the former names of its datasets comes in as what its columns are", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-import-" });
  try {
    const line = (dataset: string, more: string) =>
      `{"dataset":"${dataset}","site_id":1,"device_key":"A","meter_type":"Production",${more}}\n`;
    await Deno.writeTextFile(
      `${cwd}/old.ndjson`,
      line("meters", '"model":"M"') +
        line(
          "meter-readings",
          '"timestamp":"2026-05-01T10:00:00Z","local_time":"2026-05-01T12:00:00","interval_s":0,"lifetime_energy_wh":5,"source":"v1","updated_at":"2026-05-02T00:00:00Z"',
        ),
    );
    const env = { SEH_DATABASE_URL: `sqlite:///${cwd}/seh.db` };
    const { code, stdout, stderr } = await runInWorld(["import", "old.ndjson", "--json"], {
      cwd,
      env,
    });
    assert.equal(code, 0, stderr);
    const tables = JSON.parse(stdout).sources.flatMap((one: { tables: { table: string }[] }) =>
      one.tables
    );
    assert.deepEqual(
      tables.map((one: { table: string; inserted: number }) => [one.table, one.inserted]).sort(),
      [["meter_readings", 1], ["meters", 1]],
    );
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
