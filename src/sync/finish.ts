import type { AskedRange } from "../database/database.ts";
import { common, epochOf, instantOf } from "../model/coverage.ts";
import type { DataType } from "../model/data_type.ts";
import { compareInstants } from "../model/interval.ts";
import type { PlannedRequest } from "../source/source.ts";
import { harvestSeries } from "./knowledge.ts";
import { learnAnew } from "./learn.ts";
import { doubtsAfter, verdictOn } from "./belief.ts";
import { settledDark } from "./missing.ts";
import { chosenSites, daysUntilGone } from "./plan.ts";
import { attemptKeys, nothingDone, seriesKey } from "./progress.ts";
import { historyLeft, type Report } from "./report.ts";
import { planNow } from "./plan_now.ts";
import type { Denied, RunState } from "./run_state.ts";
import { failure, saveMark } from "./save_mark.ts";
import { seriesFacts } from "./series_facts.ts";

/** Ends a run: what was left, what is still missing, and which sites are complete. */
export async function finish(state: RunState): Promise<Report> {
  const { options } = state;
  const { wanted, source, clock } = options;
  const chosen = chosenSites(state.knowledge, source.queries, wanted);
  for (const siteId of wanted.siteIds ?? []) {
    if (state.knowledge.site(siteId) || state.ended || state.unreachable) continue;
    const message = `site ${siteId} is not among the sites of these credentials`;
    state.failures.push({
      siteId,
      dataType: "sites",
      device: null,
      kind: "unknown-site",
      endpoint: null,
      message,
    });
  }
  if (chosen.length > 0 && chosen.every((one) => state.refused.has(one.siteId))) {
    state.ended ??= { ...state.failures.find((one) => one.siteId !== null)!, kind: "credentials" };
  }
  for (const one of state.denied) await decideOnDenial(one, state);
  // What was found not to be there is needed less often: the day of the history follows from that.
  if (state.denied.length > 0) {
    await learnAnew(state.denied.map((one) => one.siteId), options.clock.now(), state);
  }
  if (!options.signal.aborted) await writeDownDark(state);
  // The plan as the next run will make it: what is left of the history, and of what was due.
  const rest = planNow(state, { ...nothingDone, refused: state.refused, widths: state.widths });
  if (state.isOver() && !state.ended) {
    for (const { request } of rest.steps) {
      if (request.necessity === "due" && isLeft(request, state)) state.leave(request);
    }
  }
  const finishedAt = clock.now();
  if (options.wholeHarvest) await markComplete(state, chosen.map((one) => one.siteId), finishedAt);
  return {
    startedAt: state.startedAt,
    finishedAt,
    sites: chosen.map((one) => one.siteId),
    requests: options.requestsSent(),
    ...state.counts,
    failures: state.failures,
    waiting: waitingIn(state, chosen.map((one) => one.siteId)),
    unavailable: state.unavailable,
    notes: [...state.notes],
    losses: [...state.losses],
    reasons: [...state.reasons].map(([reason, counts]) => ({ reason, ...counts })),
    leftDue: state.leftDue.length,
    quotaFreesAt: state.quotaFreesAt,
    quotaMessage: state.quotaMessage,
    history: historyLeft(rest, state.pace, {
      quota: source.quota,
      now: epochOf(finishedAt),
      cadence: state.cadence,
    }),
    rationed: state.pace.rationed,
    ended: state.ended,
    unreachable: state.unreachable,
    interrupted: options.signal.aborted,
  };
}

/** Kinds of data of these sites, and the list of sites, that failed before this run and were not asked for in it. */
function waitingIn(
  { knowledge, startedAt, options }: RunState,
  siteIds: readonly number[],
): DataType[] {
  const { wanted } = options;
  const marks = [0, ...siteIds].flatMap((siteId) => knowledge.marks(siteId));
  const waiting = marks.filter((one) =>
    one.failures > 0 && one.lastErrorAt !== null && wanted.dataTypes.has(one.dataType) &&
    compareInstants(one.lastErrorAt, startedAt) < 0
  );
  return [...new Set(waiting.map((one) => one.dataType))];
}

/** Whether a run that was broken off has not come to a request. */
function isLeft(request: PlannedRequest, { attempted, given }: RunState): boolean {
  const { query, sites, device } = request;
  if (attemptKeys(request).every((key) => attempted.has(key))) return false;
  return sites.length === 0 ||
    sites.some(({ siteId }) => !given.has(seriesKey(query.series, siteId, device?.deviceKey)));
}

