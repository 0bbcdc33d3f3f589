// Not in test:fast: harvests that DuckDB reads back.
import assert from "node:assert/strict";
import { DuckDBInstance, type DuckDBResultReader } from "@duckdb/node-api";
import { openDatabase } from "../../src/database/open.ts";
import { dataset } from "../../src/export/dataset.ts";
import { datasetNames } from "../../src/export/datasets.ts";
import type { Column, Value } from "../../src/model/table.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { prepare } from "../support/prepare.ts";
import { sitesOfAnyValue } from "../support/sites_of_any_value.ts";
import { storedRows } from "../support/stored_rows.ts";

const harvest = await prepare(async () => {
  const world = await harvestWorld("2026-06-01T12:07:00Z", {
    sites: [homeSite({ firstDay: "2026-05-30" })],
    extraKeys: true,
  });
  globalThis.addEventListener("unload", () => Deno.removeSync(world.folder, { recursive: true }));
  await world.sync();
  await world.simulator.close();
  return world;
});

function seh(...args: string[]) {
  const { folder } = harvest();
  const env = { SEH_DATABASE_URL: `sqlite:///${folder}/seh.db` };
  return runInWorld(["export", ...args], { cwd: folder, env });
}

/** What DuckDB reads; every value as JSON has it. */
function duck(sql: string): Promise<Record<string, unknown>[]> {
  return answer(sql, (read) => read.getRowObjectsJson());
}

/** The same, whole numbers as bigint. */
function duckRows(sql: string): Promise<unknown[][]> {
  return answer(sql, (read) => read.getRows());
}

async function answer<T>(sql: string, rowsOf: (read: DuckDBResultReader) => T): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("set timezone = 'UTC'");
    return rowsOf(await connection.runAndReadAll(sql));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const duckTypes = {
  integer: "BIGINT",
  real: "DOUBLE",
  text: "VARCHAR",
  instant: "TIMESTAMP WITH TIME ZONE",
  local: "TIMESTAMP",
  date: "DATE",
  flag: "BOOLEAN",
  json: "VARCHAR",
} as const;

/** A column in words of SQL, as the database holds it. */
function asStored({ name, type }: Column): string {
  const quoted = `"${name}"`;
  if (type === "instant") return `strftime(${quoted}, '%Y-%m-%dT%H:%M:%SZ') as ${quoted}`;
  if (type === "local") return `strftime(${quoted}, '%Y-%m-%dT%H:%M:%S') as ${quoted}`;
  if (type === "date") return `cast(${quoted} as varchar) as ${quoted}`;
  // DuckDB's driver takes a byte order mark away.
  if (type === "text" || type === "json") {
    return `replace(${quoted}, chr(65279), 'BOM') as ${quoted}`;
  }
  return type === "flag" ? `cast(${quoted} as integer) as ${quoted}` : quoted;
}

Deno.test("DuckDB reads every dataset of a Parquet export with the right types and values", async () => {
  const { code, stderr } = await seh("-f", "parquet", "-o", "parquet/", "--unit", "all");
  assert.equal(code, 0, stderr);
  for (const name of datasetNames) {
    const file = `'${harvest().folder}/parquet/${name}.parquet'`;
    const { columns, table } = dataset(name);
    const described = await duck(`describe select * from ${file}`);
    assert.deepEqual(
      described.map((one) => [one.column_name, one.column_type]),
      columns.map((one) => [one.name, duckTypes[one.type]]),
      name,
    );
    const stored = await storedRows(harvest().database, table);
    const shown = columns.map((one) =>
      one.type === "integer" ? `cast("${one.name}" as double) as "${one.name}"` : asStored(one)
    );
    const read = await duck(`select ${shown.join(", ")} from ${file}`);
    assert.deepEqual(read, stored, name);
  }
});

Deno.test("a Parquet file holds one dataset, and is nothing for a terminal", async () => {
  const several = await seh("-f", "parquet", "-o", "all.parquet");
  assert.equal(several.code, 2);
  assert.match(several.stderr, /PARQUET holds one dataset in one file/);
  const { folder } = harvest();
  const env = { SEH_DATABASE_URL: `sqlite:///${folder}/seh.db` };
  const shown = await runInWorld(["export", "energy", "-f", "parquet", "-o", "-"], {
    cwd: folder,
    env,
    terminal: true,
  });
  assert.equal(shown.code, 2);
  assert.match(shown.stderr, /nothing for a terminal/);
});

Deno.test("a Parquet export holds each value of a database exactly, whatever it is", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const url = `sqlite:///${folder}/seh.db`;
    const database = await openDatabase(url);
    await database.migrate();
    await database.write({ table: "sites", rows: sitesOfAnyValue(1500) });
    const stored: Value[][] = [];
    for await (const page of database.read({ table: "sites" })) {
      for (const row of page) stored.push([...row]);
    }
    await database.close();
    const args = ["export", "sites", "-f", "parquet", "-o", "sites.parquet"];
    const { code, stderr } = await runInWorld(args, {
      cwd: folder,
      env: { SEH_DATABASE_URL: url },
    });
    assert.equal(code, 0, stderr);
    const { columns } = dataset("sites");
    const read = await duckRows(
      `select ${columns.map(asStored).join(", ")} from '${folder}/sites.parquet'`,
    );
    assert.equal(read.length, stored.length);
    for (const [at, row] of stored.entries()) {
      const expected = row.map((value, place) => {
        if (value === null) return null;
        if (columns[place].type === "integer") return BigInt(value);
        return typeof value === "string" ? value.replace("\ufeff", "BOM") : value;
      });
      assert.deepEqual(read[at], expected);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
