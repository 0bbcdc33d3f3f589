import type { AskedRange, Delivery, MarkChange, Saved } from "../database/database.ts";
import { epochOf, instantOf, lengthOf, uploadsTake } from "../model/coverage.ts";
import type { Absence, Harvest } from "../model/harvest.ts";
import type { Answer, PlannedRequest, Query } from "../source/source.ts";
import { askedRanges, newestOf } from "./asked_ranges.ts";
import { doubtsAfter, hasDelivered } from "./belief.ts";
import { litPartOf } from "./missing.ts";
import { daysUntilGone, type Step } from "./plan.ts";
import { learnShares, learnWidth } from "./learn.ts";
import { seriesKey } from "./progress.ts";
import { isFine } from "./series_facts.ts";
import { siteDays } from "./site_days.ts";
import { saveWithFollowers } from "./save_followers.ts";
import { aboutSite, type RunState } from "./run_state.ts";
import { failure, recordFailure, saveMark } from "./save_mark.ts";

/** So much daylight is never without a value while the site reports. */
const someHours = 2 * 3600;

/** Saves an answer together with what it says about its series, in one transaction. */
export async function saveAnswer(answer: Answer, step: Step, state: RunState): Promise<void> {
  const { request } = step;
  const { query } = request;
  const { clock, source } = state.options;
  const now = clock.now();
  const absences = answer.absent.filter((one) => !one.isUnlisted || isMissed(one, step, state));
  const deviceKey = request.device?.deviceKey ?? "";
  const absent = new Set(
    absences.filter((one) => one.deviceKey === deviceKey).map((one) => one.siteId),
  );
  const answered = answeredSites(request, answer);
  const asked = askedRanges(answer, step, state, now);
  const hasAny = hasContent(answer);
  for (const { siteId, text, level } of answer.notes) {
    if (level !== "loss") continue;
    const [only] = answered;
    const owner = answered.has(siteId) || answered.size > 1 ? siteId : only!;
    state.lose(query, owner, deviceKey, text);
  }
  const present = [...answered].filter((siteId) => !absent.has(siteId));
  const marks = answer.next === undefined
    ? present.map((siteId) => markOf(siteId, asked, hasAny, step, state, now))
    : [];
  const delivery: Delivery = {
    source: source.name,
    series: query.series,
    dataType: query.dataType,
    harvest: answer,
    ranges: asked.filter((one) => !absent.has(one.siteId)),
    marks,
    fetchedAt: now,
    keepRevisions: true,
    spent: state.spentBy(step),
    derive: answer.derive,
    ...(query.role === "totals" ? { totalsOf: partsOfDays(state) } : {}),
  };
  const saved = await saveWithFollowers(delivery, step, state);
  noteSaved(saved, answer, request, state);
  for (const siteId of answered) {
    state.inARow.delete(seriesKey(query.series, siteId, deviceKey));
  }
  for (const siteId of hasAny ? present : []) {
    const delivered = state.deliveredBy.get(siteId) ?? new Set();
    state.deliveredBy.set(siteId, delivered.add(query.series));
  }
  for (const one of absences) {
    state.given.add(seriesKey(query.series, one.siteId, one.deviceKey));
    state.denied.push({
      step,
      siteId: one.siteId,
      deviceKey: one.deviceKey,
      isEmpty: true,
      reason: one.reason,
      endpoint: null,
      ranges: asked.filter((range) => range.siteId === one.siteId),
    });
  }
  if (query.role === "site-list") {
    for (const siteId of listedIn(answer)) state.listed.add(siteId);
    if (answer.next === undefined) await markUnlistedSites(step, state);
  }
  await learnWidth(step, state);
  await learnShares(answer, step, state);
  for (const site of request.sites.filter((one) => !answered.has(one.siteId))) {
    const message = `the answer for ${request.sites.length} sites left out site ${site.siteId}`;
    await recordFailure(step, state, [site.siteId], { kind: "left-out", endpoint: null, message });
  }
}

/** Counts what was saved, and hands on what the answer and the database say of it. */
function noteSaved(saved: Saved, answer: Answer, request: PlannedRequest, state: RunState): void {
  state.counts.inserted += saved.inserted;
  state.counts.changed += saved.changed;
  state.counts.unchanged += saved.unchanged;
  state.count(request, saved.inserted + saved.changed > 0);
  state.options.onEvent({ kind: "saved", request, saved });
  for (const one of saved.rezoned) state.reportRezoned(one);
  for (const note of answer.notes) {
    const { siteId, text } = note;
    const level = note.level === "loss" ? "warning" : note.level;
    state.options.onEvent({ kind: "note", siteId, level, text });
    if (note.level === "warning") state.notes.add(aboutSite(siteId, text));
  }
}

