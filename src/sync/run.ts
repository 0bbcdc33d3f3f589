import { epochOf } from "../model/coverage.ts";
import { SourceError } from "../source/source_error.ts";
import type { Answer, PlannedRequest } from "../source/source.ts";
import { finish } from "./finish.ts";
import { learnAnew } from "./learn.ts";
import { decideOnRefusal, within } from "./on_refusal.ts";
import type { Step } from "./plan.ts";
import { stageNow } from "./plan_now.ts";
import { attemptKeys, seriesKey } from "./progress.ts";
import type { Report } from "./report.ts";
import { type RunOptions, RunState } from "./run_state.ts";
import { saveAnswer } from "./save_answer.ts";
import { siteDays } from "./site_days.ts";
import { takeOver } from "./take_over.ts";
import { askSilentAlone } from "./too_wide.ts";
import { windowsFor } from "./windows.ts";
import { readDaylight } from "./daylight.ts";
import { monthsLeft } from "./rules.ts";
import { cadenceOf } from "./pacing.ts";
import {
  decideAtEnd,
  isEverybodys,
  isPostponed,
  isProbe,
  isUseless,
  lastDoubt,
  nowUseful,
  probeOf,
} from "./usefulness.ts";
import { arrange, seenAt } from "./knowledge.ts";

/**
 * Plans, fetches and saves until nothing is left to ask: what one answer brings decides what is asked next.
 * What one request brings is saved whole or not at all; an error moves nothing but its own message. Throws
 * DatabaseError; every other failure is in the report.
 */
export async function run(options: RunOptions): Promise<Report> {
  const { source, clock } = options;
  const state = new RunState(options, clock.now());
  await begin(state);
  while (!state.isOver()) {
    state.left = await monthsLeft(source, state.knowledge.sites);
    let steps = nextStage(state);
    if (steps.length === 0) steps = lastDoubt(state);
    if (steps.length === 0) break;
    await inParallel(
      steps,
      () => state.hasAnswer ? options.concurrency : 1,
      (step) => sendStep(step, state),
    );
    await learn(state, steps);
  }
  await decideAtEnd(state, (error, step) => decide(error, step, state));
  state.knowledge = seenAt(state.knowledge, epochOf(clock.now()));
  return await finish(state);
}

/** The steps whose turn it is; a watcher is told of all that the quota pays for. */
function nextStage(state: RunState): Step[] {
  if (state.started === 0) {
    const probe = probeOf(state);
    if (probe) return probe === "wait" ? [] : [probe];
  }
  let paid = 0;
  const steps = stageNow(state, (all) => {
    paid = state.paidFor(all);
  });
  if (steps.length > 0) state.options.onEvent({ kind: "planned", steps: paid });
  return steps;
}

/** What is known at first. */
async function begin(state: RunState): Promise<void> {
  const { startedAt, options: { database, source } } = state;
  let known = await database.known();
  if (await takeOver(database, source, known, startedAt)) known = await database.known();
  state.daylight = await readDaylight(database, startedAt);
  // Any success shows that a run was there: one that is never complete is no rare one.
  const lastRun = known.marks.flatMap((one) => one.lastSuccess ? [epochOf(one.lastSuccess)] : [])
    .reduce<number | null>((last, one) => last === null || one > last ? one : last, null);
  state.cadence = cadenceOf(lastRun, epochOf(startedAt));
  state.knowledge = arrange(known, epochOf(startedAt), state.daylight);
}

/**
 * What is known after the requests of a stage: read again for the sites that they named, and after a list for
 * all.
 */
async function learn(state: RunState, steps: readonly Step[]): Promise<void> {
  const isList = steps.some((one) => one.request.sites.length === 0);
  const named = isList
    ? [...state.knowledge.sites.map((one) => one.siteId), ...state.listed]
    : steps.flatMap((step) => step.request.sites.map((one) => one.siteId));
  await learnAnew(named, state.startedAt, state);
}

const decide = (error: SourceError, step: Step, state: RunState) =>
  decideOnRefusal(error, step, state, (next) => sendStep(next, state));

