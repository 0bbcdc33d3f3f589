import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import { openDatabase } from "../../src/database/open.ts";
import { delivery, rowsOf } from "../database/deliveries.ts";
import { runInWorld } from "../support/captured_world.ts";
import { onEachDatabase } from "../support/on_each_database.ts";

async function duck(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("set timezone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Every file below a folder, in order. */
async function filesIn(folder: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    if (isDirectory) found.push(...await filesIn(folder, `${below}${name}/`));
    else found.push(`${below}${name}`);
  }
  return found.sort();
}

/** Quarter-hours around local midnight of the first of June in Berlin, of two sites, and two inverters. */
function harvest() {
  const times = [
    { timestamp: "2026-05-31T21:45:00Z", local_time: "2026-05-31T23:45:00" },
    { timestamp: "2026-05-31T22:00:00Z", local_time: "2026-06-01T00:00:00" },
    { timestamp: "2026-06-30T22:00:00Z", local_time: "2026-07-01T00:00:00" },
  ];
  const rows = [1, 20].flatMap((site_id) =>
    times.map((time, at) => ({ site_id, ...time, interval_s: 900, power_w: site_id * 100 + at }))
  );
  const telemetry = ["7E1-A", "7E1-B"].flatMap((device_key) =>
    times.map((time, at) => ({
      site_id: 1,
      device_key,
      ...time,
      interval_s: 0,
      total_active_power_w: at,
    }))
  );
  const day = (site_id: number, time_unit: string, reading_date: string) => ({
    site_id,
    time_unit,
    reading_date,
    energy_wh: 1000,
    is_complete: 1,
  });
  return delivery([
    rowsOf("sites", [{ site_id: 1, name: "Roof" }, { site_id: 20, name: "Barn" }]),
    rowsOf("power_readings", rows),
    rowsOf("inverter_telemetry", telemetry),
    rowsOf("energy_readings", [
      day(1, "DAY", "2026-05-31"),
      day(1, "DAY", "2026-06-01"),
      day(1, "YEAR", "2025-01-01"),
    ]),
  ]);
}

onEachDatabase(
  "Parquet files by site and local month are read by DuckDB as one table, and written anew each time",
  async (fresh) => {
    await using place = await fresh();
    const database = await openDatabase(place.url);
    await database.migrate();
    await database.save(harvest());
    await database.close();
    const folder = await Deno.makeTempDir();
    const seh = (...args: string[]) =>
      runInWorld(["export", ...args], { cwd: folder, env: { SEH_DATABASE_URL: place.url } });
    try {
      const { code, stdout, stderr } = await seh(
        "power",
        "-f",
        "parquet",
        "--partition",
        "-o",
        "p/",
      );
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /6 rows in 6 files written to p\//);
      const months = ["2026-05", "2026-06", "2026-07"];
      const expected = [1, 20].flatMap((site) =>
        months.map((month) => `site_id=${site}/month=${month}/power.parquet`)
      );
      assert.deepEqual(await filesIn(`${folder}/p`), expected);
      const columns = "site_id, strftime(timestamp, '%Y-%m-%dT%H:%M'), local_time, power_w";
      const whole = await seh("power", "-f", "parquet", "-o", "whole.parquet");
      assert.equal(whole.code, 0, whole.stderr);
      const parts = `read_parquet('${folder}/p/**/*.parquet', hive_partitioning = true)`;
      assert.deepEqual(
        await duck(`select ${columns} from ${parts} order by site_id, timestamp`),
        await duck(`select ${columns} from '${folder}/whole.parquet' order by site_id, timestamp`),
      );
      assert.deepEqual(
        await duck(`select month, count(*) from ${parts} where site_id = 20 group by 1 order by 1`),
        months.map((month) => [month, "1"]),
      );
      // Another run replaces what has changed, and leaves nothing half-written.
      await place.change("update power_readings set power_w = 7 where site_id = 20");
      assert.equal((await seh("power", "-f", "parquet", "--partition", "-o", "p")).code, 0);
      assert.deepEqual(await filesIn(`${folder}/p`), expected);
      assert.deepEqual(
        await duck(`select distinct power_w from ${parts} where site_id = 20`),
        [[7]],
      );

      const all = await seh("-f", "parquet", "--partition", "-o", "all/", "--site", "1");
      assert.equal(all.code, 0, all.stderr);
      const files = await filesIn(`${folder}/all`);
      assert.ok(files.includes("sites/sites.parquet"), files.join());
      assert.deepEqual(
        files.filter((one) => one.startsWith("energy/")),
        ["2026-05", "2026-06"].map((month) => `energy/site_id=1/month=${month}/energy.parquet`),
      );
      const devices =
        `read_parquet('${folder}/all/telemetry/**/*.parquet', hive_partitioning = true)`;
      assert.deepEqual(
        await duck(
          `select device_key, count(*) from ${devices} where month = '2026-06' group by 1 order by 1`,
        ),
        [["7E1-A", "1"], ["7E1-B", "1"]],
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("what would leave less than a month in a file is refused, with what to do", async () => {
  for (
    const [args, message] of [
      [["power", "-f", "csv", "--partition", "-o", "p/"], /--partition goes with -f parquet only/],
      [["power", "-f", "parquet", "--partition"], /Name a folder for them: -o FOLDER\//],
      [["power", "-f", "parquet", "--partition", "-o", "-"], /Name a folder/],
      [
        ["power", "-f", "parquet", "--partition", "-o", "p/", "--start", "2026-05-03"],
        /writes whole months/,
      ],
      [["-f", "prometheus", "--partition"], /prometheus holds the newest values/],
    ] as const
  ) {
    const { code, stderr } = await runInWorld(["export", ...args], { cwd: "/", env: {} });
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});

Deno.test("a list without a time axis has no months", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const env = { SEH_DATABASE_URL: `sqlite:///${folder}/seh.db` };
    assert.equal((await runInWorld(["init-db"], { cwd: folder, env })).code, 0);
    const { code, stderr } = await runInWorld(
      ["export", "sites", "-f", "parquet", "--partition", "-o", "p/"],
      { cwd: folder, env },
    );
    assert.equal(code, 2);
    assert.match(stderr, /the dataset sites has no time axis/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
