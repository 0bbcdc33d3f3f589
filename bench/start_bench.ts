/**
 * What it takes to start: `seh --help` and `seh status` of a home, against an empty script, all by `deno run`,
 * interleaved, the median of many. The home has a battery, meters, a login and the data of its first sync, which is
 * a year of days and a week of quarter-hours.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { homeSite } from "../src/simulator/scenarios.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { haveGrant } from "../tests/support/have_grant.ts";
import { judge } from "./goals.ts";

const rounds = 15;
const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = await Deno.makeTempDir({ prefix: "seh-start-bench-" });
try {
  const empty = join(folder, "empty.ts");
  await Deno.writeTextFile(empty, "");
  const settings = await syncedHome(folder);
  const programs = [
    { name: "empty script", args: [empty] },
    { name: "seh --help", args: [main, "--help"] },
    { name: "seh status", args: ["--allow-all", main, "--config", settings, "status"] },
  ];
  const times = programs.map((): number[] => []);
  for (let round = 0; round < rounds + 1; round++) {
    for (const [i, { args }] of programs.entries()) {
      const time = await milliseconds(args);
      // The first round fills caches.
      if (round > 0) times[i].push(time);
    }
  }
  console.log(`start, median of ${rounds} interleaved runs:`);
  const medians = times.map(median);
  for (const [i, { name }] of programs.entries()) {
    console.log(`  ${name.padEnd(12)}  ${medians[i].toFixed(1)} ms`);
  }
  judge("start", "seh --help, against an empty script", medians[1] / medians[0]);
  judge("start", "seh status of a home, against an empty script", medians[2] / medians[0]);
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** A home after its first sync; the path of its settings file. */
async function syncedHome(folder: string): Promise<string> {
  const now = Temporal.Now.instant();
  const firstDay = now.subtract({ hours: 400 * 24 }).toString().slice(0, 10);
  const site = homeSite({ firstDay, installationDate: firstDay });
  const server = await startSimulator({
    sites: [site],
    now: () => Temporal.Now.instant(),
    allowance: { perMinute: 1000 },
  });
  const tokenFile = join(folder, "tokens.json");
  const settings = join(folder, "env");
  await haveGrant(server, tokenFile, site.siteId, now);
  await Deno.writeTextFile(
    settings,
    [
      `SEH_API_BASE_URL=${server.url}`,
      `SEH_OAUTH_CLIENT_ID=${server.clientId}`,
      `SEH_OAUTH_CLIENT_SECRET=${server.clientSecret}`,
      "SEH_API_MINUTE_LIMIT=1000",
      `SEH_DATABASE_URL=sqlite:///${join(folder, "seh.db")}`,
      `SEH_QUOTA_FILE=${join(folder, "quota.json")}`,
      `SEH_TOKEN_FILE=${tokenFile}`,
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  await milliseconds(["--allow-all", main, "--config", settings, "sync", "--quiet"]);
  await server.close();
  return settings;
}

async function milliseconds(program: readonly string[]): Promise<number> {
  const started = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...program],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`${program.join(" ")} failed`);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
