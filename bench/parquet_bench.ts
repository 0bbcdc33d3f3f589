/**
 * Power readings of an SQLite harvest to Parquet by `seh export power -f parquet`, as a process, with a tenth of
 * the rows and with all of them; against DuckDB's own `COPY … TO`, in the same run, of the same rows in a table
 * of its own, and what it takes to read the rows alone. `deno run -A bench/parquet_bench.ts [ROWS]`
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { countText, sizeText } from "../src/cli/terminal/human.ts";
import { openDatabase } from "../src/database/open.ts";
import manifest from "../deno.json" with { type: "json" };
import { watchPeak } from "./memory.ts";
import { judge } from "./goals.ts";
import { powerLoad } from "./loads.ts";

const rows = Number(Deno.args[0] ?? 1_000_000);
const main = new URL("../main.ts", import.meta.url).pathname;
// With the options that users run it with.
const seh = manifest.tasks.seh.command.replace(/^deno/, Deno.execPath()).replace("main.ts", main);

const folder = await Deno.makeTempDir({ prefix: "seh-parquet-bench-" });
try {
  console.log("power readings to Parquet, speed and peak memory:");
  const tenth = await exported(rows / 10);
  const all = await exported(rows);
  print("seh, a tenth", rows / 10, tenth.seconds, sizeText(tenth.peakBytes));
  print("seh", rows, all.seconds, sizeText(all.peakBytes));
  const theirs = await copied(`${folder}/${rows}.parquet`);
  const read = await onlyRead(`sqlite:///${folder}/${rows}.db`);
  print("rows alone", rows, read, "read page by page, nothing written");
  print("DuckDB COPY", rows, theirs, "");
  judge("parquet", "memory for ten times the rows", all.peakBytes / tenth.peakBytes);
  judge("parquet", "speed, against DuckDB's COPY", theirs / all.seconds);
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit();

interface Run {
  readonly seconds: number;
  readonly peakBytes: number;
}

/** The export of a database that holds so many rows, start of the program included. */
async function exported(count: number): Promise<Run> {
  const url = `sqlite:///${folder}/${count}.db`;
  const database = await openDatabase(url);
  await database.migrate();
  for (const delivery of powerLoad(count).deliveries()) await database.save(delivery);
  await database.close();
  const command = `exec ${seh} --quiet export power -f parquet -o ${folder}/${count}.parquet`;
  const started = performance.now();
  const child = new Deno.Command("sh", { args: ["-c", command], env: { SEH_DATABASE_URL: url } })
    .spawn();
  const peak = watchPeak(child);
  const { success } = await child.status;
  const peakBytes = peak();
  if (!success) throw new Error(`${command} failed`);
  return { seconds: (performance.now() - started) / 1000, peakBytes };
}

/** Seconds that it takes in this process to read the rows as an export does: no writer can be faster. */
async function onlyRead(url: string): Promise<number> {
  const database = await openDatabase(url);
  const started = performance.now();
  let count = 0;
  for await (const page of database.read({ table: "power_readings" })) count += page.length;
  const seconds = (performance.now() - started) / 1000;
  await database.close();
  if (count !== rows) throw new Error(`${count} rows instead of ${rows}`);
  return seconds;
}

/** Seconds that DuckDB takes to write the rows of a file again, from a table in memory, on one thread like seh. */
async function copied(file: string): Promise<number> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("set threads = 1");
  await connection.run(`create table power as select * from '${file}'`);
  const [[count]] = (await connection.runAndReadAll("select count(*) from power")).getRows();
  if (Number(count) !== rows) throw new Error(`${count} rows instead of ${rows}`);
  const started = performance.now();
  await connection.run(`copy power to '${folder}/theirs.parquet' (format parquet)`);
  return (performance.now() - started) / 1000;
}

function print(who: string, rows: number, seconds: number, memory: string): void {
  const speed = `${countText(Math.round(rows / seconds))} rows/s`;
  console.log(
    `  ${who.padEnd(13)}${countText(rows).padStart(10)} rows${speed.padStart(18)}   ${memory}`,
  );
}
