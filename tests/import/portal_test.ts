import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Database } from "../../src/database/database.ts";
import { recogniseFile, type RecogniseOptions } from "../../src/import/recognise.ts";
import { runImport } from "../../src/import/run.ts";
import type { SourceReport } from "../../src/import/report.ts";
import type { TableName, Value } from "../../src/model/table.ts";
import { table as factsOf } from "../../src/model/tables.ts";
import { onOneDatabase } from "../support/on_each_database.ts";
import { prepare } from "../support/prepare.ts";
import { storedRows } from "../support/stored_rows.ts";
import { importedAt, migrated, sample } from "./python_truth.ts";

const options: RecogniseOptions = {
  siteId: 1234567,
  serial: null,
  dateOrder: null,
  decimal: null,
  writtenIn: null,
  isTarget: false,
  now: importedAt,
};

async function importFiles(
  database: Database,
  paths: readonly string[],
  choice: Partial<RecogniseOptions> = {},
): Promise<SourceReport[]> {
  const readers = [];
  for (const path of paths) {
    readers.push({ name: path, reader: await recogniseFile(path, { ...options, ...choice }) });
  }
  return await runImport(readers, {
    database,
    isDryRun: false,
    distrust: false,
    now: importedAt,
    timeZone: null,
    siteTimeZones: new Map(),
    signal: new AbortController().signal,
    onProgress: () => {},
  });
}

/** A database that knows the site of the samples and its devices. */
async function home(url: string): Promise<Database> {
  const database = await migrated(url);
  await importFiles(
    database,
    ["sites", "equipment", "inventory"].map((one) => sample(`python-export-${one}.csv`)),
  );
  return database;
}

type Expected = Record<string, Value> & { file: string; table: TableName };

const expected = await prepare(async (): Promise<readonly Expected[]> =>
  (await readFile(sample("portal-expected.ndjson"), "utf8"))
    .trim().split("\n").map((line) => JSON.parse(line))
);

onOneDatabase("each file of the portal gives the rows that it should, once", async (fresh) => {
  for (const [file, rows] of Map.groupBy(expected(), (one) => one.file)) {
    await using place = await fresh();
    const database = await home(place.url);
    try {
      await importFiles(database, [sample(file)]);
      for (const [table, wanted] of Map.groupBy(rows, (one) => one.table)) {
        const { key } = factsOf(table);
        const stored = await storedRows(database, table);
        assert.equal(stored.length, wanted.length, `${file}: rows of ${table}`);
        for (const { file: _, table: __, ...row } of wanted) {
          const found = stored.find((one) => key.every((name) => one[name] === row[name]));
          assert.ok(found, `${file}: ${JSON.stringify(row)} is not there`);
          const names = Object.keys(row);
          assert.deepEqual(names.map((name) => found[name]), names.map((name) => row[name]));
          assert.equal(found.source, "portal-csv");
        }
      }
      const [again] = await importFiles(database, [sample(file)]);
      assert.ok(again.tables.every((one) => one.inserted === 0 && one.changed === 0), file);
      assert.equal(again.coveredHours, 0);
    } finally {
      await database.close();
    }
  }
});

Deno.test("a file of panel voltages is refused, because seh stores nothing of it", async () => {
  const database = await home("sqlite:///:memory:");
  const [report] = await importFiles(database, [sample("portal-classic-optimizer-en-us.csv")]);
  assert.match(report.refusal!, /nothing that seh stores/);
  await database.close();
});

/** What comes of a file with this text. */
async function imported(text: string, choice: Partial<RecogniseOptions> = {}) {
  const folder = await Deno.makeTempDir({ prefix: "portal-" });
  const database = await home("sqlite:///:memory:");
  try {
    await Deno.writeTextFile(`${folder}/Chart.csv`, text);
    const [report] = await importFiles(database, [`${folder}/Chart.csv`], choice);
    return { report, rows: await storedRows(database, "power_details") };
  } finally {
    await database.close();
    await Deno.remove(folder, { recursive: true });
  }
}

const power = (...lines: string[]) => ["Time,System Production (W)", ...lines, ""].join("\n");

