/**
 * Power readings of an SQLite harvest to Parquet by `seh export power -f parquet`, as a process on one thread with
 * its start, with a tenth of the rows and with all of them; against DuckDB's own `COPY … TO`, in the same run, of
 * the same rows in a table of its own in memory; and what it takes seh to read the rows alone. Each of them three
 * times in turn, of which the fastest counts: others may use the machine. `deno run -A bench/parquet_bench.ts [ROWS]`
 */
import process from "node:process";
import { DuckDBInstance } from "@duckdb/node-api";
import { countText, sizeText } from "../src/cli/terminal/human.ts";
import { openDatabase } from "../src/database/open.ts";
import { PackedColumn } from "../src/model/packed_column.ts";
import { table } from "../src/model/tables.ts";
import manifest from "../deno.json" with { type: "json" };
import { watchUsage } from "./memory.ts";
import { judge } from "./goals.ts";
import { powerLoad } from "./loads.ts";

const rows = Number(Deno.args[0] ?? 1_000_000);
const main = new URL("../main.ts", import.meta.url).pathname;
// With the options that users run it with.
const seh = manifest.tasks.seh.command.replace(/^deno/, Deno.execPath()).replace("main.ts", main);

const folder = await Deno.makeTempDir({ prefix: "seh-parquet-bench-" });
try {
  console.log("power readings to Parquet, speed and peak memory:");
  await save(rows / 10);
  await save(rows);
  const tenths: Run[] = [];
  const whole: Run[] = [];
  const copies: Run[] = [];
  const reads: Run[] = [];
  for (let turn = 0; turn < 3; turn++) {
    tenths.push(await exported(rows / 10));
    whole.push(await exported(rows));
    copies.push(await copied(`${folder}/${rows}.parquet`));
    reads.push(await onlyRead(`sqlite:///${folder}/${rows}.db`));
  }
  print("seh, a tenth", rows / 10, tenths);
  print("seh", rows, whole);
  print("read alone", rows, reads);
  print("DuckDB COPY", rows, copies);
  judge("parquet", "memory for ten times the rows", peakOf(whole) / peakOf(tenths));
  judge("parquet", "speed, against DuckDB's COPY", secondsOf(copies) / secondsOf(whole));
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit();

interface Run {
  readonly seconds: number;
  /** User and system time, of all threads. */
  readonly cpuSeconds: number;
  readonly peakBytes: number | null;
}

/** Makes the database that holds so many rows. */
async function save(count: number): Promise<void> {
  const database = await openDatabase(`sqlite:///${folder}/${count}.db`);
  await database.migrate();
  for (const delivery of powerLoad(count).deliveries()) await database.save(delivery);
  await database.close();
}

/** The export of so many rows, start of the program included. */
async function exported(count: number): Promise<Run> {
  const command = `exec ${seh} --quiet export power -f parquet -o ${folder}/${count}.parquet`;
  const env = { SEH_DATABASE_URL: `sqlite:///${folder}/${count}.db` };
  const started = performance.now();
  const child = new Deno.Command("sh", { args: ["-c", command], env }).spawn();
  const usage = watchUsage(child);
  const { success } = await child.status;
  if (!success) throw new Error(`${command} failed`);
  return { seconds: (performance.now() - started) / 1000, ...usage() };
}

/** The same reading as an export does, in this process. */
async function onlyRead(url: string): Promise<Run> {
  const database = await openDatabase(url);
  const columns = table("power_readings").columns.map((one) => new PackedColumn(one.type));
  let count = 0;
  const run = await timed(async () => {
    for await (const more of database.readColumns({ table: "power_readings" }, columns)) {
      count += more;
      if (columns[0].rows > 50_000) { for (const one of columns) one.clear(); }
    }
  });
  await database.close();
  if (count !== rows) throw new Error(`${count} rows instead of ${rows}`);
  return run;
}

/** How DuckDB writes the rows of a file again, from a table in memory, on one thread like seh. */
async function copied(file: string): Promise<Run> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("set threads = 1");
    await connection.run(`create table power as select * from '${file}'`);
    const [[count]] = (await connection.runAndReadAll("select count(*) from power")).getRows();
    if (Number(count) !== rows) throw new Error(`${count} rows instead of ${rows}`);
    return await timed(async () => {
      await connection.run(`copy power to '${folder}/theirs.parquet' (format parquet)`);
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function timed(work: () => Promise<void>): Promise<Run> {
  const before = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: null,
  };
}

function secondsOf(runs: readonly Run[]): number {
  return Math.min(...runs.map((one) => one.seconds));
}

function peakOf(runs: readonly Run[]): number {
  return Math.max(...runs.map((one) => one.peakBytes ?? 0));
}

function print(who: string, rows: number, runs: readonly Run[]): void {
  const speed = `${countText(Math.round(rows / secondsOf(runs)))} rows/s`;
  const cpu = `${Math.min(...runs.map((one) => one.cpuSeconds)).toFixed(2)} s of CPU`;
  const memory = runs[0].peakBytes === null ? "" : sizeText(peakOf(runs));
  console.log(
    `  ${who.padEnd(13)}${countText(rows).padStart(10)} rows${speed.padStart(18)}` +
      `${cpu.padStart(15)}   ${memory}`,
  );
}
