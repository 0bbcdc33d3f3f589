import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import { dataset } from "../../src/export/dataset.ts";
import { datasetNames } from "../../src/export/datasets.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { prepare } from "../support/prepare.ts";
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
async function duck(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("set timezone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
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
    const shown = columns.map((one) => {
      const quoted = `"${one.name}"`;
      if (one.type === "instant") return `strftime(${quoted}, '%Y-%m-%dT%H:%M:%SZ') as ${quoted}`;
      if (one.type === "local") return `strftime(${quoted}, '%Y-%m-%dT%H:%M:%S') as ${quoted}`;
      if (one.type === "flag") return `cast(${quoted} as integer) as ${quoted}`;
      return one.type === "integer" ? `cast(${quoted} as double) as ${quoted}` : quoted;
    });
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
