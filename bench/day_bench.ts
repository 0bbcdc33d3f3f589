/**
 * A timer of 15 minutes on v1, for a home with inverter, battery and meters: three
 * days of it around a day in June and one in December. The quota of a day must last whatever the timer does,
 * the power of the last hour be there by daylight, and the whole day before be there soon after midnight.
 */
import { homeSite } from "../src/simulator/scenarios.ts";
import type { TableName } from "../src/model/table.ts";
import { type HarvestWorld, harvestWorld } from "../tests/support/harvest_world.ts";
import { storedRows } from "../tests/support/stored_rows.ts";
import { truthRows } from "../tests/support/truth_rows.ts";
import { type Bench, judge } from "./goals.ts";
import { reasonsText, runTimer } from "./timer.ts";
import { compareDays, compareReadings } from "./truth.ts";

const bench = "day" satisfies Bench;
const perDay = 96;
/** The third day is judged; the runs go on until the one after 00:30 that follows it. */
const days = 3;
const tables: readonly TableName[] = [
  "power_readings",
  "power_details",
  "energy_details",
  "battery_telemetry",
  "meter_readings",
  "inverter_telemetry",
];

for (const date of ["2026-06-17", "2026-12-16"]) await threeDays(Temporal.PlainDate.from(date));

async function threeDays(third: Temporal.PlainDate): Promise<void> {
  const firstDay = third.subtract({ months: 5 }).toString();
  const site = homeSite({ firstDay, installationDate: firstDay });
  const localDay = third.toZonedDateTime(site.timeZone);
  const from = localDay.subtract({ days: days - 1 }).add({ minutes: 7 }).toInstant();
  await using world = await harvestWorld(String(from), { sites: [site] });
  const dayStart = localDay.toInstant();
  const dayEnd = localDay.add({ days: 1 }).toInstant();

  let oldest = 0;
  let oldestAt = "";
  const runs = await runTimer(world, {
    from,
    every: { minutes: 15 },
    count: days * perDay + 3,
    choice: () => ({ generation: "v1", spareQuota: "spend" }),
    async after(_, at) {
      const moment = from.add({ minutes: 15 * at });
      if (Temporal.Instant.compare(moment, dayStart) < 0) return;
      if (Temporal.Instant.compare(moment, dayEnd) >= 0) return;
      const age = await ageOfPower(world, site.siteId, dayStart, moment);
      if (age > oldest) [oldest, oldestAt] = [age, moment.toString()];
    },
  });
  const most = mostInADay(world);
  const onThird =
    world.simulator.requests.filter(({ at }) =>
      Temporal.Instant.compare(at, dayStart) >= 0 && Temporal.Instant.compare(at, dayEnd) < 0
    ).length;
  const readings = await compareReadings(world, site, tables, dayStart, dayEnd);
  const energy = await compareDays(world, site, third, third.add({ days: 1 }));

  console.log(`${third}, a run every 15 minutes: ${onThird} requests on the third day`);
  console.log(`  ${reasonsText(runs.reasons)}`);
  judge(bench, "any 24 hours of runs every 15 minutes", most);
  judge(bench, "runs with a failure or something due left", runs.bad);
  judge(bench, "age of the newest power by daylight", oldest, oldestAt);
  judge(
    bench,
    "rows of the day before that are not as measured after 00:30",
    readings.wrong + energy.wrong,
    `${readings.rows + energy.rows} rows`,
  );
  const example = readings.example ?? energy.example;
  if (example) console.log(`  ${example}`);
}

/**
 * Minutes since the end of the newest quarter-hour that is stored, where the server has had a later one with
 * production (of the sun or of the battery) for longer; 0 while there is none.
 */
async function ageOfPower(
  { simulator, database }: HarvestWorld,
  siteId: number,
  dayStart: Temporal.Instant,
  moment: Temporal.Instant,
): Promise<number> {
  const asked = { from: dayStart, to: moment, now: simulator.now() };
  const producing = truthRows(simulator, siteId, "power_readings", asked)
    .filter((row) => Number(row.power_w ?? 0) > 0).map((row) => String(row.timestamp));
  const stored = (await storedRows(database, "power_readings", siteId))
    .filter((row) => row.power_w !== null).map((row) => String(row.timestamp)).at(-1) ?? "";
  const missing = producing.filter((one) => one > stored);
  if (missing.length === 0) return 0;
  const ended = (timestamp: string) => Temporal.Instant.from(timestamp).add({ minutes: 15 });
  const newest = stored >= producing[0] ? ended(stored) : Temporal.Instant.from(producing[0]);
  return moment.since(newest).total("minutes");
}

/** The most requests that any 24 hours had. */
function mostInADay({ simulator }: HarvestWorld): number {
  const times = simulator.requests.map(({ at }) => at.epochMilliseconds).sort((a, b) => a - b);
  let most = 0;
  let oldest = 0;
  for (const [at, time] of times.entries()) {
    while (times[oldest] <= time - 86_400_000) oldest++;
    most = Math.max(most, at - oldest + 1);
  }
  return most;
}
