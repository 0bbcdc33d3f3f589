import { common, epochOf, lengthOf, type Range, unionOf, without } from "../model/coverage.ts";
import type { Answer } from "../source/source.ts";
import { hasDelivered } from "./belief.ts";
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
 * That looks like a series that is silent while the site reports, and asking for some of the silent hours alone tells
 * which it is.
 */

/** So much daylight is never without a value while the site reports. */
const someHours = 2 * 3600;
/** Where silence was silence, nobody asks again on that day; then after two, four, and so on. */
const asksAgainAfter = 20 * 3600;
const longestPause = 30 * 86_400;

/**
 * After an answer was saved: where a part of what was needed is silent although other series of the site have values
 * then, some hours of it are asked for in the narrowest window. If they have values, the width was too much: it is
 * remembered like one that was refused with its reason, and what is silent is asked for one rung lower.
 */
export async function askSilentAlone(
  answer: Pick<Answer, "absent">,
  step: Step,
  state: RunState,
  resend: (step: Step) => Promise<void>,
): Promise<void> {
  const { request: { query, window, sites: [site, ...others], device } } = step;
  const { axis } = query;
  if (!window || !site || others.length > 0 || !axis?.ladder || !isFine(query)) return;
  const asked = epochOf(window.end) - epochOf(window.start);
  const { width } = narrower(axis, asked, "");
  if (width === null || wasAskedLately(step, state)) return;
  const mark = state.knowledge.mark(site.siteId, query.series, device?.deviceKey);
  // Who has no battery is not silent.
  if (!hasDelivered(mark) && answer.absent.some((one) => !one.isUnlisted)) return;
  const days = siteDays(site.timeZone);
  const daylight = state.knowledge.daylight(site.siteId);
  const lit = (ranges: readonly Range[]) =>
    lengthOf(ranges.flatMap((one) => litPartOf(one, daylight, days)));
  if (lit(step.needed) < someHours) return;

  const known = await knownNow(site.siteId, state);
  const had = coveredOf(known, site.siteId, query.series);
  const silent = common(
    without(step.needed, had),
    coveredByOthers(known, site.siteId, step, state),
  );
  const bounds = { days, from: epochOf(window.start), until: epochOf(window.end) };
  const narrowest = windowsFor(silent, { ...bounds, width: axis.ladder.at(-1)! * 3600 });
  const chosen = narrowest.find((one) => lit(common(silent, [one])) >= someHours);
  if (!chosen || state.isOver()) return;

  const part = (one: Range): Step => {
    const { request, ...rest } = within(step, one, false);
    return { ...rest, request: { ...request, reason: "narrower" } };
  };
  const key = seriesKey(query.series, site.siteId, device?.deviceKey);
  const isGiven = state.given.delete(key);
  const alone = part(chosen);
  await resend(alone);
  const has = coveredOf(await knownNow(site.siteId, state), site.siteId, query.series);
  if (common(has, common(silent, [chosen])).length === 0) {
    // That it is not there was said by the first answer already.
    state.forgetDenials(({ request }) => request.window === alone.request.window);
    if (isGiven) state.given.add(key);
    state.silentAlone.add(query.name);
    const times = state.learned(query)?.doubts ?? 0;
    return await saveWindowMark(step, state, {
      doubt: { at: state.options.clock.now(), days: times + 1 },
    });
  }
  state.forgetDenials((one) => one === step);
  const narrowed = { refused: rungOf(axis, asked), width, isExplained: true };
  await learnWidth({ ...alone, narrowed }, state);
  if (state.learned(query)?.doubts) await saveWindowMark(step, state, { doubt: null });
  for (const one of windowsFor(without(silent, has), { ...bounds, width })) {
    if (!state.isOver()) await resend({ ...part(one), narrowed });
  }
}

function wasAskedLately({ request: { query } }: Step, state: RunState): boolean {
  if (state.silentAlone.has(query.name)) return true;
  const mark = state.learned(query);
  if (!mark?.doubtedAt) return false;
  const since = epochOf(state.options.clock.now()) - epochOf(mark.doubtedAt);
  const pause = Math.min(asksAgainAfter * 2 ** Math.max(0, mark.doubts - 1), longestPause);
  return 0 <= since && since < pause;
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
