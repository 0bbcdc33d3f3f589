import { epochOf } from "../model/coverage.ts";
import type { Source } from "../source/source.ts";
import type { SourceError } from "../source/source_error.ts";
import type { Step } from "./plan.ts";
import { planNow } from "./plan_now.ts";
import { attemptKeys } from "./progress.ts";
import type { RunState } from "./run_state.ts";
import { spanIn } from "./windows.ts";

/**
 * Whether anything useful answers at all. The login page of a network, a page of maintenance or a broken gateway
 * answers every request alike: two different requests show it, and from then on one a run is enough, until an
 * answer is useful again. Nothing is held against any series meanwhile.
 */

/** Decides what an error means once it is known that others are answered. */
type Decide = (error: SourceError, step: Step) => Promise<void>;

const minute = 60;

/** Useless answers in a row, once others were useful, that end a run too, and of how many queries they must be. */
const mostInARow = 4;
const leastQueries = 3;

/** The series under which it is remembered how many runs in a row have got nothing useful from a source. */
export function answersSeries(source: Pick<Source, "name">): string {
  return `answers ${source.name}`;
}

/** How long after so many runs without a useful answer the next request goes out: a timer of an hour misses none. */
function waitAfterUseless(runs: number): number {
  return runs < 4 ? 0 : runs < 8 ? 25 * minute : 110 * minute;
}

/** An answer that says nothing of what was asked for: a page, a server in trouble, no JSON, another shape. */
export function isUseless({ kind, facts }: SourceError): boolean {
  switch (kind) {
    case "body":
      return spanIn(facts.words) === null;
    case "transport":
      return !facts.noAnswer;
    case "forbidden":
    case "rejected":
    case "unavailable":
      return facts.isPage;
    default:
      return false;
  }
}

/** Before the first request: where the runs before got nothing useful, what this one asks first, if anything. */
export function probeOf(state: RunState): Step | "wait" | null {
  const mark = state.knowledge.mark(0, answersSeries(state.options.source));
  state.uselessRuns = mark?.failures ?? 0;
  if (state.uselessRuns === 0 || !mark?.lastErrorAt) return null;
  const now = epochOf(state.startedAt);
  const at = epochOf(mark.lastErrorAt);
  const next = at + waitAfterUseless(state.uselessRuns);
  if (!state.options.wanted.range && at <= now && now < next) {
    state.ended = { ...nothing(mark.lastError ?? ""), asksAgainAt: next };
    return "wait";
  }
  const steps = planNow(state).steps.filter(({ request }) =>
    request.necessity !== "history" && request.query.charges(request).length > 0
  );
  // Where nothing else is due, it may be the one thing that is broken.
  state.isLonelyProbe = new Set(steps.map((one) => one.request.query)).size < 2;
  // Each time another one, so that no single thing that is broken hides what is not.
  return steps[state.uselessRuns % steps.length] ?? null;
}

/** Whether a request is sent only to see if anything useful answers: one try is enough for that. */
export function isProbe(state: RunState): boolean {
  return state.hasAnswer
    ? state.uselessQueries.length > 1
    : state.uselessRuns > 0 || state.doubted.length > 0;
}

/** Until it is known whether anything useful answers, what fails alike is not asked for once more. */
export function isPostponed(step: Step, state: RunState): boolean {
  if (state.hasAnswer || state.asksPostponed) return false;
  if (!state.doubted.some((one) => one.step.request.query === step.request.query)) return false;
  state.postponed.push(step);
  return true;
}

/**
 * Takes an error that may be everybody's: true where it is dealt with, because nothing useful answers or that has to
 * be seen first.
 */
export async function isEverybodys(
  error: SourceError,
  step: Step,
  state: RunState,
): Promise<boolean> {
  if (!isUseless(error)) return false;
  if (state.hasAnswer) {
    state.uselessQueries.push(step.request.query.name);
    if (
      state.uselessQueries.length < mostInARow ||
      new Set(state.uselessQueries).size < leastQueries
    ) return false;
    await endWithout(error, state);
    return false;
  }
  const isFirst = state.uselessRuns === 0 || state.isLonelyProbe;
  if (isFirst && state.doubted.length === 0 && !state.options.strict) {
    state.doubted.push({ error, step });
    return true;
  }
  await endWithout(error, state);
  return true;
}

/** Somebody has answered usefully: what was held back is decided as any failure, and what waited is asked for. */
export async function nowUseful(state: RunState, decide: Decide): Promise<void> {
  state.uselessQueries.length = 0;
  if (state.hasAnswer) return;
  state.hasAnswer = true;
  if (state.uselessRuns > 0) await remember(state, null);
  for (const one of state.postponed.splice(0)) {
    for (const key of attemptKeys(one.request)) state.attempted.delete(key);
  }
  for (const one of state.doubted.splice(0)) await decide(one.error, one.step);
}

/** Nothing else is left to ask: what waited, of another site, shows whether anything useful answers. */
export function lastDoubt(state: RunState): Step[] {
  if (state.hasAnswer || state.isOver() || state.asksPostponed) return [];
  state.asksPostponed = true;
  const sitesOf = ({ request }: Step) => request.sites.map((one) => one.siteId).join();
  const asked = new Set(state.doubted.map((one) => sitesOf(one.step)));
  const next = state.postponed.find((one) => !asked.has(sitesOf(one)));
  if (!next) return [];
  for (const key of attemptKeys(next.request)) state.attempted.delete(key);
  return [next];
}

/** What was held back to the end is a failure of its own, and of the run as well. */
export async function decideAtEnd(state: RunState, decide: Decide): Promise<void> {
  if (state.ended || state.options.signal.aborted) return;
  const [first] = state.doubted;
  if (!first) return;
  await remember(state, first.error.facts.detail);
  for (const one of state.postponed.splice(0)) state.leave(one.request);
  // Where nobody answers at all, nothing is held against a series.
  if (state.unreachable) return;
  state.hasAnswer = true;
  for (const one of state.doubted.splice(0)) await decide(one.error, one.step);
}

async function endWithout(error: SourceError, state: RunState): Promise<void> {
  state.ended = nothing(error.facts.detail);
  await remember(state, error.facts.detail);
}

const nothing = (message: string) =>
  ({
    siteId: null,
    dataType: "sites",
    device: null,
    kind: "useless",
    endpoint: null,
    message,
  }) as const;

async function remember(
  state: RunState,
  text: string | null,
): Promise<void> {
  const { source, clock } = state.options;
  const at = clock.now();
  await state.save({
    source: source.name,
    series: answersSeries(source),
    dataType: "sites",
    harvest: { rows: [] },
    ranges: [],
    marks: [{ siteId: 0, deviceKey: "", error: text === null ? null : { at, text } }],
    fetchedAt: at,
  });
}
