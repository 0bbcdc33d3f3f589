/**
 * One million rows of power readings to CSV: `seh export power` against `sqlite3 -csv` on the same
 * database in the same run, each writing to a file. Prints rows per second, the ratio of the two and
 * the peak memory of seh. Goals: ratio 0.6, memory below 150 MB.
 */
import { DatabaseSync } from "node:sqlite";
import manifest from "../deno.json" with { type: "json" };
import { openDatabase } from "../src/database/open.ts";
import { countText, sizeText } from "../src/cli/terminal/human.ts";

const sites = 10;
const rowsPerSite = 100_000;
const rounds = 3;

const folder = await Deno.makeTempDir({ prefix: "seh-export-bench-" });
try {
  const file = `${folder}/bench.db`;
  const url = `sqlite:///${file}`;
  const database = await openDatabase(url);
  await database.migrate();
  await database.close();
  fill(file);

  const main = new URL("../main.ts", import.meta.url).pathname;
  // With the options that users run it with.
  const deno = manifest.tasks.seh.command.replace(/^deno/, Deno.execPath()).replace(
    "main.ts",
    main,
  );
  const columns = "site_id, timestamp, interval_s";
  const seh: Run[] = [];
  const cli: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    seh.push(await run(`${deno} export power`, `${folder}/seh.csv`, { SEH_DATABASE_URL: url }));
    cli.push(
      await run(
        `sqlite3 -header -csv ${file} 'select * from power_readings order by ${columns}'`,
        `${folder}/sqlite3.csv`,
        {},
      ),
    );
  }
  const rows = sites * rowsPerSite;
  if (seh.concat(cli).some((one) => one.lines !== rows + 1)) throw new Error("rows are missing");
  const [ours, theirs] = [seh, cli].map((runs) => rows / median(runs.map((one) => one.seconds)));
  console.log(`export of ${countText(rows)} rows to CSV, median of ${rounds} interleaved runs:`);
  console.log(`  seh export power  ${countText(Math.round(ours))} rows/s`);
  console.log(`  sqlite3 -csv      ${countText(Math.round(theirs))} rows/s`);
  console.log(`  ratio             ${(ours / theirs).toFixed(2)} (goal 0.60)`);
  const peak = Math.max(...seh.map((one) => one.peakBytes));
  console.log(`  peak memory       ${sizeText(peak)} (goal below 150 MB)`);
} finally {
  await Deno.remove(folder, { recursive: true });
}

interface Run {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly lines: number;
}

/** Runs a command with its output in a file; the peak of memory is the kernel's own count. */
async function run(command: string, output: string, env: Record<string, string>): Promise<Run> {
  const started = performance.now();
  const child = new Deno.Command("sh", { args: ["-c", `exec ${command} > ${output}`], env })
    .spawn();
  let peakBytes = 0;
  const watching = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      peakBytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024 || peakBytes;
    } catch {
      // It has just ended.
    }
  }, 20);
  const { success } = await child.status;
  clearInterval(watching);
  if (!success) throw new Error(`${command} failed`);
  const seconds = (performance.now() - started) / 1000;
  let lines = 0;
  using file = await Deno.open(output);
  for await (const chunk of file.readable) for (const byte of chunk) if (byte === 10) lines++;
  return { seconds, peakBytes, lines };
}

function fill(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`
    with recursive
      n(i) as (select 0 union all select i + 1 from n where i < ${rowsPerSite - 1}),
      s(site) as (select 1 union all select site + 1 from s where site < ${sites})
    insert into power_readings
      (site_id, timestamp, local_time, interval_s, power_w, measured_by, source, updated_at)
    select
      site,
      strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i * 900, 'unixepoch'),
      strftime('%Y-%m-%dT%H:%M:%S', 1700003600 + i * 900, 'unixepoch'),
      900,
      case when i % 96 < 30 then null else (i * 7919 % 8000000) / 1000.0 end,
      'INVERTER',
      'v1',
      '2026-01-01T00:00:00Z'
    from s cross join n
    order by 1, 2`);
  database.close();
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