/** What is known of a series of a site from now on, after the last page of an answer. */
function markOf(
  siteId: number,
  asked: readonly AskedRange[],
  hasAny: boolean,
  { request, isNewest, wantedFrom }: Step,
  state: RunState,
  now: Temporal.Instant,
): MarkChange {
  const { query, sites, window } = request;
  const deviceKey = request.device?.deviceKey ?? "";
  const site = sites.find((one) => one.siteId === siteId);
  const newest = newestOf(asked, siteId);
  const lost = state.lostOf(query, siteId, deviceKey);
  const until = window && isNewest
    ? Math.min(epochOf(window.end), epochOf(now) - uploadsTake)
    : null;
  return {
    siteId,
    deviceKey,
    lastSuccess: now,
    ...(isNewest && site ? { lastUpdateLabel: site.lastUpdateLabel } : {}),
    ...(newest === null ? {} : { newestData: instantOf(newest) }),
    ...(until === null ? {} : { askedUntil: instantOf(until) }),
    ...(hasAny ? { delivered: now, doubt: null } : {}),
    ...(wantedFrom.has(siteId) ? { wantedFrom: wantedFrom.get(siteId)! } : {}),
    unavailable: null,
    error: null,
    ...(lost === null ? {} : { lost }),
  };
}

/**
 * Whether values of a series were to be expected where the answer lists none: the newest range, over some hours
 * of daylight, of a series that has delivered.
 */
function isMissed(
  { siteId, deviceKey }: Absence,
  { request: { query, window, sites }, isNewest }: Step,
  { knowledge, options }: RunState,
): boolean {
  if (!window || !isNewest || query.axis?.keeps !== "ranges") return false;
  if (!hasDelivered(knowledge.mark(siteId, query.series, deviceKey))) return false;
  const days = siteDays(sites.find((one) => one.siteId === siteId)!.timeZone);
  const until = Math.min(
    epochOf(window.end),
    epochOf(options.clock.now()),
    knowledge.reported(siteId) ?? -Infinity,
  );
  const range = { start: epochOf(window.start), end: until };
  return lengthOf(litPartOf(range, knowledge.daylight(siteId), days)) >= someHours;
}

function listedIn(answer: Harvest): number[] {
  return answer.rows.filter((one) => one.table === "sites")
    .flatMap(({ columns, rows }) => rows.map((row) => Number(row[columns.indexOf("site_id")])));
}

/** Sites that are known and that the list lacks are gone when it has lacked them on three days. */
async function markUnlistedSites(step: Step, state: RunState): Promise<void> {
  const { query } = step.request;
  const at = state.options.clock.now();
  for (const { siteId } of state.knowledge.sites) {
    const mark = state.knowledge.mark(siteId, query.series);
    if (state.listed.has(siteId)) {
      if (mark?.doubts) {
        await saveMark(step, state, { siteId, deviceKey: "", doubt: null, error: null });
      }
      continue;
    }
    if ((mark?.doubts ?? 0) >= daysUntilGone) continue;
    const days = query.isCertain ? daysUntilGone : doubtsAfter(mark, epochOf(at));
    await saveMark(step, state, { siteId, deviceKey: "", doubt: { at, days } });
    if (days >= daysUntilGone) continue;
    const message = `the list of sites has lost site ${siteId}, which is harvested all the same`;
    state.fail(failure(step.request, siteId, { kind: "lost-site", endpoint: null, message }));
  }
}

/**
 * The series whose ranges are parts of days: quarter-hours and samples, and what meters and batteries counted in each
 * day. An overview of a day, which nothing but a named range is asked for, is none.
 */
function partsOfDays({ options }: RunState): string[] {
  return options.source.queries
    .filter((one) => isFine(one) || (isOfDays(one) && one.leastDays !== null))
    .map((one) => one.series);
}

const isOfDays = ({ role, axis }: Query) =>
  role !== "totals" && axis?.keeps === "ranges" && axis.bucket === "day";

/** Whether an answer holds anything: rows of readings with a value, or attributes at all. */
function hasContent(answer: Harvest): boolean {
  return answer.ranges.some((one) => one.state === "covered") ||
    (answer.ranges.length === 0 && answer.rows.some((one) => one.rows.length > 0));
}

/** Sites that an answer speaks of: a request for one site is always answered. */
function answeredSites(request: PlannedRequest, harvest: Harvest): Set<number> {
  if (request.sites.length < 2) return new Set([request.sites.at(0)?.siteId ?? 0]);
  const asked = new Set(request.sites.map((one) => one.siteId));
  const named = [
    ...harvest.ranges.map((one) => one.siteId),
    ...harvest.absent.map((one) => one.siteId),
    ...harvest.rows.flatMap(({ columns, rows }) => {
      const at = columns.indexOf("site_id");
      return rows.map((row) => Number(row[at]));
    }),
  ];
  return new Set(named.filter((siteId) => asked.has(siteId)));
}
