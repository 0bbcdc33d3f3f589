import { common, epochOf, instantOf, type Range, without } from "../model/coverage.ts";
import type { SiteFacts } from "../model/harvest.ts";
import { earlier, interval } from "../model/interval.ts";
import { SourceError } from "../source/source_error.ts";
import type { PlannedRequest } from "../source/source.ts";
import type { Step } from "./plan.ts";
import { seriesKey } from "./progress.ts";
import type { RunState } from "./run_state.ts";
import { failure, recordFailure, rememberFailed } from "./save_mark.ts";
import { siteDays } from "./site_days.ts";
import { narrower, rungOf, spanIn, windowsFor } from "./windows.ts";

/** Failures in a row after which nothing more of a series is asked for in a run. */
const givenUpAfter = 2;
const day = 86_400;

/**
 * Decides what an error means: that nothing can be sent any more, that a window was too wide, that something
 * is not there, or a failure of this request alone.
 */
export async function decideOnRefusal(
  error: SourceError,
  step: Step,
  state: RunState,
  resend: (step: Step) => Promise<void>,
): Promise<void> {
  const { request } = step;
  const { query } = request;
  const facts = refusalFacts(error);
  const siteIds = request.sites.map((one) => one.siteId);
  switch (error.kind) {
    case "interrupted":
      return;
    case "credentials":
      if (error.facts.siteId !== undefined && query.scope !== "account") {
        state.refused.add(error.facts.siteId);
        return await recordFailure(step, state, siteIds, facts);
      }
      state.ended = failure(request, null, facts);
      return;
    case "quota":
      if (!error.facts.byOthers && await goOnWithoutSpent(step, state, resend)) return;
      state.leave(request);
      state.quotaMessage = error.facts.detail;
      state.quotaFreesAt = soonest(state.quotaFreesAt, error.facts.retryAt ?? null);
      // Quota of our own count belongs to an allowance: sites with other allowances go on.
      if (error.facts.byOthers || query.scope === "account") state.isBlocked = true;
      return;
    case "state":
      state.ended = failure(request, null, facts);
      return;
    case "transport":
      if (state.options.signal.aborted) return;
      if (error.facts.noAnswer && nobodyAnswers(step, state, facts)) return;
      return await failedOnce(step, state, facts);
    case "body":
      // Some servers refuse with a success: then the words alone tell what was wrong.
      if (spanIn(error.facts.words ?? "") !== null) {
        if (await askNarrower(error, step, state, resend)) return;
      }
      if (await withoutPoison(step, state, facts, resend)) return;
      return await failedOnce(step, state, facts);
    case "forbidden":
    case "rejected":
    case "unavailable":
    case "retired":
      return await decideOnAnswer(error, step, state, resend);
  }
}

/** What a failure keeps of an error. */
function refusalFacts({ kind, facts: { endpoint, detail: message, remedy } }: SourceError) {
  return { kind, endpoint, message, remedy };
}

/** A refusal by the server itself, or by something in between. */
async function decideOnAnswer(
  error: SourceError,
  step: Step,
  state: RunState,
  resend: (step: Step) => Promise<void>,
): Promise<void> {
  const { request } = step;
  const { query } = request;
  const facts = refusalFacts(error);
  const siteIds = request.sites.map((one) => one.siteId);
  const isForbidden = error.kind === "forbidden" && !error.facts.isPage;
  if (query.scope === "account") {
    if (error.facts.isPage && state.knowledge.sites.length > 0) {
      return await failedOnce(step, state, facts);
    }
    state.ended = failure(request, null, isForbidden ? { ...facts, kind: "credentials" } : facts);
    return;
  }
  if (error.kind === "retired" && query.role && query.role !== "totals") {
    state.ended = failure(request, null, facts);
    return;
  }
  if (request.sites.length > 1) return await oneByOne(step, resend);
  if (await askNarrower(error, step, state, resend)) return;
  const isSiteItself = query.role !== undefined && query.role !== "totals";
  if (query.role === "last-update" && isForbidden) state.refused.add(siteIds[0]);
  if (isSiteItself || error.facts.isPage || error.kind === "rejected") {
    return await failedOnce(step, state, facts);
  }
  state.given.add(seriesKey(query.series, siteIds[0], request.device?.deviceKey));
  state.denied.push({
    step,
    siteId: siteIds[0],
    deviceKey: request.device?.deviceKey ?? "",
    isEmpty: false,
    reason: facts.message,
    endpoint: facts.endpoint,
    ranges: [],
  });
}

/**
 * One host answers for everything: where the first request of a run gets no answer, or two in a row later on,
 * the run ends, and nothing is remembered against any series.
 */
function nobodyAnswers(
  { request }: Step,
  state: RunState,
  facts: Parameters<typeof failure>[2],
): boolean {
  state.silentInARow++;
  if (state.hasAnswer && state.silentInARow < 2) return false;
  state.unreachable ??= failure(request, null, facts);
  state.leave(request);
  state.isBlocked = true;
  return true;
}