Deno.test("a date that can be read two ways is asked for, not guessed", async () => {
  const text = power("05/06/2026 12:00,1.5", "05/06/2026 12:15,2.5");
  await assert.rejects(imported(text), /day or the month.*--date-order day-first/);
  const { rows } = await imported(text, { dateOrder: "day-first" });
  assert.deepEqual(rows.map((one) => one.local_time), [
    "2026-06-05T12:00:00",
    "2026-06-05T12:15:00",
  ]);
});

Deno.test("a reading of dates that lies in the future is none", async () => {
  const { rows } = await imported(power("12/10/2026 12:00,1.5", "12/10/2026 12:15,2.5"));
  assert.equal(rows[0].local_time, "2026-10-12T12:00:00");
});

Deno.test("numbers that can be read two ways are asked for, not guessed", async () => {
  const text = power('06/25/2026 12:00,"1,234"', '06/25/2026 12:15,"2,345"');
  await assert.rejects(imported(text), /decimal point or a decimal comma.*--decimal/);
  const { rows } = await imported(text, { decimal: "point" });
  assert.deepEqual(rows.map((one) => one.production_w), [1234, 2345]);
});

Deno.test("kilowatts become watts, and semicolons with decimal commas are understood", async () => {
  const { rows } = await imported(
    "Time;System Production (kW)\n25.06.2026 12:00;0,2516\n25.06.2026 12:15;1,5\n",
  );
  assert.deepEqual(rows.map((one) => one.production_w), [251.6, 1500]);
});

Deno.test("an autumn hour that the file has twice comes twice, sorted in any way", async () => {
  const first = ["02:00", "02:15", "02:30", "02:45"];
  const line = (time: string, value: number) => `25.10.2026 ${time},${value}`;
  const inOrder = [
    line("01:45", 0),
    ...first.map((time, at) => line(time, at + 1)),
    ...first.map((time, at) => line(time, at + 11)),
    line("03:00", 99),
  ];
  const inPairs = [
    line("01:45", 0),
    ...first.flatMap((time, at) => [line(time, at + 1), line(time, at + 11)]),
    line("03:00", 99),
  ];
  const wanted = [0, 1, 2, 3, 4, 11, 12, 13, 14, 99];
  for (const lines of [inOrder, inPairs, inOrder.toReversed()]) {
    const { rows } = await imported(power(...lines));
    assert.deepEqual(rows.map((one) => one.production_w), wanted);
    assert.equal(rows[5].timestamp, "2026-10-25T01:00:00Z");
  }
});

Deno.test("a spring time that never was is reported with its line where it has a value", async () => {
  const { rows, report } = await imported(
    power("29.03.2026 01:45,1", "29.03.2026 02:00,", "29.03.2026 02:15,5", "29.03.2026 03:00,2"),
  );
  assert.deepEqual(rows.map((one) => one.production_w), [1, 2]);
  assert.deepEqual(report.bad.map((one) => one.line), [4]);
});

Deno.test("two rows of one time that differ are refused, naming both lines", async () => {
  const { report } = await imported(
    power("25.06.2026 12:00,1", "25.06.2026 12:15,2", "25.06.2026 12:15,3"),
  );
  assert.match(report.refusal!, /twice, with different values, in lines 3 and 4/);
});

Deno.test("of two files the later one knows the interval better that the earlier one had open", async () => {
  const folder = await Deno.makeTempDir({ prefix: "portal-" });
  const database = await home("sqlite:///:memory:");
  try {
    const write = async (name: string, ...lines: string[]) => {
      await Deno.writeTextFile(`${folder}/${name}`, power(...lines));
      return `${folder}/${name}`;
    };
    const early = await write("b.csv", "25.06.2026 12:00,10", "25.06.2026 12:15,2");
    const late = await write(
      "a.csv",
      "25.06.2026 12:00,10",
      "25.06.2026 12:15,20",
      "25.06.2026 12:30,7",
    );
    const values = async () =>
      (await storedRows(database, "power_details")).map((one) => one.production_w);
    await importFiles(database, [early]);
    assert.deepEqual(await values(), [10, 2]);
    await importFiles(database, [early, late]);
    assert.deepEqual(await values(), [10, 20, 7]);
    await importFiles(database, [early]);
    assert.deepEqual(await values(), [10, 20, 7]);
  } finally {
    await database.close();
    await Deno.remove(folder, { recursive: true });
  }
});
