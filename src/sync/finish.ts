import { later } from "../model/interval.ts";
import { arrange, harvestSeries, type Knowledge } from "./knowledge.ts";
import { settledNights } from "./nights.ts";
import { chosenSites, plan } from "./plan.ts";
import { historyLeft, type Report } from "./report.ts";
import type { RunState } from "./run_state.ts";
import { needPerDay } from "./spare.ts";
import { tellsUpdates } from "./wishes.ts";

/** Ends a run: what was left, what is still missing, and which sites are complete. */
export async function finish(state: RunState): Promise<Report> {
  const { options, startedAt } = state;
  const { wanted, source, database, clock } = options;
  const known = await database.known();
  const knowledge = arrange(known);
  const chosen = chosenSites(knowledge, source.queries, wanted);
  for (const siteId of wanted.siteIds ?? []) {
    if (!known.sites.some((one) => one.siteId === siteId) && !state.ended) {
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
  }
  if (chosen.length > 0 && chosen.every((one) => state.refused.has(one.siteId))) {
    state.ended ??= { ...state.failures.find((one) => one.siteId !== null)!, kind: "credentials" };
  }
  if (!options.signal.aborted) await writeDownNights(state, knowledge);
  if (state.isOver() && !state.ended) {
    const unsent = plan(known, source, wanted, startedAt, state).steps
      .filter((step) => step.request.necessity === "due");
    for (const step of unsent) state.leave(step.request);
  }
  const rest = plan(known, source, wanted, startedAt, { ...state, attempted: new Set() });
  const finishedAt = clock.now();
  if (options.wholeHarvest) await markComplete(state, chosen.map((one) => one.siteId), finishedAt);
  return {
    startedAt,
    finishedAt,
    sites: chosen.map((one) => one.siteId),
    requests: options.requestsSent(),
    ...state.counts,
    failures: state.failures,
    unavailable: state.unavailable,
    // What a plan could not decide on the way may have been told since.
    notes: [...new Set([...state.notes, ...rest.notes])],
    leftDue: state.leftDue.length,
    quotaFreesAt: state.quotaFreesAt,
    quotaMessage: state.quotaMessage,
    history: historyLeft(rest, source.quota, {
      depth: wanted.depth,
      needPerDay: needPerDay(known, source.queries, wanted),
      today: finishedAt.toZonedDateTimeISO("UTC").toPlainDate(),
    }),
    ended: state.ended,
    interrupted: options.signal.aborted,
  };
}

/**
 * Remembers the nights of devices that sleep as covered, so that a year of days is one stretch and not a
 * thousand, and what was silent then is never looked at again.
 */
async function writeDownNights(state: RunState, knowledge: Knowledge): Promise<void> {
  const { source } = state.options;
  for (const query of source.queries.filter((one) => one.scope === "site" && one.axis?.sleeps)) {
    for (const site of knowledge.sites) {
      const nights = settledNights(knowledge.coverage(site.siteId, query.series, ""), site);
      if (nights.length === 0) continue;
      await state.save({
        source: source.name,
        series: query.series,
        dataType: query.dataType,
        harvest: { rows: [] },
        stretches: nights.map(({ interval }) => ({
          siteId: site.siteId,
          deviceKey: "",
          interval,
          state: "covered",
        })),
        marks: [],
        fetchedAt: nights.map((one) => one.askedAt).reduce(later),
      });
    }
  }
}

/** Remembers for each site that its harvest holds all that the server had. */
async function markComplete(
  state: RunState,
  siteIds: readonly number[],
  at: Temporal.Instant,
): Promise<void> {
  if (state.ended || state.leftDue.includes(0)) return;
  const incomplete = new Set([
    ...state.leftDue,
    ...state.failures.map((one) => one.siteId),
    ...state.refused,
  ]);
  const tells = tellsUpdates(state.options.source.queries);
  const complete = siteIds.filter((siteId) =>
    !incomplete.has(siteId) && (!tells || state.reported.has(siteId))
  );
  if (complete.length === 0) return;
  await state.save({
    source: state.options.source.name,
    series: harvestSeries,
    dataType: "sites",
    harvest: { rows: [] },
    stretches: [],
    marks: complete.map((siteId) => ({ siteId, deviceKey: "", lastSuccess: at })),
    fetchedAt: at,
  });
}
