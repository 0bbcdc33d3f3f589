/**
 * A month of a home (inverter, battery, meters) on the second generation of the API: an hourly timer, seh as
 * a child process with a homeowner's login, credits counted at the simulated server. At the end every
 * closed quarter-hour of every kind of device is held against the server's model. Twice, side by side:
 * with all credits (after a first `--full`; goal at most 2,000) and with the spare ones kept (goal
 * under 500 a month).
 */
import { join } from "node:path";
import { openDatabase } from "../src/database/open.ts";
import { homeSite } from "../src/simulator/scenarios.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { assertQuarterHours } from "../tests/support/assert_quarter_hours.ts";
import { haveGrant } from "../tests/support/have_grant.ts";
import { runSeh } from "../tests/support/run_seh.ts";

/** October, with its day of 25 hours in Germany: 744 hours of a billing month that begins at midnight UTC. */
const from = Temporal.Instant.from("2026-10-01T00:00:00Z");
const hours = 31 * 24;
const site = homeSite({ firstDay: "2026-06-10", installationDate: "2026-06-08" });

const folder = await Deno.makeTempDir({ prefix: "seh-month-bench-" });
try {
  const months = await Promise.all([
    month("spend", 2000, { SEH_SPARE_QUOTA: "spend" }, ["--full"]),
    month("keep", 499, { SEH_SPARE_QUOTA: "keep" }, []),
  ]);
  for (const lines of months) console.log(lines.join("\n"));
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** What the month came to, as lines to print. Throws when a run failed or a value is not as it was measured. */
async function month(
  name: string,
  goal: number,
  env: Record<string, string>,
  firstOptions: readonly string[],
): Promise<string[]> {
  let moment = from.add({ minutes: 7 });
  let asked = () => 0;
  // Its clock goes on with each request, as the waiting program's own does: ten requests are a minute.
  await using server = await startSimulator({
    sites: [site],
    now: () => moment.add({ seconds: 6 * asked() }),
  });
  const cwd = join(folder, name);
  await Deno.mkdir(cwd);
  await haveGrant(server, join(cwd, "state", "seh", "tokens.json"), site.siteId, from);
  const sync = async (...options: string[]) => {
    const before = server.requests.length;
    asked = () => server.requests.length - before;
    const { code, stderr } = await runSeh(["sync", "--quiet", ...options], {
      cwd,
      env: {
        SEH_API_BASE_URL: server.url,
        SEH_OAUTH_CLIENT_ID: server.clientId,
        SEH_OAUTH_CLIENT_SECRET: server.clientSecret,
        ...env,
      },
      at: moment,
    });
    if (code !== 0) throw new Error(`${moment}: seh sync ended with ${code}: ${stderr}`);
  };
  await sync(...firstOptions);
  const first = server.credits();
  for (let hour = 1; hour < hours; hour++) {
    moment = moment.add({ hours: 1 });
    await sync();
  }
  const credits = server.credits();
  const counts = Object.entries(server.requestCounts()).filter(([path]) =>
    !path.includes("oauth2")
  );

  const database = await openDatabase(`sqlite:///${join(cwd, "seh.db")}`);
  // What ended at local midnight had just closed; the half-days before that are all due.
  const rows = await assertQuarterHours(
    { simulator: server, database },
    site,
    "2026-09-30T22:00:00Z",
    "2026-10-31T11:00:00Z",
  );
  await database.close();
  return [
    `${hours} hourly runs with SEH_SPARE_QUOTA=${name}: ${credits} credits, ${first} of them on the ` +
    `first run (goal at most ${goal}); ${rows} rows are as measured`,
    ...counts.sort().map(([path, count]) => `  ${path.padEnd(40)}${String(count).padStart(5)}`),
  ];
}
