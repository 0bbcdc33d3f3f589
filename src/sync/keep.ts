import type { MarkChange } from "../database/database.ts";
import type { Harvest } from "../model/harvest.ts";
import type { Answer, PlannedRequest } from "../source/source.ts";
import type { Step } from "./plan.ts";
import { recordFailure, type RunState } from "./run_state.ts";

/** Saves an answer together with what it says about its series. */
export async function keep(answer: Answer, step: Step, state: RunState): Promise<void> {
  const { request } = step;
  const { query } = request;
  const now = state.options.clock.now();
  const absent = new Map(answer.absent.map((one) => [`${one.siteId} ${one.deviceKey}`, one]));
  const answered = answeredSites(request, answer);
  const isLast = answer.next === undefined;
  const marks = !isLast ? [] : [...answered].map((siteId): MarkChange => {
    const deviceKey = request.device?.deviceKey ?? "";
    const site = request.sites.find((one) => one.siteId === siteId);
    const absence = absent.get(`${siteId} ${deviceKey}`);
    return {
      siteId,
      deviceKey,
      lastSuccess: now,
      ...(step.bringsUpToDate && site ? { lastUpdateLabel: site.lastUpdateLabel } : {}),
      ...newestOf(answer, siteId, deviceKey),
      ...(step.wantedFrom.has(siteId) ? { wantedFrom: step.wantedFrom.get(siteId)! } : {}),
      unavailable: absence ? { since: now, reason: absence.reason } : null,
      error: null,
    };
  });
  const saved = await state.save({
    source: state.options.source.name,
    series: query.series,
    dataType: query.dataType,
    harvest: answer,
    stretches: answer.stretches,
    marks,
    fetchedAt: now,
    keepRevisions: true,
    derive: answer.derive,
  });
  state.counts.inserted += saved.inserted;
  state.counts.changed += saved.changed;
  state.counts.unchanged += saved.unchanged;
  state.options.onEvent({ kind: "saved", request, saved });
  for (const one of saved.rezoned) state.tellRezoned(one);
  for (const note of answer.notes) {
    state.options.onEvent({ kind: "note", ...note });
    if (note.level === "warning") state.notes.add(`site ${note.siteId}: ${note.text}`);
  }
  for (const one of answer.absent) {
    state.unavailable.push({ siteId: one.siteId, dataType: query.dataType, reason: one.reason });
    state.options.onEvent({ kind: "unavailable", request, reason: one.reason });
  }
  if (query.role === "last-update") { for (const siteId of answered) state.reported.add(siteId); }
  for (const site of request.sites.filter((one) => !answered.has(one.siteId))) {
    const message = `the answer for ${request.sites.length} sites left out site ${site.siteId}`;
    await recordFailure(step, state, [site.siteId], { kind: "left-out", endpoint: null, message });
  }
}

/** Sites that an answer speaks of: a request for one site is always answered. */
function answeredSites(request: PlannedRequest, harvest: Harvest): Set<number> {
  if (request.sites.length < 2) return new Set([request.sites.at(0)?.siteId ?? 0]);
  const asked = new Set(request.sites.map((one) => one.siteId));
  const named = [
    ...harvest.stretches.map((one) => one.siteId),
    ...harvest.absent.map((one) => one.siteId),
    ...harvest.rows.flatMap(({ columns, rows }) => {
      const at = columns.indexOf("site_id");
      return rows.map((row) => Number(row[at]));
    }),
  ];
  return new Set(named.filter((siteId) => asked.has(siteId)));
}

function newestOf(
  harvest: Harvest,
  siteId: number,
  deviceKey: string,
): { newestData?: Temporal.Instant } {
  const ends = harvest.stretches.filter((one) =>
    one.siteId === siteId && one.deviceKey === deviceKey && one.state === "covered"
  ).map((one) => one.interval.end);
  return ends.length ? { newestData: ends.sort(Temporal.Instant.compare).at(-1)! } : {};
}