async function sendStep(step: Step, state: RunState): Promise<void> {
  for (const key of attemptKeys(step.request)) state.attempted.add(key);
  const { sites } = step.request;
  if (sites.length > 0 && sites.every((one) => state.refused.has(one.siteId))) return;
  if (isPostponed(step, state)) return;
  const { query, device } = step.request;
  if (
    sites.length === 1 &&
    state.given.has(seriesKey(query.series, sites[0].siteId, device?.deviceKey))
  ) return;
  const parts = partsOf(step, state);
  if (parts) {
    for (const part of parts) await sendStep(part, state);
    return;
  }
  let request = await affordable(step, state);
  while (request) {
    if (state.isOver() || state.limitReached()) return state.leave(request);
    state.started++;
    state.options.onEvent({ kind: "asking", request, requests: state.options.requestsSent() });
    const sentBefore = state.options.requestsSent();
    let answer: Answer;
    try {
      answer = await state.options.source.fetch(
        isProbe(state) ? { ...request, isProbe: true } : request,
      );
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      state.count(request, false);
      await state.countInVain(step, sentBefore);
      const failed = { ...step, request };
      if (await isEverybodys(error, failed, state)) return;
      if (isAnswered(error)) await answered(state);
      return await decide(error, failed, state);
    }
    const sent = { ...step, request };
    await saveAnswer(answer, sent, state);
    // The list of a login's sites is known here: nobody has answered for it.
    if (state.options.requestsSent() > sentBefore) await answered(state);
    if (!answer.next) await askSilentAlone(answer, sent, state, (next) => sendStep(next, state));
    request = answer.next && { ...answer.next, reason: "next-page" };
  }
}

/** Whether an error is the word of the API itself. */
function isAnswered(error: SourceError): boolean {
  return error.kind !== "interrupted" && error.kind !== "quota" && error.kind !== "state" &&
    !error.facts.noAnswer && !isUseless(error);
}

async function answered(state: RunState): Promise<void> {
  state.silentInARow = 0;
  await nowUseful(state, (error, one) => decide(error, one, state));
}

/** What an earlier request of this run has found to be too wide is asked for in parts; null: it is not. */
function partsOf(step: Step, state: RunState): Step[] | null {
  const { window, sites, query } = step.request;
  const width = state.widths.get(query.name);
  if (!window || width === undefined) return null;
  const [from, until] = [epochOf(window.start), epochOf(window.end)];
  if (until - from <= width) return null;
  const cutting = { days: siteDays(sites[0].timeZone), width, from, until };
  const narrowed = state.narrowed.get(query.name);
  return windowsFor(step.needed, cutting)
    .map((one, at) => ({ ...within(step, one, at === 0), narrowed }));
}

/** The request for those of its sites that have quota to spare for it; what is due needs no permission. */
async function affordable(step: Step, state: RunState): Promise<PlannedRequest | undefined> {
  const { request, purpose } = step;
  if (purpose === "due") return request;
  if (state.isStopped(request)) return undefined;
  const sites = [];
  for (const site of request.sites) {
    if (!state.takeFromShares(request.query, site.siteId, purpose)) continue;
    const left = await state.options.source.remaining({ ...request, sites: [site] });
    const need = Math.max(
      0,
      ...state.pace.sharesOf(request.query, site.siteId)
        .map((one) => one.window.per === "rolling-day" ? one.needPerDay : 0),
    );
    if (left.requests > need) sites.push(site);
  }
  return sites.length > 0 ? { ...request, sites } : undefined;
}

/**
 * Runs tasks in order, at most so many at once. After an error no further one begins, since none could be
 * saved; the error is thrown when those on their way have ended.
 */
async function inParallel<T>(
  tasks: readonly T[],
  width: () => number,
  work: (task: T) => Promise<void>,
): Promise<void> {
  const queue = tasks.values();
  let isOver = false;
  const worker = async () => {
    try {
      for (const task of queue) {
        if (isOver) return;
        await work(task);
      }
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  // Until somebody has answered, requests go out one by one.
  while (width() === 1) {
    const { value, done } = queue.next();
    if (done) return;
    await work(value);
  }
  const results = await Promise.allSettled(Array.from({ length: width() }, worker));
  const failed = results.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}
