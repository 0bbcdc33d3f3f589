import type { Delivery, Saved } from "../database/database.ts";
import { common, epochOf, type Range, unionOf } from "../model/coverage.ts";
import type { Derivation } from "../model/harvest.ts";
import type { Query } from "../source/source.ts";
import {
  derivations,
  followed,
  followersOf,
  followSeries,
  isCompared,
  isProven,
  verdictOf,
} from "./follow.ts";
import type { Step } from "./plan.ts";
import { seriesKey } from "./progress.ts";
import type { RunState } from "./run_state.ts";
import { saveMark } from "./save_mark.ts";

/**
 * Saves an answer together with the rows of other queries that follow from it; where it is not known yet
 * whether they do, they are compared with what these queries brought in this run.
 */
export async function saveWithFollowers(
  delivery: Delivery,
  step: Step,
  state: RunState,
): Promise<Saved> {
  const { query, sites } = step.request;
  const { queries } = state.options.source;
  const context = {
    knowledge: state.knowledge,
    queries,
    wanted: state.options.wanted,
    now: epochOf(delivery.fetchedAt),
  };
  const derive: Derivation[] = [];
  const also: NonNullable<Delivery["also"]>[number][] = [];
  const open: { follower: Query; siteId: number }[] = [];
  for (const { siteId } of sites) {
    const answered = unionOf(delivery.ranges.filter((one) => one.siteId === siteId));
    if (query.follows) remember(query, siteId, answered, state);
    if (answered.length === 0) continue;
    for (const follower of followersOf(query, queries)) {
      if (isProven(follower, siteId, context)) {
        derive.push(...derivations(follower, siteId, answered, { compared: false }));
        also.push(followed(follower, siteId, delivery));
      } else if (isCompared(follower, siteId, context)) {
        const asked = state.answeredFor.get(seriesKey(follower.series, siteId)) ?? [];
        const both = common(answered, asked);
        derive.push(...derivations(follower, siteId, both, { compared: true }));
        open.push({ follower, siteId });
      }
    }
  }
  if (derive.length === 0) return await state.save(delivery);
  const saved = await state.save({
    ...delivery,
    // What follows for the whole site counts in what is worked out from it.
    derive: [...derive, ...delivery.derive ?? []],
    also,
  });
  // An answer is for one site wherever anything follows from it.
  for (const { follower, siteId } of open) {
    const key = seriesKey(follower.series, siteId);
    const all = [...state.compared.get(key) ?? [], ...saved.compared];
    state.compared.set(key, all);
    const verdict = verdictOf(all);
    if (verdict) await saveVerdict(verdict, follower, siteId, step, state);
  }
  return saved;
}

function remember(query: Query, siteId: number, ranges: readonly Range[], state: RunState): void {
  const key = seriesKey(query.series, siteId);
  state.answeredFor.set(key, unionOf([...state.answeredFor.get(key) ?? [], ...ranges]));
}

async function saveVerdict(
  verdict: "follows" | "differs",
  follower: Query,
  siteId: number,
  step: Step,
  state: RunState,
): Promise<void> {
  const at = state.options.clock.now();
  const mark = state.knowledge.mark(siteId, followSeries(follower));
  const before = mark?.unavailableSince === null && mark.lastSuccess ? mark.lastSuccess : null;
  const request = { ...step.request, query: { ...follower, series: followSeries(follower) } };
  const reason = `differs from what follows from ${follower.follows!.series}`;
  await saveMark({ ...step, request }, state, {
    siteId,
    deviceKey: "",
    lastSuccess: at,
    unavailable: verdict === "follows" ? null : { since: at, reason },
  });
  if (verdict === "follows" || before === null) return;
  // What was worked out since they agreed is in doubt: it is asked for.
  const inDoubt = { siteId, deviceKey: "", start: epochOf(before), end: epochOf(at) };
  await saveMark(
    { ...step, request: { ...step.request, query: follower } },
    state,
    { siteId, deviceKey: "" },
    [{ ...inDoubt, state: "stale" }],
  );
}
