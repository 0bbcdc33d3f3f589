import type { Database } from "../database/database.ts";
import { epochOf } from "../model/coverage.ts";
import type { Known } from "../model/harvest.ts";
import { compareInstants } from "../model/interval.ts";
import type { Source } from "../source/source.ts";
import { arrange, type Daylight } from "../sync/knowledge.ts";
import { cadenceOf } from "../sync/pacing.ts";
import { plan } from "../sync/plan.ts";
import { readDaylight } from "../sync/daylight.ts";
import { monthsLeft, rulesFor } from "../sync/rules.ts";
import type { Wanted } from "../sync/wanted.ts";
import { timeText } from "./terminal/human.ts";

const minute = 60;
const quarterHour = 900;

/** A day and its clock change; what is not due by then is not worth naming. */
const farthest = 26 * 3600;

/** For more sites than this a look ahead would take longer than the sync. */
const mostSites = 5;

/**
 * The first minute at which a sync would ask for something, if nothing is asked until then; null: none within a
 * day, or there are too many sites to look at. Sends nothing.
 */
async function nextData(
  known: Known,
  source: Source,
  wanted: Wanted,
  daylight: ReadonlyMap<number, Daylight>,
  now: Temporal.Instant,
): Promise<Temporal.Instant | null> {
  if (known.sites.length > mostSites) return null;
  const left = await monthsLeft(source, known.sites);
  const lastRun = Math.max(
    ...known.marks.flatMap((one) => one.lastSuccess ? [epochOf(one.lastSuccess)] : []),
  );
  const nothing = { attempted: new Set<string>(), refused: new Set<number>() };
  const progress = {
    ...nothing,
    given: new Set<string>(),
    compared: new Set<string>(),
    widths: new Map<string, number>(),
  };
  const asksAt = (at: number): boolean => {
    const rules = rulesFor({
      knowledge: arrange(known, at, daylight),
      source,
      wanted,
      now: at,
      left,
      cadence: cadenceOf(Number.isFinite(lastRun) ? lastRun : null, at),
      widths: new Map(),
    });
    return plan({ ...rules, progress, atOnce: 1 }).steps.some(({ request, purpose }) =>
      purpose === "due" ||
      request.sites.some((site) =>
        rules.pace.sharesOf(request.query, site.siteId)
          .every((share) => rules.pace.allowed(share, purpose) >= 1)
      )
    );
  };
  const start = epochOf(now);
  const first = (from: number, step: number, until: number): number | null => {
    for (let at = from; at <= until; at += step) if (asksAt(at)) return at;
    return null;
  };
  const roughly = first(start + quarterHour, quarterHour, start + farthest);
  if (roughly === null) return null;
  const at = first(roughly - quarterHour + minute, minute, roughly) ?? roughly;
  return Temporal.Instant.fromEpochMilliseconds(at * 1000);
}

/**
 * `Power is up to date to 20:15; the next data are fetched after 00:05.`; null where there are several sites. Where
 * something failed before, nothing is called up to date.
 */
export async function upToDateText(
  database: Database,
  source: Source,
  wanted: Wanted,
  now: Temporal.Instant,
  isWaiting: boolean,
): Promise<string | null> {
  const known = await database.known(wanted.siteIds ?? undefined);
  const [site, ...others] = known.sites;
  const newest = known.marks.filter((one) => one.dataType === "power" && one.newestData)
    .map((one) => one.newestData!).sort(compareInstants).at(-1);
  if (!site || others.length > 0 || !site.timeZone || !newest) return null;
  const time = (instant: Temporal.Instant) => {
    const text = timeText(instant, site.timeZone);
    return text.startsWith(timeText(now, site.timeZone).slice(0, 10)) ? text.slice(11) : text;
  };
  const next = await nextData(known, source, wanted, await readDaylight(database, now), now);
  if (isWaiting) return next ? `The next request goes out after ${time(next)}.` : null;
  const after = next ? `; the next data are fetched after ${time(next)}` : "";
  return `Power is up to date to ${time(newest)}${after}.`;
}
