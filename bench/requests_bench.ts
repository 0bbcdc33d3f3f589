/**
 * What a home with one inverter, a battery and meters is asked for, counted at the simulated server on
 * v1 and v2: a first plain sync, then a run every minute for a quarter of an hour and every hour
 * for two days. Nothing is asked twice within minutes, and what is asked again for a reason mostly pays.
 */
import { homeSite } from "../src/simulator/scenarios.ts";
import { isRepeat, type Reason, reasons, reasonText, repeats } from "../src/source/reason.ts";
import { type HarvestWorld, harvestWorld } from "../tests/support/harvest_world.ts";
import { type Bench, judge } from "./goals.ts";
import { type Runs, runTimer } from "./timer.ts";

const bench = "requests" satisfies Bench;
const from = Temporal.Instant.from("2026-06-01T12:07:00Z");
/** Runs of one process after the other, this close together, are to find nothing to ask again. */
const soonMinutes = 10;

for (const generation of ["v1", "v2"] as const) await counted(generation);

async function counted(generation: "v1" | "v2"): Promise<void> {
  await using world = await harvestWorld(String(from), { sites: [homeSite()] });
  const choice = () => ({ generation, spareQuota: "spend" } as const);
  console.log(`${generation}, a home with one inverter, a battery and meters:`);
  const requests = () => world.simulator.requests.length;
  let before = 0;
  const since = () => {
    const count = requests() - before;
    before = requests();
    return count;
  };
  const first = await runTimer(world, { from, every: { minutes: 1 }, count: 1, choice });
  print("first sync, plain", since());
  const minutes = await runTimer(world, {
    from: world.now().add({ minutes: 1 }),
    every: { minutes: 1 },
    count: 15,
    choice,
  });
  print("15 runs, one each minute", since());
  const hours: Runs[] = [];
  for (const day of ["first", "second"]) {
    hours.push(
      await runTimer(world, {
        from: world.now().add({ hours: 1 }),
        every: { hours: 1 },
        count: 24,
        choice,
      }),
    );
    print(`${day} day with a run every hour`, since());
  }
  const sums = sumsOf([first, minutes, ...hours]);
  for (const [reason, { requests, idle }] of sums) {
    print(`  ${reasonText(reason)}`, requests, `${idle} changed nothing`);
  }
  const idleRepeats = [...sums].reduce(
    (sum, [reason, { idle }]) => sum + (isRepeat(reason) ? idle : 0),
    0,
  );
  judge(bench, "asked twice within ten minutes", askedTwice(world));
  judge(bench, "repeats that changed nothing", idleRepeats / requests());
}

/** Requests for what an answer of the minutes before had brought, whatever window they name. */
function askedTwice({ simulator }: HarvestWorld): number {
  const last = new Map<string, { at: Temporal.Instant; windows: Set<string> }>();
  let count = 0;
  for (const { at, path, parameters, status } of simulator.requests) {
    if (status !== 200) continue;
    const times = Object.entries(parameters).filter(([name]) => isTime(name)).map(([, text]) =>
      text
    );
    const others = Object.entries(parameters).filter(([name]) => !isTime(name)).sort();
    const key = `${path} ${JSON.stringify(others)}`;
    const window = times.join("|");
    const known = last.get(key);
    const isSoon = known && at.since(known.at).total("minutes") < soonMinutes;
    // Several windows of one series belong to one question; the same one again does not.
    const isAgain = isSoon && (known.windows.has(window) || endsLater(window, known.windows));
    if (isAgain) {
      count++;
      console.log(`  asked twice: ${key} ${window}`);
    }
    const windows = isSoon ? known.windows : new Set<string>();
    last.set(key, { at, windows: windows.add(window) });
  }
  return count;
}

/** A window that reaches further towards now than all before asks for the newest once more. */
function endsLater(window: string, windows: ReadonlySet<string>): boolean {
  const end = (text: string) => text.split("|").at(-1) ?? "";
  return [...windows].every((one) => end(window) > end(one));
}

function isTime(name: string): boolean {
  return /^(from|to|start|end)/i.test(name) && name !== "startIndex";
}

function sumsOf(all: readonly Runs[]): [Reason, { requests: number; idle: number }][] {
  const names = [...Object.keys(reasons), ...Object.keys(repeats)] as Reason[];
  return names.flatMap((reason) => {
    const some = all.flatMap((one) => one.reasons.get(reason) ?? []);
    const sum = (of: "requests" | "idle") => some.reduce((total, one) => total + one[of], 0);
    return some.length === 0 ? [] : [[reason, { requests: sum("requests"), idle: sum("idle") }]];
  });
}

function print(what: string, requests: number, note = "") {
  console.log(`  ${what.padEnd(52)}${String(requests).padStart(4)}  ${note}`.trimEnd());
}
