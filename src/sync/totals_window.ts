import type { Range } from "../model/coverage.ts";
import type { Query } from "../source/source.ts";
import type { SeriesFacts } from "./missing.ts";
import { type Cutting, tailWindow, windowsFor } from "./windows.ts";

const day = 86_400;
/** Every few days totals are compared further back than one request reaches. */
const totalsEvery = 5 * day;
const totalsBack = 40;

/**
 * Days whose totals are compared although one request from now does not reach them; null: it is not yet time.
 * `leastDays`: how often the quota pays for the newest ones.
 */
export function totalsWindow(
  query: Query,
  facts: SeriesFacts,
  cutting: Cutting,
  leastDays: number,
): Range | null {
  if (query.role !== "totals") return null;
  const tail = tailWindow(cutting);
  const back = Math.max(facts.from, facts.days.dayStart(facts.now, -totalsBack));
  if (back >= tail.start) return null;
  const asked = [...facts.devices.values()].flat().filter((one) =>
    one.start < tail.start && one.end > back
  );
  const oldest = Math.min(...asked.map((one) => one.fetchedAt), Infinity);
  const hasHoles = asked.some((one) => one.state === "empty");
  const every = Math.max(1, leastDays) * (hasHoles ? day - 3600 : totalsEvery);
  if (!Number.isFinite(oldest) || facts.now - oldest < every) return null;
  return windowsFor([{ start: back, end: tail.start }], cutting)[0] ?? null;
}
