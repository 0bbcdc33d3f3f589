/**
 * Requests of a home site with one inverter, a battery and meters, counted at the simulated server,
 * with seh as a child process: when something has changed (goal at most 9), when nothing has (1), on
 * the first run of a day, and in a day with a run every hour.
 */
import { homeSite } from "../src/simulator/scenarios.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { runSeh } from "../tests/support/run_seh.ts";

const folder = await Deno.makeTempDir({ prefix: "seh-requests-bench-" });
try {
  console.log("requests of a home site with one inverter, a battery and meters:");
  {
    await using full = await user("full");
    print("first sync, full, 200 days", await full.sync("--full"));
  }
  await using plain = await user("plain");
  print("first sync, plain", await plain.sync());
  plain.later(1);
  print("something has changed", await plain.sync(), "goal at most 9");
  print("nothing has changed", await plain.sync(), "goal 1");
  const days: number[] = [];
  for (let day = 0; day < 2; day++) {
    let sum = 0;
    for (let hour = 0; hour < 24; hour++) {
      plain.later(1);
      sum += await plain.sync();
    }
    days.push(sum);
  }
  print("a day with a run every hour", days[1]);
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** A user with a server, a quota and a database of their own. */
async function user(name: string) {
  let now = Temporal.Instant.from("2026-06-01T12:07:00Z");
  const server = await startSimulator({ sites: [homeSite()], now: () => now });
  const cwd = `${folder}/${name}`;
  await Deno.mkdir(cwd);
  const env = { SEH_API_KEY: server.apiKey, SEH_API_BASE_URL: server.url };
  return {
    async sync(...options: string[]): Promise<number> {
      const before = server.requests.length;
      const { code, stderr } = await runSeh(["sync", ...options], { cwd, env, at: now });
      if (code !== 0) throw new Error(`seh sync ended with ${code}: ${stderr}`);
      return server.requests.length - before;
    },
    later(hours: number) {
      now = now.add({ hours });
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function print(what: string, requests: number, note = "") {
  console.log(`  ${what.padEnd(36)}${String(requests).padStart(4)}  ${note}`.trimEnd());
}
