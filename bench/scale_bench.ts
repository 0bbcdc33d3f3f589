/**
 * A thousand sites with a year of coverage each, in SQLite: what a plan costs, and what the commands need that
 * look at all of it, as processes of the bundled program. Needs a quiet machine.
 */
import { cpuUsage } from "node:process";
import { openDatabase } from "../src/database/open.ts";
import { plan } from "../src/sync/plan.ts";
import { nothingDone } from "../src/sync/progress.ts";
import { type Bench, judge } from "./goals.ts";
import { memoryOption, watchPeak } from "./memory.ts";
import { plainChoice, rulesAt, sources } from "./pace.ts";
import { lookedAt, makeThousandSites, siteCount } from "./thousand_sites.ts";

const bench = "scale" satisfies Bench;
/** As the engine itself plans: so many requests for history of a series are spelled out. */
const atOnce = 200;

const folder = await Deno.makeTempDir({ prefix: "seh-scale-bench-" });
const program = `${folder}/main_at.js`;
try {
  await bundle();
  await makeThousandSites(`${folder}/seh.db`);
  console.log(`${siteCount} sites, a year each:`);
  for (const generation of ["first", "second"] as const) {
    for (const depth of ["recent", "full"] as const) await planned(generation, depth);
  }
  const versions = [["v1", { SEH_API_VERSION: "1" }], [
    "v2",
    { SEH_API_VERSION: "2", SEH_API_MONTHLY_LIMIT: "1000000" },
  ]] as const;
  for (const [name, env] of versions) {
    const dry = await run(["sync", "--dry-run", "--json"], env);
    judge(bench, "sync --dry-run --json, peak memory", dry.peakBytes / 1e6, name);
    const all = await run(["sync", "--full", "--dry-run", "--json"], env);
    judge(bench, "sync --dry-run --json, peak memory", all.peakBytes / 1e6, `${name}, --full`);
    // What else a machine does only ever slows it down.
    let status = Infinity;
    for (let round = 0; round < 3; round++) {
      status = Math.min(status, (await run(["status", "--json"], env)).seconds);
    }
    judge(bench, "status --json", status, name);
  }
  const [, { SEH_API_VERSION }] = versions[0];
  const printed = await run(["sync", "--full", "--dry-run", "--verbose"], { SEH_API_VERSION });
  console.log(`  ${printed.lines} lines of a plan, ${Math.round(printed.peakBytes / 1e6)} MB`);
  judge(bench, "a plan of 40,000 requests, printed", printed.seconds);
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** The plan as a run makes it, what is known read from the database. */
async function planned(generation: "first" | "second", depth: "recent" | "full"): Promise<void> {
  const database = await openDatabase(`sqlite:///${folder}/seh.db`);
  const before = cpuUsage();
  const wanted = { ...plainChoice, depth };
  const rules = await rulesAt(database, sources[generation], {
    now: lookedAt,
    wanted,
    ...(generation === "second" ? { creditsLeft: 2000 } : {}),
  });
  const { steps } = plan({ ...rules, progress: nothingDone, atOnce });
  const { user, system } = cpuUsage(before);
  await database.close();
  const name = `${sources[generation].name}, ${depth}, ${steps.length} requests`;
  judge(bench, "a plan for 1,000 sites", (user + system) / 1e6, name);
}

/** A process, how long it took, and the kernel's own count of its memory. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ seconds: number; peakBytes: number; lines: number }> {
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", memoryOption, "--allow-all", "--no-config", "--no-remote"],
      ...[program, String(lookedAt), ...args],
    ],
    cwd: folder,
    env: {
      SEH_API_KEY: "0123456789ABCDEF0123456789ABCDEF",
      SEH_API_BASE_URL: "http://127.0.0.1:9",
      XDG_STATE_HOME: `${folder}/state`,
      XDG_CONFIG_HOME: `${folder}/config`,
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const peak = watchPeak(child);
  const { code, stdout, stderr } = await child.output();
  const peakBytes = peak();
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) {
    throw new Error(
      `seh ${args.join(" ")} ended with ${code}: ${new TextDecoder().decode(stderr)}`,
    );
  }
  let lines = 0;
  for (const byte of stdout) if (byte === 10) lines++;
  return { seconds, peakBytes, lines };
}

async function bundle(): Promise<void> {
  const main = new URL("../tests/main_at.ts", import.meta.url).pathname;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--output", program, main],
    stdin: "null",
  }).output();
  if (!success) throw new Error("the program cannot be bundled");
}
