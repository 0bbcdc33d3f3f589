/**
 * One random schedule, from its seed: a timer of five minutes to a week, faults, outages whose data come late,
 * runs that are cut off or killed (processes of their own, by SIGKILL), a clock that is a day off for a run,
 * small quotas, narrow windows, v1 or v2; then some quiet days. The server's clock is right all the
 * time, and an answer may be under way while others wait a minute.
 */
import { homeSite, houseSite } from "../src/simulator/scenarios.ts";
import type { Fault } from "../src/simulator/faults.ts";
import type { RequestRecord } from "../src/simulator/simulator.ts";
import type { Report } from "../src/sync/report.ts";
import {
  type HarvestWorld,
  harvestWorld,
  type SyncChoice,
} from "../tests/support/harvest_world.ts";
import { spawnSeh } from "../tests/support/run_seh.ts";
import { readingsOfV2, truthRowsV2 } from "../tests/support/truth_rows_v2.ts";
import { type Compared, compareDays, compareReadings, compareRows } from "./truth.ts";

const start = Temporal.Instant.from("2026-05-20T00:07:00Z");
/** Of one schedule: each costs the start of a process. */
const mostKills = 4;
/** What the server allows of requests under way, and in a minute. */
const [mostInFlight, mostInMinute] = [3, 10];
const tablesOfV1 = [
  "power_readings",
  "power_details",
  "energy_details",
  "battery_telemetry",
  "meter_readings",
  "inverter_telemetry",
] as const;

/** What came of a schedule. */
export interface Outcome extends Compared {
  /** The schedule in words. */
  readonly what: string;
  /** Each request that a limit of the server did not allow, in words. */
  readonly beyond: readonly string[];
  /** The requests of all runs that came to their end. */
  readonly reasons: Report["reasons"];
}

/** Lets a schedule happen. Throws where a run ends in a way that it may not. */
export async function schedule(seed: number): Promise<Outcome> {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  const generation = pick(["v1", "v2", "v2"] as const);
  const scenario = pick([homeSite, houseSite]);
  const minutes = pick([5, 15, 60, 60, 360, 1440, 10_080]);
  const hours = pick([168, 168, 24, 12, 11.5]);
  const words = pick(["sentence", "span", "page"] as const);
  const monthlyLimit = pick([2000, 2000, 4000]);
  const spareQuota = pick(["spend", "keep"] as const);
  const site = scenario({ firstDay: "2026-04-20", installationDate: "2026-04-20" });
  await using world = await harvestWorld(start.toString(), {
    sites: [site],
    spans: { quarterHourHours: hours, words },
    allowance: { credits: monthlyLimit, perMinute: mostInMinute },
  });
  // A frequent timer meets as much in fewer days; the bench would take hours otherwise.
  const days = minutes > 1440 ? 28 : minutes <= 15 ? 5 : minutes === 60 ? 8 : 12;
  const end = start.add({ hours: days * 24 });
  const outages = Math.floor(random() * 3);
  for (let at = 0; at < outages; at++) {
    const from = start.add({ hours: Math.floor(random() * (days - 3) * 24) });
    const to = from.add({ hours: 2 + Math.floor(random() * 60) });
    const until = to.add({ hours: pick([1, 12, 48]) });
    world.simulator.holdBack({ siteId: site.siteId, from, to, until });
  }
  const choice: SyncChoice = { generation, spareQuota, monthlyLimit };
  const reasons: Report["reasons"][number][] = [];
  const run = async (more: SyncChoice) =>
    void reasons.push(...(await world.sync({ ...choice, ...more })).reasons);
  // A timer whose last run is not over is late.
  const wait = (until: Temporal.Instant) => {
    if (Temporal.Instant.compare(world.now(), until) < 0) world.setNow(until);
  };
  let kills = 0;
  // Numbers of its own, so that the rest of a schedule is the same with kills and without.
  const chance = randomFrom(seed + 1000);
  let moment = start;
  for (; Temporal.Instant.compare(moment, end) < 0; moment = moment.add({ minutes })) {
    const astray = random() < 0.01 ? pick([-26, 20]) : 0;
    wait(moment);
    if (kills < mostKills && astray === 0 && chance() < 0.05) {
      kills++;
      await killedRun(world, choice, 1 + Math.floor(chance() * 6));
      // Whoever sees to it that a program runs starts it again, at once or later.
      world.setNow(world.now().add({ seconds: Math.floor(chance() * 90) }));
    }
    const injected = random() < 0.15
      ? world.simulator.inject({
        ...pick(faults),
        endpoint: pick([/power/, /telemetry|storageData|\/data$/, /energy/, /.*/]),
        times: 1 + Math.floor(random() * 6),
      })
      : null;
    await run({
      clockError: Temporal.Duration.from({ hours: astray }),
      ...(moment === start && random() < 0.5 ? { depth: "full" as const } : {}),
      // A run that is cut off after some requests.
      ...(random() < 0.1 ? { maxRequests: 1 + Math.floor(random() * 4) } : {}),
    });
    injected?.remove();
  }
  const [quietDays, hoursOfDay] = minutes > 1440 ? [21, [9]] : [6, [1, 9, 17]];
  for (let day = 0; day < quietDays; day++) {
    for (const hour of hoursOfDay) {
      wait(moment.add({ hours: 24 * day + hour }));
      await run({});
    }
  }
  const to = world.now().subtract({ hours: 48 });
  const compared = generation === "v1"
    ? await compareReadings(world, site, tablesOfV1, start, to)
    : await compareRows(
      world,
      site,
      // Balances of days come once a week; what each day produced is compared below.
      readingsOfV2.filter((one) => one !== "energy_readings"),
      start,
      to,
      truthRowsV2,
    );
  const [first, last] = [start, to].map((one) =>
    one.toZonedDateTimeISO(site.timeZone).toPlainDate()
  );
  const produced = await compareDays(world, site, first.add({ days: 1 }), last);
  return {
    rows: compared.rows + produced.rows,
    wrong: compared.wrong + produced.wrong,
    example: compared.example ?? produced.example,
    what:
      `${generation}, ${scenario.name}, every ${minutes} min, windows of ${hours} h, ${spareQuota}, ` +
      `${kills} killed`,
    beyond: beyondLimits(world.simulator.requests, generation),
    reasons,
  };
}

