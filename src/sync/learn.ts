import type { MarkChange } from "../database/database.ts";
import { epochOf } from "../model/coverage.ts";
import { compareInstants } from "../model/interval.ts";
import type { Answer } from "../source/source.ts";
import { renewed, sharesSeries } from "./knowledge.ts";
import type { Step } from "./plan.ts";
import { type RunState, windowSeries } from "./run_state.ts";
import { narrower } from "./windows.ts";

/** Sites that are read anew at once. */
const sitesAtOnce = 50;

/**
 * Reads anew what is known of some sites, few at once: what was known of these goes before the next are read. The
 * rule of the stage goes first, for it holds on to all of it; the next plan makes a new one.
 */
export async function learnAnew(
  siteIds: readonly number[],
  at: Temporal.Instant,
  state: RunState,
): Promise<void> {
  state.forgetPace();
  const named = [...new Set(siteIds)];
  for (let i = 0; i === 0 || i < named.length; i += sitesAtOnce) {
    const some = named.slice(i, i + sitesAtOnce);
    const fresh = await state.options.database.known(some);
    state.knowledge = renewed(state.knowledge, fresh, [0, ...some], epochOf(at));
  }
}

/**
 * What the width of an accepted request teaches: after a refusal, that so much is allowed. Without a reason in
 * the refusal it is kept for the day only, unless the same width was refused before.
 */
export async function learnWidth(step: Step, state: RunState): Promise<void> {
  const { query, window } = step.request;
  if (!window || query.axis?.keeps !== "ranges" || query.axis.ladder === null) return;
  const width = epochOf(window.end) - epochOf(window.start);
  const learned = state.learned(query);
  const { narrowed } = step;
  if (narrowed) {
    const refused = state.refusedWidths.get(query.name)?.get(narrowed.refused) ?? 0;
    // What was known for sure and is refused once more needs no second day.
    const isConfirmed = learned?.spanSeconds === narrowed.width &&
      learned.spanDoubtSeconds === null;
    const isSure = narrowed.isExplained || refused > 1 || isConfirmed ||
      learned?.spanDoubtSeconds === narrowed.refused;
    const known = state.widths.get(query.name) ?? Infinity;
    state.widths.set(query.name, Math.min(known, narrowed.width));
    state.narrowed.set(query.name, narrowed);
    // A part of a day that has just begun would have been accepted anyway.
    const below = narrower(query.axis, narrowed.width, "").width ?? 0;
    const isLearned = learned?.spanSeconds === narrowed.width && learned.spanAt !== null &&
      compareInstants(learned.spanAt, state.startedAt) >= 0;
    const saysNothing = width <= below && !narrowed.isExplained;
    if (isLearned || narrowed.width > known || saysNothing) return;
    await saveWindowMark(step, state, {
      spanSeconds: narrowed.width,
      spanDoubtSeconds: isSure ? null : narrowed.refused,
      spanAt: state.options.clock.now(),
    });
  } else if (learned?.spanSeconds != null && width > learned.spanSeconds) {
    await saveWindowMark(step, state, { spanSeconds: null, spanDoubtSeconds: null, spanAt: null });
  }
}

/** Remembers of a site whether its shares come as fractions, so that an answer that shows neither is read alike. */
export async function learnShares(
  { shareFactor }: Answer,
  { request: { query, sites } }: Step,
  state: RunState,
): Promise<void> {
  const [site] = sites;
  if (shareFactor === undefined || !site || site.shareFactor === shareFactor) return;
  const { source, clock } = state.options;
  await state.save({
    source: source.name,
    series: sharesSeries,
    dataType: query.dataType,
    harvest: { rows: [] },
    ranges: [],
    marks: [{
      siteId: site.siteId,
      deviceKey: "",
      spanSeconds: shareFactor,
      spanDoubtSeconds: null,
      spanAt: clock.now(),
    }],
    fetchedAt: clock.now(),
  });
}

/** Remembers something of how wide a request of this query may be, for all sites. */
export async function saveWindowMark(
  { request: { query } }: Step,
  state: RunState,
  mark: Omit<MarkChange, "siteId" | "deviceKey">,
): Promise<void> {
  const { source, clock } = state.options;
  await state.save({
    source: source.name,
    series: windowSeries(source, query),
    dataType: query.dataType,
    harvest: { rows: [] },
    ranges: [],
    marks: [{ siteId: 0, deviceKey: "", ...mark }],
    fetchedAt: clock.now(),
  });
}