/** A failure of this request; after two in a row nothing more of the series is asked for in this run. */
async function failedOnce(
  step: Step,
  state: RunState,
  facts: Parameters<typeof failure>[2],
): Promise<void> {
  const { request: { query, sites, device } } = step;
  await recordFailure(step, state, sites.map((one) => one.siteId), facts);
  for (const { siteId } of sites) {
    const key = seriesKey(query.series, siteId, device?.deviceKey);
    const before = state.knowledge.mark(siteId, query.series, device?.deviceKey)?.failures ?? 0;
    const row = (state.inARow.get(key) ?? 0) + 1;
    state.inARow.set(key, row);
    if (row + before >= givenUpAfter) state.given.add(key);
  }
}

/** One bad day must not cost the week around it: of what is needed the newest day is asked for by itself. */
async function withoutPoison(
  step: Step,
  state: RunState,
  facts: Parameters<typeof failure>[2],
  resend: (step: Step) => Promise<void>,
): Promise<boolean> {
  const { request: { window, query, sites } } = step;
  if (!window || query.axis?.keeps !== "ranges" || sites.length !== 1 || step.isAlone) return false;
  const days = siteDays(sites[0].timeZone);
  const newest = step.needed.at(-1);
  if (!newest || epochOf(window.end) - epochOf(window.start) <= day) return false;
  const [last] = windowsFor([newest], {
    days,
    width: day,
    from: epochOf(window.start),
    until: epochOf(window.end),
  });
  if (!last || last.end - last.start >= epochOf(window.end) - epochOf(window.start)) return false;
  const failures = state.failures.length;
  await resend({
    ...step,
    request: { ...step.request, window: bounds(last), reason: "failed-before" },
    needed: common([newest], [last]),
    isAlone: true,
  });
  const rest = without(step.needed, [last]);
  if (rest.length > 0) {
    const wasRead = state.failures.length === failures;
    if (wasRead) await recordFailure({ ...step, needed: rest }, state, [sites[0].siteId], facts);
    else await rememberFailed({ ...step, needed: rest }, state, sites[0].siteId);
  }
  return true;
}

/**
 * Asks for what is needed in narrower windows; false where this was the narrowest, or where a page of
 * something in between says nothing about spans.
 */
async function askNarrower(
  error: SourceError,
  step: Step,
  state: RunState,
  resend: (step: Step) => Promise<void>,
): Promise<boolean> {
  const { request } = step;
  const { window, query, sites } = request;
  const words = error.facts.words ?? error.facts.detail;
  if (!window || query.axis?.keeps !== "ranges" || error.kind === "retired") return false;
  if (error.facts.isPage && spanIn(words) === null) return false;
  const refused = epochOf(window.end) - epochOf(window.start);
  const { width, isExplained } = narrower(query.axis, refused, words, {
    isMissing: error.kind === "unavailable",
  });
  if (width === null) return false;
  const rung = rungOf(query.axis, refused);
  const counts = state.refusedWidths.get(query.name) ?? new Map<number, number>();
  state.refusedWidths.set(query.name, counts.set(rung, (counts.get(rung) ?? 0) + 1));
  const windows = windowsFor(step.needed, {
    days: siteDays(sites[0].timeZone),
    width,
    from: epochOf(window.start),
    until: epochOf(window.end),
  });
  const first = step.narrowed?.refused ?? rung;
  for (const one of windows) {
    if (
      state.isOver() ||
      state.given.has(seriesKey(query.series, sites[0].siteId, request.device?.deviceKey))
    ) break;
    const part = within(step, one, one === windows[0]);
    await resend({
      ...part,
      request: { ...part.request, reason: "narrower" },
      narrowed: { refused: first, width, isExplained: isExplained || !!step.narrowed?.isExplained },
    });
  }
  return true;
}

/** The part of a request that lies in a window. */
export function within(step: Step, window: Range, isNewest: boolean): Step {
  return {
    ...step,
    request: { ...step.request, window: bounds(window) },
    needed: common(step.needed, [window]),
    isNewest: step.isNewest && isNewest,
  };
}

/** Where some of the sites have quota left, asks for those alone, and says that it did. */
async function goOnWithoutSpent(
  step: Step,
  state: RunState,
  resend: (step: Step) => Promise<void>,
): Promise<boolean> {
  const { request } = step;
  const alone = (site: SiteFacts): PlannedRequest => ({ ...request, sites: [site] });
  const left = await Promise.all(
    request.sites.map((site) => state.options.source.remaining(alone(site))),
  );
  const able = request.sites.filter((_, i) => left[i].requests > 0);
  if (able.length === 0 || able.length === request.sites.length) return false;
  for (const site of request.sites.filter((one) => !able.includes(one))) state.leave(alone(site));
  await resend({ ...step, request: { ...request, sites: able } });
  return true;
}

/** A request for many sites was refused: one of them may be the reason, so each is asked alone. */
async function oneByOne(step: Step, resend: (step: Step) => Promise<void>): Promise<void> {
  for (const site of step.request.sites) {
    await resend({ ...step, request: { ...step.request, sites: [site], reason: "alone" } });
  }
}

function bounds({ start, end }: { start: number; end: number }) {
  return interval(instantOf(start), instantOf(end));
}

function soonest(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (!a || !b) return a ?? b;
  return earlier(a, b);
}