const faults: readonly Fault[] = [
  { kind: "status", status: 500 },
  { kind: "status", status: 404, body: "problem" },
  { kind: "status", status: 403, body: "html" },
  { kind: "empty" },
  { kind: "html" },
  { kind: "truncated-json" },
  { kind: "reset" },
];

/**
 * Requests that the server refused as too many, and those that a stricter server would have refused: one whose
 * minute may begin at any second, and that counts requests under way.
 */
function beyondLimits(requests: readonly RequestRecord[], generation: string): string[] {
  const beyond: string[] = [];
  requests.forEach(({ at, path, status, inFlight }, n) => {
    const tell = (why: string) => beyond.push(`${path} at ${at}: ${why}`);
    const before = requests[n - mostInMinute];
    if (status === 429) tell("refused by the server");
    else if (inFlight > mostInFlight) tell(`${inFlight} under way`);
    else if (generation === "v2" && before && at.since(before.at).total("seconds") < 60) {
      tell(`one more than ${mostInMinute} within a minute, since ${before.at}`);
    }
  });
  return beyond;
}

/** A sync as a process of its own that the system ends without a word once the server had some of its requests. */
async function killedRun(
  world: HarvestWorld,
  { generation, spareQuota = "spend", monthlyLimit = 2000 }: SyncChoice,
  requests: number,
): Promise<void> {
  const { simulator, folder } = world;
  const isSecond = generation === "v2";
  using time = world.shareTime();
  const child = spawnSeh(["sync"], {
    cwd: folder,
    clockFile: time.clockFile,
    env: {
      SEH_DATABASE_URL: `sqlite:///${folder}/seh.db`,
      SEH_QUOTA_FILE: `${folder}/quota.json`,
      SEH_API_BASE_URL: simulator.url,
      SEH_API_VERSION: isSecond ? "2" : "1",
      SEH_API_KEY: isSecond ? simulator.fleetKey : simulator.apiKey,
      SEH_API_MONTHLY_LIMIT: String(monthlyLimit),
      SEH_SPARE_QUOTA: spareQuota,
    },
  });
  const before = simulator.requests.length;
  const watching = setInterval(() => {
    if (simulator.requests.length - before < requests) return;
    clearInterval(watching);
    child.kill("SIGKILL");
  }, 1);
  const { signal, code, stderr } = await child.output();
  clearInterval(watching);
  // It may have had less to ask; whatever else ends it is a fault of the bench.
  if (signal === null && ![0, 5, 75].includes(code)) {
    throw new Error(`seh sync ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Numbers that follow from a seed: at least 0, less than 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
