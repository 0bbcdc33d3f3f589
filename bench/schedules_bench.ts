/**
 * Random schedules, each from its seed: see `random_schedule.ts`. When the world has been quiet for some days,
 * every closed quarter-hour must be as the server has it; no limit may have been passed, and few requests may
 * have been repeated for nothing.
 * `deno task bench schedules` runs fifty; SEH_SCHEDULES=7,12 runs those seeds alone.
 */
import { isRepeat, type Reason } from "../src/source/reason.ts";
import { judge } from "./goals.ts";
import { schedule } from "./random_schedule.ts";

const chosen = Deno.env.get("SEH_SCHEDULES");
const seeds = chosen
  ? chosen.split(",").map(Number)
  : Array.from({ length: 50 }, (_, at) => at + 1);

let [wrong, beyond, all, repeated, idle] = [0, 0, 0, 0, 0];
const byReason = new Map<string, { requests: number; idle: number }>();
for (const seed of seeds) {
  const one = await schedule(seed);
  let requests = 0;
  for (const { reason, ...sum } of one.reasons) {
    const before = byReason.get(reason) ?? { requests: 0, idle: 0 };
    byReason.set(reason, {
      requests: before.requests + sum.requests,
      idle: before.idle + sum.idle,
    });
    requests += sum.requests;
    if (!isRepeat(reason as Reason)) continue;
    repeated += sum.requests;
    idle += sum.idle;
  }
  console.log(
    `${String(seed).padStart(3)}  ${one.what}: ${requests} requests, ${one.rows} rows, ` +
      `${one.wrong} wrong${one.example ? ` (${one.example})` : ""}`,
  );
  for (const text of one.beyond) console.log(`     beyond a limit: ${text}`);
  wrong += one.wrong;
  beyond += one.beyond.length;
  all += requests;
}
const sums = [...byReason].sort(([, a], [, b]) => b.requests - a.requests);
for (const [reason, sum] of sums) {
  const again = isRepeat(reason as Reason) ? "again, " : "";
  console.log(`  ${again}${reason}: ${sum.requests} requests, ${sum.idle} changed no row`);
}
console.log(`${all} requests in all, ${repeated} of them repeats, ${idle} of these changed no row`);
judge("schedules", "rows that are not as measured", wrong);
judge("schedules", "requests beyond a limit", beyond);
judge("schedules", "repeats that changed nothing", idle / Math.max(1, all));
