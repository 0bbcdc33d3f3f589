/**
 * Random schedules, each from its seed: timers of five minutes to a week, faults, outages whose data come
 * late, runs that are cut off or killed (processes of their own, by SIGKILL), a clock that jumps, small quotas, narrow windows, both generations. When the
 * world has been quiet for some days, every closed quarter-hour must be as the server has it; no limit may
 * have been passed, and few requests may have been repeated for nothing.
 * `deno task bench schedules` runs fifty; SEH_SCHEDULES=7,12 runs those seeds alone.
 */
import { homeSite, houseSite } from "../src/simulator/scenarios.ts";
import type { Fault } from "../src/simulator/faults.ts";
import { isRepeat, type Reason } from "../src/source/reason.ts";
import {
  type HarvestWorld,
  harvestWorld,
  type SyncChoice,
} from "../tests/support/harvest_world.ts";
import { readingsOfV2, truthRowsV2 } from "../tests/support/truth_rows_v2.ts";
import { spawnSeh } from "../tests/support/run_seh.ts";
import { storedRows } from "../tests/support/stored_rows.ts";
import { compareReadings } from "./truth.ts";
import { judge } from "./goals.ts";

const chosen = Deno.env.get("SEH_SCHEDULES");
const seeds = chosen
  ? chosen.split(",").map(Number)
  : Array.from({ length: 50 }, (_, at) => at + 1);
const start = Temporal.Instant.from("2026-05-20T00:07:00Z");
/** Of one schedule: each costs the start of a process. */
const mostKills = 4;
const tablesOfV1 = [
  "power_readings",
  "power_details",
  "energy_details",
  "battery_telemetry",
  "meter_readings",
  "inverter_telemetry",
] as const;

let [wrong, past, all, repeated, idle] = [0, 0, 0, 0, 0];
const byReason = new Map<string, { requests: number; idle: number }>();
for (const seed of seeds) {
  const one = await schedule(seed);
  console.log(
    `${String(seed).padStart(3)}  ${one.what}: ${one.requests} requests, ${one.rows} rows, ` +
      `${one.wrong} wrong${one.example ? ` (${one.example})` : ""}`,
  );
  wrong += one.wrong;
  past += one.past;
  all += one.requests;
  repeated += one.repeats;
  idle += one.idle;
}
for (const [reason, sum] of [...byReason].sort(([, a], [, b]) => b.requests - a.requests)) {
  console.log(`  ${reason}: ${sum.requests} requests, ${sum.idle} changed no row`);
}
console.log(`${all} requests in all, ${repeated} of them repeats, ${idle} of these changed no row`);
judge("schedules", "rows that are not as measured", wrong);
judge("schedules", "requests beyond a limit", past);
judge("schedules", "repeats that changed nothing", idle / Math.max(1, all));

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

