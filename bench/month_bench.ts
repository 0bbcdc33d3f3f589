/**
 * A month of a home (inverter, battery, meters) on v2: an hourly timer and the
 * engine with a clock of its own, credits counted at the simulated server, the first run included. With the
 * spare credits kept and spent, with an owner's login and a fleet's key, with windows of seven days and of
 * twelve hours. At the end every quarter-hour and the energy of every day is held against the server's model,
 * from the day on which history is complete.
 */
import { homeSite } from "../src/simulator/scenarios.ts";
import { assertQuarterHours } from "../tests/support/assert_quarter_hours.ts";
import { harvestWorld } from "../tests/support/harvest_world.ts";
import { type Bench, judge } from "./goals.ts";
import { reasonsText, runTimer } from "./timer.ts";
import { compareDays } from "./truth.ts";

const bench = "month" satisfies Bench;
/** October, with its day of 25 hours in Germany: 744 hours of a billing month that begins at midnight UTC. */
const from = Temporal.Instant.from("2026-10-01T00:07:00Z");
const hours = 31 * 24;
const firstDay = "2024-03-01";
const site = homeSite({ firstDay, installationDate: firstDay });
/** The newest day that had closed before the last run, and whose end the quarter-hours reach. */
const to = Temporal.PlainDate.from("2026-10-31");

/** A month of one kind of user. */
interface Month {
  readonly spareQuota: "keep" | "spend";
  readonly access: "login" | "fleet key";
  readonly windowHours: 168 | 12;
}

const months: readonly Month[] = [
  { spareQuota: "keep", access: "login", windowHours: 168 },
  { spareQuota: "keep", access: "fleet key", windowHours: 168 },
  { spareQuota: "keep", access: "login", windowHours: 12 },
  { spareQuota: "keep", access: "fleet key", windowHours: 12 },
  { spareQuota: "spend", access: "login", windowHours: 168 },
  { spareQuota: "spend", access: "fleet key", windowHours: 168 },
];
const [only = ""] = Deno.args;
for (const one of months) {
  const name = `${one.spareQuota}, ${one.windowHours} hours, ${one.access}`;
  if (name.includes(only)) await month(name, one);
}

/** Throws where a quarter-hour is not as it was measured. */
async function month(name: string, { spareQuota, access, windowHours }: Month): Promise<void> {
  await using world = await harvestWorld(String(from), {
    sites: [site],
    spans: { quarterHourHours: windowHours, hourHours: windowHours },
  });
  const spends = spareQuota === "spend";
  const started = performance.now();
  let first = 0;
  const runs = await runTimer(world, {
    from,
    every: { hours: 1 },
    count: hours,
    choice: (at) => ({
      generation: "v2",
      spareQuota,
      ...(access === "login" ? { login: site.siteId } : {}),
      ...(spends && at === 0 ? { depth: "full" } : {}),
    }),
    after: (_, at) => {
      if (at === 0) first = world.simulator.credits();
    },
  });
  const credits = world.simulator.credits();
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${name}: ${hours} hourly runs, ${credits} credits, ${first} of them on the first`);
  console.log(`  ${reasonsText(runs.reasons)}; ${seconds} s`);
  judge(bench, "runs with a failure or something due left", runs.bad);
  if (spends) {
    judge(bench, "spend, after a --full", credits);
    const rest = runs.reports.at(-1)!.history.requests;
    judge(bench, "history not asked for at the end of the month", rest);
    const day = runs.reports.findIndex((one) => one.history.requests === 0);
    if (day >= 0) console.log(`  history was complete on day ${Math.ceil((day + 1) / 24)}`);
  } else {
    judge(
      bench,
      windowHours === 168 ? "keep, 7-day windows" : "keep, 12-hour windows",
      credits,
    );
  }
  const start = spends ? firstDay : "2026-09-24";
  const [begin, end] = [Temporal.PlainDate.from(start), to].map((one) =>
    one.toZonedDateTime(site.timeZone).toInstant().toString()
  );
  const rows = await assertQuarterHours(world, site, begin, end);
  const days = await compareDays(
    world,
    site,
    Temporal.PlainDate.from(spends ? firstDay : "2025-10-02"),
    to,
  );
  judge(bench, "days whose energy is not as measured", days.wrong);
  if (days.example) console.log(`  ${days.example}`);
  console.log(`  ${rows} rows of quarter-hours and ${days.rows} of days compared`);
}
