/**
 * Power readings to CSV by `seh export power`, as a process that writes to a file, from each database: rows
 * per second, and the peak memory of the process with a tenth of the rows and with all of them;
 * SQLite against `sqlite3 -csv` on the same file in the same run. `deno run -A bench/export_bench.ts [ROWS]`
 */
import { openDatabase } from "../src/database/open.ts";
import { countText, sizeText } from "../src/cli/terminal/human.ts";
import manifest from "../deno.json" with { type: "json" };
import { engineNames, type Place, startEngine } from "./engines.ts";
import { watchPeak } from "./memory.ts";
import { judge } from "./goals.ts";
import { powerLoad } from "./loads.ts";

const rows = Number(Deno.args[0] ?? 3_000_000);
const rounds = 2;

const main = new URL("../main.ts", import.meta.url).pathname;
// With the options that users run it with.
const seh = manifest.tasks.seh.command.replace(/^deno/, Deno.execPath()).replace("main.ts", main);

const folder = await Deno.makeTempDir({ prefix: "seh-export-bench-" });
try {
  console.log("export of power readings to CSV, speed and peak memory:");
  for (const name of engineNames) {
    const engine = await startEngine(name);
    if (!engine) continue;
    await using place = await engine.fresh();
    const tenth = await exported(place, rows / 10);
    const all = await exported(place, rows);
    print(name, rows / 10, tenth, sizeText(tenth.peakBytes));
    print("", rows, all, sizeText(all.peakBytes));
    judge("export", "memory for ten times the rows", all.peakBytes / tenth.peakBytes, name);
    judge("export", "peak memory", all.peakBytes / 1e6, name);
    const file = /^sqlite:\/\/\/(.*)/.exec(place.url)?.[1];
    if (file) {
      const sql = "select * from power_readings order by site_id, timestamp, interval_s";
      const theirs = await repeated(`sqlite3 -header -csv ${file} '${sql}'`, rows, {});
      print("sqlite3 -csv", rows, theirs, "");
      judge("export", "speed, against sqlite3 -csv", theirs.seconds / all.seconds);
    }
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit();

/** The export of a database that holds so many rows. */
async function exported(place: Place, rows: number): Promise<Run> {
  const database = await openDatabase(place.url);
  await database.migrate();
  for (const delivery of powerLoad(rows).deliveries()) await database.save(delivery);
  await database.close();
  return await repeated(`${seh} export power`, rows, { SEH_DATABASE_URL: place.url });
}

interface Run {
  readonly seconds: number;
  readonly peakBytes: number;
}

async function repeated(
  command: string,
  rows: number,
  env: Record<string, string>,
): Promise<Run> {
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await run(command, rows, env));
  return {
    seconds: Math.min(...runs.map((one) => one.seconds)),
    peakBytes: Math.max(...runs.map((one) => one.peakBytes)),
  };
}

/** Runs a command with its output in a file; the peak of memory is the kernel's own count. */
async function run(command: string, rows: number, env: Record<string, string>): Promise<Run> {
  const output = `${folder}/export.csv`;
  const started = performance.now();
  const child = new Deno.Command("sh", { args: ["-c", `exec ${command} > ${output}`], env })
    .spawn();
  const peak = watchPeak(child);
  const { success } = await child.status;
  const peakBytes = peak();
  if (!success) throw new Error(`${command} failed`);
  const seconds = (performance.now() - started) / 1000;
  let lines = 0;
  using file = await Deno.open(output);
  for await (const chunk of file.readable) for (const byte of chunk) if (byte === 10) lines++;
  if (lines !== rows + 1) throw new Error(`${lines} lines instead of ${rows + 1}`);
  return { seconds, peakBytes };
}

function print(who: string, rows: number, { seconds }: Run, memory: string): void {
  const speed = `${countText(Math.round(rows / seconds))} rows/s`;
  console.log(
    `  ${who.padEnd(13)}${countText(rows).padStart(10)} rows${speed.padStart(18)}   ${memory}`,
  );
}
