import { common, epochOf, lengthOf, type Range, unionOf, without } from "../model/coverage.ts";
import { arrange, coveredOf, type Knowledge } from "./knowledge.ts";
import { learnWidth, saveWindowMark } from "./learn.ts";
import { litPartOf } from "./missing.ts";
import { within } from "./on_refusal.ts";
import type { Step } from "./plan.ts";
import { seriesKey } from "./progress.ts";
import type { RunState } from "./run_state.ts";
import { isFine } from "./series_facts.ts";
import { siteDays } from "./site_days.ts";
import { narrower, rungOf, windowsFor } from "./windows.ts";

/**
 * A server need not refuse a window that is too wide for it: it may answer with nothing, or with a part of the time.
 * That looks like a series that is silent while the site reports, and asking for one of the silent days alone tells
 * which it is.
 */

/** So much daylight is never without a value while the site reports. */
const someHours = 2 * 3600;
/** Where a silent day was silent by itself, nobody asks again on that day. */
const asksAgainAfter = 20 * 3600;

/**
 * After an answer was saved: where a part of what was needed is silent although other series of the site have values
 * then, one narrower window is asked for. If it has values, the width was too much: it is remembered like one that was
 * refused with its reason, and the rest is asked for in narrower windows too.
 */
export async function askSilentAlone(
  step: Step,
  state: RunState,
  resend: (step: Step) => Promise<void>,
): Promise<void> {
  const { request: { query, window, sites: [site, ...others], device } } = step;
  const { axis } = query;
  if (!window || !site || others.length > 0 || !axis || !isFine(query)) return;
  const asked = epochOf(window.end) - epochOf(window.start);
  const { width } = narrower(axis, asked, "");
  if (width === null || wasAskedLately(step, state)) return;
  const days = siteDays(site.timeZone);
  const daylight = state.knowledge.daylight(site.siteId);
  const lit = (ranges: readonly Range[]) =>
    lengthOf(ranges.flatMap((one) => litPartOf(one, daylight, days)));
  if (lit(step.needed) < someHours) return;

  const known = await knownNow(site.siteId, state);
  const silent = common(
    without(step.needed, coveredOf(known, site.siteId, query.series)),
    coveredByOthers(known, site.siteId, step, state),
  );
  const cutting = { days, width, from: epochOf(window.start), until: epochOf(window.end) };
  const windows = windowsFor(silent, cutting);
  const chosen = windows.find((one) => lit(common(silent, [one])) >= someHours);
  if (!chosen || state.isOver()) return;

  const part = (one: Range): Step => {
    const { request, ...rest } = within(step, one, false);
    return { ...rest, request: { ...request, reason: "narrower" } };
  };
  const key = seriesKey(query.series, site.siteId, device?.deviceKey);
  const isGiven = state.given.delete(key);
  const alone = part(chosen);
  await resend(alone);
  const after = await knownNow(site.siteId, state);
  if (common(coveredOf(after, site.siteId, query.series), common(silent, [chosen])).length === 0) {
    // That it is not there was said by the first answer already.
    state.forgetDenials(({ request }) => request.window === alone.request.window);
    if (isGiven) state.given.add(key);
    state.silentAlone.add(query.name);
    return await saveWindowMark(step, state, {
      doubt: { at: state.options.clock.now(), days: 1 },
    });
  }
  state.forgetDenials((one) => one === step);
  const narrowed = { refused: rungOf(axis, asked), width, isExplained: true };
  await learnWidth({ ...alone, narrowed }, state);
  for (const one of windows) {
    if (one !== chosen && !state.isOver()) await resend({ ...part(one), narrowed });
  }
}

function wasAskedLately({ request: { query } }: Step, state: RunState): boolean {
  const at = state.learned(query)?.doubtedAt;
  const since = at ? epochOf(state.options.clock.now()) - epochOf(at) : Infinity;
  return state.silentAlone.has(query.name) || (0 <= since && since < asksAgainAfter);
}

/** What is known of a site by now, this run's answers included. */
async function knownNow(siteId: number, state: RunState): Promise<Knowledge> {
  const { database, clock } = state.options;
  return arrange(await database.known([siteId]), epochOf(clock.now()));
}

/** Time of which other series of the site have values. */
function coveredByOthers(
  known: Knowledge,
  siteId: number,
  { request: { query } }: Step,
  { options }: RunState,
): Range[] {
  return unionOf(
    options.source.queries
      .filter((one) => one.series !== query.series && one.axis?.keeps === "ranges")
      .flatMap((one) => coveredOf(known, siteId, one.series)),
  );
}
