/**
 * Five years of a home (inverter, battery, meters), completed by a daily timer that began with `--full`, on
 * v1 and v2: what it costs, and whether the day that the first run names is the day on which
 * history is complete. The engine has a clock of its own; requests are counted by its own reasons.
 */
import { homeSite } from "../src/simulator/scenarios.ts";
import { harvestWorld, type SyncChoice } from "../tests/support/harvest_world.ts";
import { type Bench, judge } from "./goals.ts";
import { historyShare, plainChoice, rulesAt, sources } from "./pace.ts";
import { reasonsText, type Runs, runTimer } from "./timer.ts";

const bench = "history" satisfies Bench;
const firstDay = "2021-10-01";
const from = Temporal.Instant.from("2026-10-01T04:37:00Z");
const site = homeSite({ firstDay, installationDate: firstDay });
const day = 24 * 3600;
/** A history that takes longer has failed. */
const mostDays = 120;

const [only = ""] = Deno.args;
if ("v2".includes(only)) await secondGeneration();
if ("v1".includes(only)) await firstGeneration();

async function secondGeneration(): Promise<void> {
  const { runs, named, took, rest, share } = await completed({ generation: "v2" });
  console.log(`v2, five years: ${reasonsText(runs.reasons)}`);
  const first = runs.reports[0].reasons.reduce(
    (sum, { reason, requests }) => sum + (reason === "history" ? 0 : requests),
    0,
  );
  const history = runs.reasons.get("history")?.requests ?? 0;
  console.log(`  ${history} requests for history, ${first} others of the first run`);
  judge(bench, "five years on v2", history + first);
  judgeDays("v2", named, took);
  judge(bench, "v2: days it took, against requests ÷ share", took / Math.ceil(rest / share));
  judge(bench, "runs with a failure or something due left", runs.bad);
}

async function firstGeneration(): Promise<void> {
  const { runs, named, took } = await completed({ generation: "v1" });
  console.log(`v1, five years: ${reasonsText(runs.reasons)}`);
  // The newest window of each series is asked for by the first run as one of the day's own.
  const span = Temporal.PlainDate.from(firstDay).until("2026-10-01").days * day;
  const fewest = sources.v1.queries
    .filter((one) => one.axis?.keeps === "ranges" && !one.onlyWhereSensors)
    .map((one) => Math.ceil(span / (one.axis!.ladder![0] * 3600)) - 1)
    .reduce((sum, one) => sum + one, 0);
  const history = runs.reasons.get("history")?.requests ?? 0;
  console.log(`  ${history} requests for history; windows allow ${fewest}`);
  judge(bench, "v1: requests, against the fewest that windows allow", history / fewest);
  judgeDays("v1", named, took);
  judge(bench, "runs with a failure or something due left", runs.bad);
}

interface Completed {
  readonly runs: Runs;
  /** Days from the first run to the one that it named, and to the one on which nothing was left. */
  readonly named: number | null;
  readonly took: number;
  /** Requests for history that the first run left, and what the pace had for them each day. */
  readonly rest: number;
  readonly share: number;
}

/** A first `--full` and a daily timer, until nothing of history is left. */
async function completed(choice: SyncChoice): Promise<Completed> {
  await using world = await harvestWorld(String(from), { sites: [site] });
  const started = performance.now();
  let share = NaN;
  const runs = await runTimer(world, {
    from,
    every: { hours: 24 },
    count: mostDays,
    choice: (at) => ({ ...choice, spareQuota: "spend", ...(at === 0 ? { depth: "full" } : {}) }),
    after: async ({ history }, at) => {
      if (at === 0) {
        const isV2 = choice.generation === "v2";
        const { pace } = await rulesAt(world.database, sources[choice.generation ?? "v1"], {
          now: world.now(),
          wanted: { ...plainChoice },
          ...(isV2 ? { creditsLeft: 2000 - world.simulator.credits() } : {}),
        });
        share = historyShare(pace);
        console.log(
          `  first run: ${history.requests} requests left, complete on ${history.completeOn}, ` +
            `${share.toFixed(1)} a day for history`,
        );
      }
      return history.requests > 0;
    },
  });
  const today = from.toZonedDateTimeISO("UTC").toPlainDate();
  const on = runs.reports[0].history.completeOn;
  const { requests: left, isStuck } = runs.reports.at(-1)!.history;
  if (left > 0) console.log(`  ${left} requests left after ${mostDays} days; stuck: ${isStuck}`);
  console.log(`  ${Math.round((performance.now() - started) / 1000)} s`);
  return {
    runs,
    named: on && today.until(on).days,
    took: left > 0 ? Infinity : runs.reports.length - 1,
    rest: runs.reports[0].history.requests,
    share,
  };
}

function judgeDays(which: "v1" | "v2", named: number | null, took: number): void {
  console.log(`  named at first: in ${named} days; took ${took}`);
  const apart = named === null ? Infinity : Math.abs(named - took);
  judge(bench, `${which}: the day named at first, against the true one`, apart);
}
