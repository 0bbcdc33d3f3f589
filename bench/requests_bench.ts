/**
 * Requests of a home site with one inverter, a battery and meters, counted at the simulated server,
 * with seh as a child process: when something has changed (goal at most 9), when nothing has (1), on
 * the first run of a day, and in a day with a run every hour.
 */
import { homeSite } from "../src/simulator/scenarios.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { runSeh } from "../tests/support/run_seh.ts";

let now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const cwd = await Deno.makeTempDir({ prefix: "seh-requests-bench-" });
try {
  await using server = await startSimulator({ sites: [homeSite()], now: () => now });
  const env = { SEH_API_KEY: server.apiKey, SEH_API_BASE_URL: server.url };
  const sync = async (...options: string[]) => {
    const before = server.requests.length;
    const { code, stderr } = await runSeh(["sync", ...options], { cwd, env, at: now });
    if (code !== 0) throw new Error(stderr);
    return server.requests.length - before;
  };
  const later = (hours: number) => {
    now = now.add({ hours });
    server.setNow(now);
  };

  console.log("requests of a home site with one inverter, a battery and meters:");
  print("first sync ever", await sync());
  later(1);
  print("something has changed", await sync(), "goal at most 9");
  print("nothing has changed", await sync(), "goal 1");
  const days: number[] = [];
  for (let day = 0; day < 2; day++) {
    let sum = 0;
    for (let hour = 0; hour < 24; hour++) {
      later(1);
      sum += await sync();
    }
    days.push(sum);
  }
  print("a day with a run every hour", days[1]);
  print("a full sync then, half a year back", await sync("--full"));
} finally {
  await Deno.remove(cwd, { recursive: true });
}

function print(what: string, requests: number, note = "") {
  console.log(`  ${what.padEnd(36)}${String(requests).padStart(4)}  ${note}`.trimEnd());
}
