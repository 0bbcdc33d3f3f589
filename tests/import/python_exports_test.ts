import assert from "node:assert/strict";
import type { Database } from "../../src/database/database.ts";
import { openPythonFile } from "../../src/import/python/sqlite.ts";
import { pythonReader } from "../../src/import/python/tool.ts";
import { recogniseFile } from "../../src/import/recognise.ts";
import type { SourceReport } from "../../src/import/report.ts";
import { storedRows } from "../support/stored_rows.ts";
import {
  importedAt,
  importFrom,
  migrated,
  rightRows,
  sample,
  totals,
  truthOf,
} from "./python_truth.ts";

async function importExport(database: Database, path: string): Promise<SourceReport> {
  const reader = await recogniseFile(path, {
    siteId: null,
    serial: null,
    dateOrder: null,
    decimal: null,
    writtenIn: null,
    isTarget: false,
    now: importedAt,
  });
  return await importFrom(database, reader);
}

const exportOf = (name: string) => sample(`python-export-${name}.csv`);

Deno.test("exports of the Python tool bring nothing new after its database", async () => {
  const database = await migrated("sqlite:///:memory:");
  await importFrom(
    database,
    await pythonReader(await openPythonFile(sample("python-tool-new.db"))),
  );
  for (
    const name of [
      "sites",
      "equipment",
      "inventory",
      "environmental",
      "energy",
      "power",
      "telemetry",
    ]
  ) {
    const report = await importExport(database, exportOf(name));
    assert.match(report.what, new RegExp(`export of the Python tool \\(${name}\\)`));
    assert.deepEqual(totals(report).slice(0, 2), [0, 0], name);
  }
  await database.close();
});

Deno.test("exports alone: samples of the repeated hour find their time by the counter", async () => {
  const database = await migrated("sqlite:///:memory:");
  for (const name of ["sites", "energy", "power", "telemetry"]) {
    await importExport(database, exportOf(name));
  }
  // The export lacks the DC voltage and the power of the phase.
  const truth = (await truthOf("python-tool-new.truth.csv"))
    .filter((one) => one.verdict !== "empty" && one.table !== "power_details")
    .map((one) =>
      one.table === "inverter_telemetry" && one.stored
        ? { ...one, stored: one.stored.with(3, null).with(5, null) }
        : one
    );
  const counts = await rightRows(database, truth, ["power_readings"]);
  assert.equal(counts["power_readings right"], 668);
  assert.equal(counts["inverter_telemetry right"], 1378);
  assert.equal(counts["inverter_telemetry second pass"], 8);
  assert.equal(counts["energy_readings right"], 61);
  await database.close();
});

Deno.test("an offset that PostgreSQL has put behind the clock of the site is no offset", async () => {
  const database = await migrated("sqlite:///:memory:");
  await importExport(database, exportOf("sites"));
  const report = await importExport(database, exportOf("postgresql-power"));
  assert.deepEqual(totals(report), [743, 0, 0]);
  const [first] = await storedRows(database, "power_readings");
  assert.equal(first.timestamp, "2026-10-17T02:00:00Z");
  assert.equal(first.local_time, "2026-10-17T04:00:00");
  await database.close();
});

Deno.test("counters of six digits do not sort the repeated hour, and give way to the database", async () => {
  const database = await migrated("sqlite:///:memory:");
  await importExport(database, exportOf("sites"));
  const report = await importExport(database, exportOf("mariadb-telemetry"));
  assert.deepEqual(totals(report), [1361, 0, 0]);
  assert.match(report.notes.join(), /40 values do not show which time is meant/);
  const counters = async () =>
    new Map(
      (await storedRows(database, "inverter_telemetry"))
        .map((one) => [`${one.device_key} ${one.timestamp}`, one.lifetime_energy_wh]),
    );
  const rounded = await counters();
  await importFrom(
    database,
    await pythonReader(await openPythonFile(sample("python-tool-new.db"))),
  );
  const exact = await counters();
  const improved = [...rounded].filter(([key, value]) => exact.get(key) !== value).length;
  assert.ok(improved > 500, `${improved} counters got their digits back`);
  await database.close();
});

Deno.test("the Python tool's JSON is read like its CSV; without a zone the readings are left out, and reported", async () => {
  const folder = await Deno.makeTempDir({ prefix: "python-json-" });
  const database = await migrated("sqlite:///:memory:");
  try {
    const rows = [
      {
        site_id: 7,
        site_name: "A",
        timestamp: "2026-06-01T12:00:00",
        power_watts: 5.5,
        power_kw: 0,
      },
      {
        site_id: 7,
        site_name: "A",
        timestamp: "2026-06-01T12:15:00",
        power_watts: 0,
        power_kw: null,
      },
    ];
    await Deno.writeTextFile(`${folder}/power.json`, JSON.stringify(rows, null, 2));
    const without = await importExport(database, `${folder}/power.json`);
    assert.deepEqual(without.dropped.map((one) => [one.count, /--time-zone/.test(one.why)]), [[
      2,
      true,
    ]]);
    const site = { id: 7, name: "A", status: "Active", peak_power: 5, timezone: "Europe/Berlin" };
    await Deno.writeTextFile(`${folder}/sites.json`, JSON.stringify([site]));
    await importExport(database, `${folder}/sites.json`);
    await importExport(database, `${folder}/power.json`);
    const stored = await storedRows(database, "power_readings");
    assert.deepEqual(stored.map((one) => [one.timestamp, one.power_w]), [
      ["2026-06-01T10:00:00Z", 5.5],
      ["2026-06-01T10:15:00Z", 0],
    ]);
  } finally {
    await database.close();
    await Deno.remove(folder, { recursive: true });
  }
});