/** What a denial means, now that it is known what else of the site was delivered. */
async function decideOnDenial(one: Denied, state: RunState): Promise<void> {
  const { knowledge } = state;
  const { step, siteId, deviceKey, isEmpty, reason, endpoint } = one;
  const { query, window } = step.request;
  const now = epochOf(state.options.clock.now());
  const mark = knowledge.mark(siteId, query.series, deviceKey);
  const othersDeliver =
    [...state.deliveredBy.get(siteId) ?? []].some((series) => series !== query.series) &&
    (!isEmpty || !window || othersHave(one, state));
  const verdict = verdictOn({ mark, isEmpty, othersDeliver, now });
  const at = state.options.clock.now();
  const reported = knowledge.reported(siteId);
  switch (verdict) {
    case "ignored":
      return await saveMark(
        step,
        state,
        { siteId, deviceKey, lastSuccess: at, error: null },
        one.ranges,
      );
    case "failure": {
      const facts = {
        kind: "denied",
        endpoint,
        message: `was there before, and now: ${reason}`,
      } as const;
      state.fail(failure(step.request, siteId, facts));
      return await saveMark(step, state, {
        siteId,
        deviceKey,
        doubt: { at, days: doubtsAfter(mark, now) },
        error: { at, text: facts.message },
      });
    }
    case "doubted":
      return await saveMark(step, state, {
        siteId,
        deviceKey,
        doubt: { at, days: doubtsAfter(mark, now) },
      });
    case "believed": {
      state.unavailable.push({ siteId, dataType: query.dataType, reason });
      state.options.onEvent({ kind: "unavailable", request: step.request, reason });
      return await saveMark(step, state, {
        siteId,
        deviceKey,
        unavailable: { since: at, reason },
        ...(reported === null ? {} : { askedUntil: instantOf(reported) }),
        error: null,
        doubt: null,
      });
    }
  }
}

/** Whether another series of the site has values in the time that was asked for. */
function othersHave({ step, siteId }: Denied, { knowledge, options }: RunState): boolean {
  const { window, query } = step.request;
  const asked = [{ start: epochOf(window!.start), end: epochOf(window!.end) }];
  return options.source.queries.some((other) => {
    if (other.series === query.series || other.axis?.keeps !== "ranges") return false;
    for (const ranges of knowledge.coverage(siteId, other.series).values()) {
      if (common(asked, ranges.filter((one) => one.state === "covered")).length > 0) return true;
    }
    return false;
  });
}

/**
 * Remembers dark time of what sleeps as fetched, so that a year of nights is one range and not hundreds, and
 * is never looked at again.
 */
export async function writeDownDark(state: RunState): Promise<void> {
  const { source, wanted } = state.options;
  const { knowledge } = state;
  const now = epochOf(state.startedAt);
  const context = { knowledge, queries: source.queries, wanted, now };
  for (const query of source.queries.filter((one) => one.axis?.sleeps)) {
    for (const site of knowledge.sites) {
      const ranges: (AskedRange & { fetchedAt: number })[] = [];
      const devices = query.scope === "device" ? knowledge.devices(site.siteId) : [undefined];
      for (const device of devices) {
        const facts = seriesFacts(query, site, device, context);
        if (!facts) continue;
        for (const { deviceKey, range } of settledDark(facts)) {
          ranges.push({ ...range, siteId: site.siteId, deviceKey });
        }
      }
      if (ranges.length === 0) continue;
      await state.save({
        source: source.name,
        series: query.series,
        dataType: query.dataType,
        harvest: { rows: [] },
        ranges,
        marks: [],
        fetchedAt: state.options.clock.now(),
      });
    }
  }
}

/**
 * Remembers for each site that its harvest holds all that the server had: everything due was asked and
 * answered, all of it was stored, and nothing of it is doubted.
 */
async function markComplete(
  state: RunState,
  siteIds: readonly number[],
  at: Temporal.Instant,
): Promise<void> {
  if (
    state.ended || state.unreachable || state.leftDue.includes(0) || state.options.signal.aborted
  ) return;
  const { knowledge, options: { source } } = state;
  const list = source.queries.find((one) => one.role === "site-list");
  const incomplete = new Set<number | null>([
    ...state.leftDue,
    ...state.failures.map((one) => one.siteId),
    ...state.refused,
  ]);
  // What another source once failed at is asked of this one no more.
  const asked = new Set(source.queries.map((one) => one.series));
  const isKnown = (siteId: number) => {
    const site = knowledge.site(siteId)!;
    const lost = list ? knowledge.mark(siteId, list.series)?.doubts ?? 0 : 0;
    return knowledge.reported(siteId) !== null && site.timeZone !== null &&
      (lost === 0 || lost >= daysUntilGone) &&
      !knowledge.marks(siteId).filter((one) => asked.has(one.series))
        .some((one) => one.failures > 0 || one.lastError !== null);
  };
  const complete = siteIds.filter((siteId) =>
    !incomplete.has(siteId) && !incomplete.has(null) && isKnown(siteId)
  );
  if (complete.length === 0) return;
  await state.save({
    source: source.name,
    series: harvestSeries,
    dataType: "sites",
    harvest: { rows: [] },
    ranges: [],
    marks: complete.map((siteId) => ({ siteId, deviceKey: "", lastSuccess: at })),
    fetchedAt: at,
  });
}
