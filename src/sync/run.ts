import { SourceError } from "../source/source_error.ts";
import type { Answer, PlannedRequest } from "../source/source.ts";
import { finish } from "./finish.ts";
import { keep } from "./keep.ts";
import { plan, type Step } from "./plan.ts";
import { attemptKeys } from "./progress.ts";
import { handle } from "./refusals.ts";
import type { Report } from "./report.ts";
import { type RunOptions, RunState } from "./run_state.ts";
import { isTooSoon, longWindow, maySpend, needPerDay } from "./spare.ts";

/**
 * Plans, fetches and saves until nothing is left to ask: what one answer tells decides what is asked
 * next. A piece is saved whole or not at all; an error moves nothing but its own message.
 * Throws DatabaseError; every other failure is in the report.
 */
export async function run(options: RunOptions): Promise<Report> {
  const { database, source, clock, wanted } = options;
  const startedAt = clock.now();
  const state = new RunState(options, startedAt);
  while (!state.isOver()) {
    const known = await database.known();
    state.needPerDay = needPerDay(known, source.queries, wanted);
    const next = plan(known, source, wanted, startedAt, state);
    state.refreshes = Math.max(
      state.refreshes,
      next.steps.filter((one) => one.request.necessity === "fresh").length,
    );
    const stage = next.steps.at(0)?.stage;
    if (stage === undefined) break;
    options.onEvent({ kind: "planned", steps: next.steps.length });
    await inParallel(
      next.steps.filter((step) => step.stage === stage),
      options.concurrency,
      (step) => takeStep(step, state),
    );
  }
  return await finish(state);
}

async function takeStep(step: Step, state: RunState): Promise<void> {
  for (const key of attemptKeys(step.request)) state.attempted.add(key);
  const { sites } = step.request;
  if (sites.length > 0 && sites.every((one) => state.refused.has(one.siteId))) return;
  let request = await affordable(step, state);
  while (request) {
    if (state.isOver() || state.limitReached()) return state.leave(request);
    state.started++;
    state.options.onEvent({ kind: "asking", request, requests: state.options.requestsSent() });
    let answer: Answer;
    try {
      answer = await state.options.source.fetch(request);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return await handle(error, { ...step, request }, state, (alone) => takeStep(alone, state));
    }
    await keep(answer, { ...step, request }, state);
    request = answer.next;
  }
}

/** The request for those of its sites that have quota to spare for it; what is due needs no leave. */
async function affordable(step: Step, state: RunState): Promise<PlannedRequest | undefined> {
  const { request } = step;
  if (request.necessity === "due") return request;
  const sites = [];
  for (const site of request.sites) {
    if (await mayBuy({ ...request, sites: [site] }, step, state)) sites.push(site);
  }
  return sites.length > 0 ? { ...request, sites } : undefined;
}

async function mayBuy(request: PlannedRequest, step: Step, state: RunState): Promise<boolean> {
  if (request.necessity === "due" || state.isStopped(request)) return false;
  const { wanted, source, clock } = state.options;
  const facts = {
    left: await source.remaining(request),
    window: longWindow(request, source.quota),
    needPerDay: state.needPerDay,
    wanted,
    now: clock.now(),
  };
  if (!maySpend(request.necessity, facts)) {
    state.stop(request);
    return false;
  }
  return request.necessity === "history" || !isTooSoon(step.lastAsked, state.refreshes, facts);
}

/**
 * Runs tasks in order, at most so many at once. After an error no further one begins, since none could be
 * saved; the error is thrown when those on their way have ended.
 */
async function inParallel<T>(
  tasks: readonly T[],
  width: number,
  work: (task: T) => Promise<void>,
): Promise<void> {
  const queue = tasks.values();
  let isOver = false;
  const workers = Array.from({ length: Math.min(width, tasks.length) }, async () => {
    try {
      for (const task of queue) {
        if (isOver) return;
        await work(task);
      }
    } catch (error) {
      isOver = true;
      throw error;
    }
  });
  const results = await Promise.allSettled(workers);
  const failed = results.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}
