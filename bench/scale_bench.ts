/**
 * A thousand sites with a year of coverage each, in SQLite: what a plan costs, and what the commands need that
 * look at all of it and a sync of all sites on the day after, as processes of the bundled program. Needs a quiet
 * machine. `plan`, `look v1`, `sync v2` or `print` does that part alone.
 */
import { cpuUsage } from "node:process";
import { openDatabase } from "../src/database/open.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { plan } from "../src/sync/plan.ts";
import { nothingDone } from "../src/sync/progress.ts";
import { type Bench, judge } from "./goals.ts";
import { memoryOption, type Usage, watchUsage } from "./memory.ts";
import { plainChoice, rulesAt, sources } from "./pace.ts";
import { lookedAt, makeThousandSites, simulatedSites, siteCount } from "./thousand_sites.ts";

const bench = "scale" satisfies Bench;
/** As the engine itself plans: so many requests for history of a series are spelled out. */
const atOnce = 200;

const [only = ""] = Deno.args;
const versions = [["v1", { SEH_API_VERSION: "1" }], [
  "v2",
  { SEH_API_VERSION: "2", SEH_API_MONTHLY_LIMIT: "1000000" },
]] as const;

const folder = await Deno.makeTempDir({ prefix: "seh-scale-bench-" });
const program = `${folder}/main_at.js`;
try {
  await bundle();
  await makeThousandSites(`${folder}/seh.db`);
  console.log(`${siteCount} sites, a year each:`);
  if ("plan".includes(only)) {
    for (const generation of ["v1", "v2"] as const) {
      for (const depth of ["recent", "full"] as const) await planned(generation, depth);
    }
  }
  for (const [name, env] of versions) {
    if (`look ${name}`.includes(only)) await lookedThrough(name, env);
    if (`sync ${name}`.includes(only)) await synced(name, env);
  }
  if ("print".includes(only)) await printed();
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** The commands that look at all that is known and send nothing. */
async function lookedThrough(name: string, env: Record<string, string>): Promise<void> {
  for (const more of [[], ["--full"]]) {
    const dry = await run(["sync", ...more, "--dry-run", "--json"], { env });
    const of = [name, ...more].join(", ");
    console.log(`  ${of}: ${timeText(dry)}`);
    judge(bench, "sync --dry-run --json, peak memory", dry.peakBytes / 1e6, of);
  }
  // What else a machine does only ever slows it down.
  let best: Ended | null = null;
  for (let round = 0; round < 3; round++) {
    const status = await run(["status", "--json"], { env });
    if (!best || status.seconds < best.seconds) best = status;
  }
  console.log(`  ${name}, status: ${timeText(best!)}`);
  judge(bench, "status --json", best!.seconds, name);
}

async function printed(): Promise<void> {
  const [[, env]] = versions;
  const plan = await run(["sync", "--full", "--dry-run", "--verbose"], { env });
  const lines = plan.text.split("\n").length - 1;
  console.log(`  ${lines} lines of a plan: ${timeText(plan)}, ${megabytes(plan)} MB`);
  judge(bench, "a plan of 40,000 requests, printed", plan.seconds);
}

/** A whole sync of all sites on the day after, against the simulated server; on a copy of the database. */
async function synced(name: string, env: Record<string, string>): Promise<void> {
  const now = lookedAt.add({ hours: 24 });
  await using server = await startSimulator({
    sites: simulatedSites(),
    now: () => now,
    allowance: { credits: 1_000_000, perMinute: 1_000_000 },
  });
  const cwd = `${folder}/${name}`;
  await Deno.mkdir(cwd);
  await Deno.copyFile(`${folder}/seh.db`, `${cwd}/seh.db`);
  const ended = await run(["sync", "--json"], {
    cwd,
    now,
    env: {
      ...env,
      SEH_API_BASE_URL: server.url,
      SEH_API_KEY: name === "v1" ? server.apiKey : server.fleetKey,
      SEH_API_MINUTE_LIMIT: "1000000",
      // It is the server's model of a hundred sites that takes its time.
      SEH_API_TIMEOUT: "600",
    },
  });
  const { requests, rows } = JSON.parse(ended.text);
  const figures = `${requests} requests, ${rows.inserted} new rows`;
  console.log(`  ${name}, sync: ${figures}, ${timeText(ended)}`);
  judge(bench, "a sync of all sites, peak memory", megabytes(ended), name);
}

/** The plan as a run makes it, what is known read from the database. */
async function planned(generation: "v1" | "v2", depth: "recent" | "full"): Promise<void> {
  const database = await openDatabase(`sqlite:///${folder}/seh.db`);
  const before = cpuUsage();
  const wanted = { ...plainChoice, depth };
  const rules = await rulesAt(database, sources[generation], {
    now: lookedAt,
    wanted,
    ...(generation === "v2" ? { creditsLeft: 2000 } : {}),
  });
  const { steps } = plan({ ...rules, progress: nothingDone, atOnce });
  const { user, system } = cpuUsage(before);
  await database.close();
  const name = `${sources[generation].name}, ${depth}, ${steps.length} requests`;
  judge(bench, "a plan for 1,000 sites", (user + system) / 1e6, name);
}

/** What a process of the program came to. */
interface Ended extends Usage {
  readonly text: string;
  readonly seconds: number;
}

/** Runs the program to its end. Throws where it ends with anything but 0. */
async function run(
  args: readonly string[],
  { env, cwd = folder, now = lookedAt }: {
    readonly env: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly now?: Temporal.Instant;
  },
): Promise<Ended> {
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", memoryOption, "--allow-all", "--no-config", "--no-remote"],
      ...[program, String(now), ...args],
    ],
    cwd,
    env: {
      SEH_API_KEY: "0123456789ABCDEF0123456789ABCDEF",
      SEH_API_BASE_URL: "http://127.0.0.1:9",
      XDG_STATE_HOME: `${cwd}/state`,
      XDG_CONFIG_HOME: `${cwd}/config`,
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const usage = watchUsage(child);
  const { code, stdout, stderr } = await child.output();
  const used = usage();
  const seconds = (performance.now() - started) / 1000;
  const [text, errors] = [stdout, stderr].map((one) => new TextDecoder().decode(one));
  if (code !== 0) {
    throw new Error(`seh ${args.join(" ")} ended with ${code}: ${errors.slice(-500)}`);
  }
  return { ...used, seconds, text };
}

function timeText({ seconds, cpuSeconds }: Ended): string {
  return `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU`;
}

function megabytes({ peakBytes }: Usage): number {
  return Math.round(peakBytes / 1e6);
}

async function bundle(): Promise<void> {
  const main = new URL("../tests/main_at.ts", import.meta.url).pathname;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--output", program, main],
    stdin: "null",
  }).output();
  if (!success) throw new Error("the program cannot be bundled");
  // The runtime parses a program that it sees for the first time, which takes 70 MB that it never gives back; it
  // keeps what it found for the next time. An executable has nothing to parse.
  await run(["--version"], { env: {} });
}
