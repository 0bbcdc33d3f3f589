/**
 * Power readings from CSV by `seh import`, as a process, into a new SQLite file: rows per second and peak memory,
 * against `sqlite3 .import` of the same file into a table of the same columns. Each takes its turn, and the best
 * of the rounds counts. `deno run -A bench/import_bench.ts [ROWS]`
 */
import { countText, sizeText } from "../src/cli/terminal/human.ts";
import { textOfSecond } from "../src/model/site_time.ts";
import { table } from "../src/model/tables.ts";
import manifest from "../deno.json" with { type: "json" };
import { watchPeak } from "./memory.ts";
import { judge } from "./goals.ts";

const rows = Number(Deno.args[0] ?? 10_000_000);
const rounds = rows > 2_000_000 ? 1 : 2;
/** Ten years of quarter-hours. */
const rowsOfSite = 350_400;

const main = new URL("../main.ts", import.meta.url).pathname;
// With the options that users run it with.
const seh = manifest.tasks.seh.command.replace(/^deno/, Deno.execPath()).replace("main.ts", main);
const columns = table("power_readings").columns.map((one) => one.name);

const folder = await Deno.makeTempDir({ prefix: "seh-import-bench-" });
try {
  const csv = `${folder}/power.csv`;
  await writeCsv(csv);
  let [ours, theirs, peakBytes] = [Infinity, Infinity, 0];
  for (let round = 0; round < rounds; round++) {
    const [mine, other] = [`${folder}/mine${round}.db`, `${folder}/other${round}.db`];
    const run = await timed(`${seh} import --quiet ${csv} > ${folder}/report.txt`, {
      SEH_DATABASE_URL: `sqlite:///${mine}`,
    });
    ours = Math.min(ours, run.seconds);
    peakBytes = Math.max(peakBytes, run.peakBytes);
    const sql = `create table power_readings (${columns.join(", ")});`;
    const script = `${folder}/script.sql`;
    await Deno.writeTextFile(script, `${sql}\n.import --csv --skip 1 ${csv} power_readings\n`);
    theirs = Math.min(theirs, (await timed(`sqlite3 ${other} < ${script}`, {})).seconds);
    await checkRows(mine);
    await checkRows(other);
    for (const one of [mine, other]) await Deno.remove(one);
  }
  console.log(`import of ${countText(rows)} power readings from CSV:`);
  console.log(
    `  seh import       ${countText(Math.round(rows / ours))} rows/s, ${sizeText(peakBytes)}`,
  );
  console.log(`  sqlite3 .import  ${countText(Math.round(rows / theirs))} rows/s`);
  judge("import", "speed, against sqlite3 .import", theirs / ours);
  judge("import", "peak memory", peakBytes / 1e6);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function writeCsv(path: string): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  const writer = new TextEncoder();
  const put = async (lines: readonly string[]) => {
    let rest = writer.encode(`${lines.join("\n")}\n`);
    while (rest.length > 0) rest = rest.subarray(await file.write(rest));
  };
  await put([columns.join(",")]);
  const first = Date.parse("2015-01-01T00:00:00Z") / 1000;
  for (let at = 0; at < rows;) {
    const lines: string[] = [];
    for (const end = Math.min(rows, at + 20_000); at < end; at++) {
      const site = 1_000_000 + Math.floor(at / rowsOfSite);
      const time = textOfSecond(first + (at % rowsOfSite) * 900);
      const power = (at * 7919) % 1_000_003 / 100;
      lines.push(
        `${site},${time},${time.slice(0, 19)},900,${power},INVERTER,v1,,2026-01-01T00:00:00Z`,
      );
    }
    await put(lines);
  }
}

/** Runs a command; the peak of memory is the kernel's own count. */
async function timed(command: string, env: Record<string, string>) {
  const started = performance.now();
  const child = new Deno.Command("sh", { args: ["-c", `exec ${command}`], env, cwd: folder })
    .spawn();
  const peak = watchPeak(child);
  const { success } = await child.status;
  const peakBytes = peak();
  if (!success) throw new Error(`${command} failed`);
  return { seconds: (performance.now() - started) / 1000, peakBytes };
}

async function checkRows(path: string): Promise<void> {
  const { stdout } = await new Deno.Command("sqlite3", {
    args: [path, "select count(*) from power_readings"],
  }).output();
  const count = Number(new TextDecoder().decode(stdout));
  if (count !== rows) throw new Error(`${count} rows instead of ${rows}`);
}
