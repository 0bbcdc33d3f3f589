import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readXlsx } from "hucre/xlsx";
import { dataset } from "../../src/export/dataset.ts";
import { datasetNames } from "../../src/export/datasets.ts";
import { FileFull } from "../../src/export/format.ts";
import { type WorkbookLimits, xlsxFormat } from "../../src/export/xlsx.ts";
import type { Value } from "../../src/model/table.ts";
import { openDatabase } from "../../src/database/open.ts";
import { fillFleet } from "../support/fleet_database.ts";
import { runInWorld } from "../support/captured_world.ts";

/** The sheets of a workbook with one dataset, as another program reads them. */
async function sheetsOf(
  name: Parameters<typeof dataset>[0],
  rows: readonly Readonly<Record<string, Value>>[],
  limits: Partial<WorkbookLimits> = {},
) {
  const pieces: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => Promise.resolve(void pieces.push(bytes.slice())) };
  const one = dataset(name);
  const file = xlsxFormat(sink, null, {
    rowsPerSheet: Infinity,
    bytesPerSheet: Infinity,
    bytesPerFile: Infinity,
    ...limits,
  });
  await file.open();
  await file.openDataset(one);
  await file.rows(rows.map((row) => one.columns.map((column) => row[column.name] ?? null)));
  await file.closeDataset();
  await file.close();
  const { sheets } = await readXlsx(Buffer.concat(pieces));
  return sheets.map((sheet) => {
    const [head, ...cells] = sheet.rows;
    return {
      name: sheet.name,
      rows: cells.map((row) => Object.fromEntries(head.map((key, at) => [String(key), row[at]]))),
    };
  });
}

Deno.test("in a workbook numbers are numbers, dates are dates, and zip codes keep their zeros", async () => {
  const [{ name, rows: [site] }] = await sheetsOf("sites", [{
    site_id: 1234567,
    name: '=1+1 <&> "Größe" \u0001 _x0041_',
    zip: "01067",
    peak_power_kwp: 9.25,
    is_public: 1,
    installation_date: "2024-02-29",
    last_seen: "2026-03-29T01:15:00Z",
  }]);
  assert.equal(name, "sites");
  assert.equal(site.site_id, 1234567);
  assert.equal(site.peak_power_kwp, 9.25);
  assert.equal(site.zip, "01067");
  assert.match(String(site.name), /^=1\+1 <&> "Größe" /);
  assert.equal(site.is_public, true);
  assert.ok(site.installation_date instanceof Date && site.last_seen instanceof Date);
  assert.equal(site.installation_date.toISOString(), "2024-02-29T00:00:00.000Z");
  assert.equal(site.last_seen.toISOString(), "2026-03-29T01:15:00.000Z");
  assert.equal(site.address ?? null, null);
});

Deno.test("what does not fit on a sheet goes on to the next one, with the heads again", async () => {
  const rows = Array.from({ length: 7 }, (_, at) => ({ site_id: at + 1 }));
  const sheets = await sheetsOf("power", rows, { rowsPerSheet: 4 });
  assert.deepEqual(sheets.map((one) => one.name), ["power", "power (2)", "power (3)"]);
  assert.deepEqual(sheets.flatMap((one) => one.rows.map((row) => row.site_id)), [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
  ]);
});

Deno.test("a sheet ends before it is larger than a workbook can tell", async () => {
  const rows = Array.from({ length: 300 }, (_, at) => ({ site_id: at + 1 }));
  const sheets = await sheetsOf("power", rows, { bytesPerSheet: 5_000 });
  assert.ok(sheets.length > 2, `${sheets.length} sheets`);
  assert.deepEqual(
    sheets.flatMap((one) => one.rows.map((row) => row.site_id)),
    rows.map((one) => one.site_id),
  );
});

Deno.test("what does not fit into a workbook is refused instead of being written broken", async () => {
  const rows = Array.from({ length: 300 }, (_, at) => ({ site_id: at + 1 }));
  await assert.rejects(sheetsOf("power", rows, { bytesPerFile: 1000 }), FileFull);
});

Deno.test("seh export -f xlsx is one workbook with a sheet for each dataset", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const url = `sqlite:///${folder}/seh.db`;
    const database = await openDatabase(url);
    await fillFleet(database, { sites: 2, now: Temporal.Instant.from("2026-06-01T12:00:00Z") });
    await database.close();
    const { code, stderr } = await runInWorld(["export", "-f", "xlsx", "-o", "all.xlsx"], {
      cwd: folder,
      env: { SEH_DATABASE_URL: url },
    });
    assert.equal(code, 0, stderr);
    const { sheets } = await readXlsx(await Deno.readFile(`${folder}/all.xlsx`));
    assert.deepEqual(sheets.map((one) => one.name), [...datasetNames]);
    const energy = sheets.find((one) => one.name === "energy")!;
    assert.equal(energy.rows.length, 81);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