async function schedule(seed: number) {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  const generation = pick(["first", "second", "second"] as const);
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
    allowance: { credits: monthlyLimit },
  });
  const days = minutes > 1440 ? 28 : minutes <= 15 ? 5 : 12;
  const end = start.add({ hours: days * 24 });
  const outages = Math.floor(random() * 3);
  for (let at = 0; at < outages; at++) {
    const from = start.add({ hours: Math.floor(random() * (days - 3) * 24) });
    const to = from.add({ hours: 2 + Math.floor(random() * 60) });
    const until = to.add({ hours: pick([1, 12, 48]) });
    world.simulator.holdBack({ siteId: site.siteId, from, to, until });
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
  const choice: SyncChoice = { generation, spareQuota, monthlyLimit };
  let [requests, repeats, idle] = [0, 0, 0];
  const run = async (more: SyncChoice) => {
    const { reasons } = await world.sync({ ...choice, ...more });
    for (const one of reasons) {
      const sum = byReason.get(one.reason) ?? { requests: 0, idle: 0 };
      sum.requests += one.requests;
      sum.idle += one.idle;
      byReason.set(one.reason, sum);
      requests += one.requests;
      if (!isRepeat(one.reason as Reason)) continue;
      repeats += one.requests;
      idle += one.idle;
    }
  };
  const refusals = () => world.simulator.requests.filter((one) => one.status === 429).length;
  let [refused, counted, kills] = [0, 0, 0];
  // Numbers of its own, so that the rest of a schedule is the same with kills and without.
  const chance = randomFrom(seed + 1000);
  // A wild time, then some quiet days.
  let moment = start;
  for (; Temporal.Instant.compare(moment, end) < 0; moment = moment.add({ minutes })) {
    // Now and then the clock is a day off for a run.
    const astray = random() < 0.01 ? pick([-26, 20]) : 0;
    world.setNow(moment.add({ hours: astray }));
    if (kills < mostKills && astray === 0 && chance() < 0.05) {
      kills++;
      await killedRun(world, choice, 1 + Math.floor(chance() * 6));
      world.setNow(world.now().add({ minutes: 2 }));
    }
    const injected = random() < 0.15
      ? world.simulator.inject({
        ...pick(faults),
        endpoint: pick([/power/, /telemetry|storageData|\/data$/, /energy/, /.*/]),
        times: 1 + Math.floor(random() * 6),
      })
      : null;
    await run({
      ...(moment === start && random() < 0.5 ? { depth: "full" as const } : {}),
      // A run that is cut off after some requests.
      ...(random() < 0.1 ? { maxRequests: 1 + Math.floor(random() * 4) } : {}),
    });
    injected?.remove();
    // A clock that is wrong knows no minute.
    if (astray === 0) {
      refused += refusals() - counted;
      for (const one of world.simulator.requests.filter((of) => of.status === 429).slice(counted)) {
        console.log(`     429 at ${one.at} for ${one.path}; the run began at ${moment}`);
      }
    }
    counted = refusals();
  }
  const quiet = Math.max(minutes, 60) > 1440 ? 3 : 6;
  for (let day = 0; day < quiet * (minutes > 1440 ? 7 : 1); day++) {
    for (const hour of [1, 9, 17]) {
      world.setNow(moment.add({ hours: 24 * day + hour }));
      await run({});
    }
  }
  const to = world.now().subtract({ hours: 48 });
  const compared = generation === "first"
    ? await compareReadings(world, site, tablesOfV1, start, to)
    : await compareV2(world, site.siteId, to);
  return {
    ...compared,
    what:
      `${generation}, ${scenario.name}, every ${minutes} min, windows of ${hours} h, ${spareQuota}, ` +
      `${kills} killed`,
    requests,
    repeats,
    idle,
    past: refused + refusals() - counted,
  };
}

/** A sync as a process of its own that the system ends without a word once the server had some of its requests. */
async function killedRun(
  { simulator, folder, now }: HarvestWorld,
  { generation, spareQuota = "spend", monthlyLimit = 2000 }: SyncChoice,
  requests: number,
): Promise<void> {
  const isSecond = generation === "second";
  const child = spawnSeh(["sync"], {
    cwd: folder,
    at: now(),
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

async function compareV2(
  world: Awaited<ReturnType<typeof harvestWorld>>,
  siteId: number,
  to: Temporal.Instant,
) {
  let [rows, wrong] = [0, 0];
  let example: string | null = null;
  for (const table of readingsOfV2.filter((one) => one !== "energy_readings")) {
    const truth = truthRowsV2(world.simulator, siteId, table, {
      from: start,
      to,
      now: world.simulator.now(),
    });
    const keyOf = (row: Record<string, unknown>) =>
      [row.device_key, row.meter_type, row.timestamp, row.interval_s].join(" ");
    const stored = new Map(
      (await storedRows(world.database, table, siteId)).map((row) => [keyOf(row), row]),
    );
    rows += truth.length;
    for (const row of truth) {
      const other = stored.get(keyOf(row));
      const differs = !other || Object.keys(row).some((name) => other[name] !== row[name]);
      if (!differs) continue;
      wrong++;
      example ??= `${table} ${keyOf(row)}`;
    }
  }
  return { rows, wrong, example };
}
