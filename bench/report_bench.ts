/**
 * What `seh report` costs: a home of one and of ten years, and a page for each of 300 sites of a year, in SQLite, as
 * processes of the bundled program. `deno task bench report` takes ten minutes, most of them to write the rows;
 * a number is how many sites the fleet has.
 */
import { memoryOption, watchUsage } from "./memory.ts";
import { lookedAt, makeReportFleet } from "./report_fleet.ts";

const fleetSites = Number(Deno.args[0] ?? 300);
const folder = await Deno.makeTempDir({ prefix: "seh-report-bench-" });
const program = `${folder}/main_at.js`;
try {
  const main = new URL("../tests/main_at.ts", import.meta.url).pathname;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--output", program, main],
  }).output();
  if (!success) throw new Error("the program cannot be bundled");
  for (const [sites, years] of [[1, 1], [1, 10], [fleetSites, 1]]) await reported(sites, years);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function reported(sites: number, years: number): Promise<void> {
  const database = `${folder}/${sites}-${years}.db`;
  const rows = await makeReportFleet(database, { sites, years });
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", memoryOption, "--allow-all", "--no-config", "--no-remote", program],
      ...[String(lookedAt), "report", "-o", sites === 1 ? "report.html" : "pages/"],
    ],
    cwd: folder,
    env: { SEH_DATABASE_URL: `sqlite:///${database}` },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const usage = watchUsage(child);
  const { code, stderr } = await child.output();
  const said = new TextDecoder().decode(stderr).trim();
  if (code !== 0) throw new Error(`seh report ended with ${code}: ${said}`);
  const { cpuSeconds, peakBytes } = usage();
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `  ${sites} × ${years} years, ${rows} rows: ${seconds.toFixed(1)} s, ${
      cpuSeconds.toFixed(1)
    } s of CPU, ` +
      `${Math.round(peakBytes / 1e6)} MB. ${said}`,
  );
  await Deno.remove(database);
}
