import type { SiteFacts } from "../model/harvest.ts";
import { seconds } from "../model/interval.ts";
import { SourceError } from "../source/source_error.ts";
import type { PlannedRequest } from "../source/source.ts";
import { keep } from "./keep.ts";
import type { Step } from "./plan.ts";
import { probeWindow } from "./probe.ts";
import { changeMark, failure, recordFailure, type RunState } from "./run_state.ts";

/**
 * Decides what an error means for the run: the end of it, a failure of this piece alone, something that
 * is not there, or a window that was too long.
 */
export async function handle(
  error: SourceError,
  step: Step,
  state: RunState,
  take: (step: Step) => Promise<void>,
): Promise<void> {
  const { request } = step;
  const { query } = request;
  const { endpoint, detail: message, remedy } = error.facts;
  const facts = { kind: error.kind, endpoint, message, remedy };
  const siteIds = request.sites.map((one) => one.siteId);
  switch (error.kind) {
    case "credentials":
      if (error.facts.siteId !== undefined && query.scope !== "account") {
        state.refused.add(error.facts.siteId);
        return await recordFailure(step, state, siteIds, facts);
      }
      state.ended = failure(request, null, facts);
      return;
    case "quota":
      if (!error.facts.byOthers && await goOnWithoutSpent(step, state, take)) return;
      state.leave(request);
      state.quotaMessage = error.facts.detail;
      state.quotaFreesAt = soonest(state.quotaFreesAt, error.facts.retryAt ?? null);
      // Quota of our own count belongs to a bucket: sites with other buckets go on.
      if (error.facts.byOthers || query.scope === "account") state.spentByOthers = true;
      return;
    case "interrupted":
      return state.leave(request);
    case "state":
      state.ended = failure(request, null, facts);
      return;
    case "transport":
    case "body":
      return await recordFailure(step, state, siteIds, facts);
    case "forbidden":
    case "rejected":
    case "unavailable":
    case "retired":
      if (query.scope === "account") {
        state.ended = failure(
          request,
          null,
          error.kind === "forbidden" ? { ...facts, kind: "credentials" } : facts,
        );
        return;
      }
      if (error.kind === "retired" && query.role) {
        state.ended = failure(request, null, facts);
        return;
      }
      if (request.sites.length > 1) return await oneByOne(step, take);
      if (query.role === "last-update" && error.kind === "forbidden") {
        state.refused.add(siteIds[0]);
      }
      if (query.role) return await recordFailure(step, state, siteIds, facts);
      return await learnWhatIsRefused(error, step, state, take);
  }
}

/** Where some of the sites have quota left, asks for those alone, and tells that it did. */
async function goOnWithoutSpent(
  step: Step,
  state: RunState,
  take: (step: Step) => Promise<void>,
): Promise<boolean> {
  const { request } = step;
  const alone = (site: SiteFacts): PlannedRequest => ({ ...request, sites: [site] });
  const left = await Promise.all(
    request.sites.map((site) => state.options.source.remaining(alone(site))),
  );
  const able = request.sites.filter((_, i) => left[i].requests > 0);
  if (able.length === 0 || able.length === request.sites.length) return false;
  for (const site of request.sites.filter((one) => !able.includes(one))) state.leave(alone(site));
  await take({ ...step, request: { ...request, sites: able } });
  return true;
}

/** A request for many sites was refused: one of them may be the reason, so each is asked alone. */
async function oneByOne(step: Step, take: (step: Step) => Promise<void>): Promise<void> {
  for (const site of step.request.sites) {
    await take({ ...step, request: { ...step.request, sites: [site] } });
  }
}

/** Tells a window that is too long from a thing that is not there, by asking once for one day. */
async function learnWhatIsRefused(
  error: SourceError,
  step: Step,
  state: RunState,
  take: (step: Step) => Promise<void>,
): Promise<void> {
  const { request } = step;
  const site = request.sites[0];
  const oneDay = error.kind === "forbidden" || error.kind === "rejected"
    ? probeWindow(request)
    : null;
  if (oneDay) {
    if (state.isOver() || state.limitReached()) return state.leave(request);
    state.started++;
    try {
      const probe = { ...request, window: oneDay, reason: "refused: is the window too long?" };
      const answer = await state.options.source.fetch(probe);
      await keep(answer, { ...step, request: probe, bringsUpToDate: false }, state);
      return await changeMark(step, state, {
        siteId: site.siteId,
        deviceKey: request.device?.deviceKey ?? "",
        spanSeconds: Math.floor(seconds([request.window!]) / 2),
      });
    } catch (second) {
      if (!(second instanceof SourceError)) throw second;
      if (
        second.kind !== "forbidden" && second.kind !== "rejected" && second.kind !== "unavailable"
      ) {
        return await handle(
          second,
          { ...step, request: { ...request, window: oneDay } },
          state,
          take,
        );
      }
    }
  }
  const reason = error.facts.detail;
  state.unavailable.push({ siteId: site.siteId, dataType: request.query.dataType, reason });
  state.options.onEvent({ kind: "unavailable", request, reason });
  await changeMark(step, state, {
    siteId: site.siteId,
    deviceKey: request.device?.deviceKey ?? "",
    unavailable: { since: state.options.clock.now(), reason },
    error: null,
  });
}

function soonest(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (!a || !b) return a ?? b;
  return Temporal.Instant.compare(a, b) <= 0 ? a : b;
}
