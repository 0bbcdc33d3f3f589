import { epochOf, type Range } from "../model/coverage.ts";
import type { Purpose, SiteFacts } from "../model/harvest.ts";
import type { PlannedRequest, Query } from "../source/source.ts";
import type { Candidate, Context, OlderHistory } from "./candidate.ts";
import { candidatesFor, isAttempted, isRepeatOfFailure } from "./candidates.ts";
import { isOlderThan, pastSecond } from "./elapsed.ts";
import { brings, type Knowledge } from "./knowledge.ts";
import { attemptKey } from "./progress.ts";
import { waitAfter } from "./missing.ts";
import { isFine } from "./series_facts.ts";
import type { Wanted } from "./wanted.ts";

/** A request and when its turn comes: the answers of one stage may change what the next one asks. */
export interface Step {
  readonly request: PlannedRequest;
  readonly stage: Stage;
  readonly purpose: Purpose;
  /** What of the window is needed; the rest comes along because it costs nothing. */
  readonly needed: readonly Range[];
  /** It reaches up to now. */
  readonly isNewest: boolean;
  /** How far back the history of the series is wanted, by site. */
  readonly wantedFrom: ReadonlyMap<number, Temporal.Instant>;
  /** It takes the place of one whose window was too wide: the width that was refused first, and the one now. */
  readonly narrowed?: {
    readonly refused: number;
    readonly width: number;
    readonly isExplained: boolean;
  };
  /** A day by itself, after an answer for more could not be read. */
  readonly isAlone?: true;
}

/** In this order: what later ones depend on comes first, what can wait last. */
const stages = [
  "list",
  "sites",
  "newest",
  "after others",
  "missing",
  "fresher",
  "history",
] as const;
export type Stage = typeof stages[number];

/** What to ask. */
export interface Plan {
  readonly steps: readonly Step[];
  /** History that is left for later plans. */
  readonly older: readonly OlderHistory[];
}

/** Quarter-hours or days of several sites that one answer may hold. */
const valuesTogether = 5_000;

/** A list that has lost a site is believed after so many days. */
export const daysUntilGone = 3;

/**
 * Decides what to ask, in the order in which it should be asked. Pure: the same arguments give the
 * same plan. Facts of the source say what a query spans and costs; the pace says what is due.
 */
export function plan(given: Omit<Context, "countOlder">): Plan {
  const older: OlderHistory[] = [];
  const context: Context = {
    ...given,
    countOlder: (one) => void older.push(one),
  };
  return { steps: inOrder([...stepsOf(context)]), older };
}

/**
 * Of the same plan only the steps whose turn it is, in order; `see` is shown all of them, in no order. What a
 * thousand sites need at all takes room that a run has better uses for.
 */
export function planOfStage(
  context: Omit<Context, "countOlder">,
  see: (steps: Iterable<Step>) => void,
): Step[] {
  let steps: Step[] = [];
  see(function* () {
    for (const one of stepsOf({ ...context, countOlder: () => {} })) {
      const order = steps.length === 0 ? -1 : byStage(one, steps[0]);
      if (order < 0) steps = [one];
      else if (order === 0) steps.push(one);
      yield one;
    }
  }());
  return inOrder(steps);
}

function* stepsOf(context: Context): Generator<Step> {
  const { knowledge, queries, wanted, progress } = context;
  for (const query of queries.filter((one) => one.scope === "account")) {
    yield* accountSteps(query, context);
  }
  const sites = chosenSites(knowledge, queries, wanted)
    .filter((site) => !progress.refused.has(site.siteId));
  for (const query of queries.filter((one) => one.scope !== "account")) {
    yield* siteSteps(query, sites, context);
  }
}

/** The sites a run is about: those named, else all that lists have not lacked for days. */
export function chosenSites(
  { sites, mark }: Pick<Knowledge, "sites" | "mark">,
  queries: readonly Query[],
  wanted: Pick<Wanted, "siteIds">,
): SiteFacts[] {
  if (wanted.siteIds) return sites.filter((one) => wanted.siteIds!.includes(one.siteId));
  const list = queries.find((one) => one.role === "site-list");
  return sites.filter((one) =>
    !list || (mark(one.siteId, list.series)?.doubts ?? 0) < daysUntilGone
  );
}

function accountSteps(query: Query, context: Context): Step[] {
  const { knowledge, wanted, now, progress } = context;
  if (wanted.onlyMissing) return [];
  const mark = knowledge.mark(0, query.series);
  const last = pastSecond(mark?.lastSuccess, now);
  const someUnknown = wanted.siteIds?.some((id) => !knowledge.site(id));
  const isFresh = last !== null && now - last < 3600;
  const due = knowledge.sites.length === 0 || (someUnknown && !isFresh) ||
    isOlderThan(query.leastDays ?? 1, mark, "UTC", now);
  if (!due || progress.attempted.has(attemptKey(query, 0))) return [];
  const failedAt = mark?.lastErrorAt ? epochOf(mark.lastErrorAt) : null;
  if (
    mark?.failures && failedAt !== null && failedAt <= now &&
    now - failedAt < waitAfter(mark.failures) &&
    knowledge.sites.length > 0
  ) return [];
  const request: PlannedRequest = {
    query,
    sites: [],
    reason: mark?.failures ? "failed-before" : mark?.lastSuccess ? "rhythm" : "first",
    necessity: "due",
  };
  return [{
    stage: "list",
    purpose: "due",
    request,
    needed: [],
    isNewest: true,
    wantedFrom: new Map(),
  }];
}

function siteSteps(query: Query, sites: readonly SiteFacts[], context: Context): Step[] {
  const candidates = sites.filter((site) => isSelected(query, site, context))
    .flatMap((site) => candidatesFor(query, site, context))
    .filter((one) => !isAttempted(query, one, context.progress));
  return bundle(query, candidates, context);
}

function stageOf(query: Query, { necessity, isNewest }: Candidate): Stage {
  if (necessity === "history") return "history";
  // What the server says of the site itself may correct its time zone: it comes before any series.
  if (query.role && query.role !== "totals" || query.fills.includes("sites")) return "sites";
  if (necessity === "fresh") return "fresher";
  if (!isNewest) return "missing";
  return query.scope === "device" || query.afterOthers ? "after others" : "newest";
}

function isSelected(query: Query, site: SiteFacts, context: Context): boolean {
  const { wanted, knowledge, queries } = context;
  if (wanted.onlyMissing && query.axis?.keeps !== "ranges") return false;
  if (query.role && query.role !== "totals") return true;
  if (brings(query, wanted.dataTypes)) return true;
  // A device can only be asked for once it is known, so the lists of devices come along.
  const devices = knowledge.devices(site.siteId);
  return query.fills.includes("equipment") &&
    queries.some((other) =>
      other.scope === "device" && wanted.dataTypes.has(other.dataType) &&
      !devices.some((one) => one.category && other.categories?.includes(one.category))
    );
}

/** Joins candidates for one window and time zone into requests that name several sites. */
function bundle(query: Query, candidates: readonly Candidate[], context: Context): Step[] {
  const groups = query.maxSites > 1
    ? [
      ...Map.groupBy(candidates, (one) => {
        const { window, necessity, isNewest, reason } = one;
        // Wall-clock parameters mean the same window only within one time zone.
        const axis = window ? [one.site.timeZone, window.start, window.end] : [];
        return [necessity, isNewest, isRepeatOfFailure({ reason }), ...axis].join(" ");
      }).values(),
    ]
    : candidates.map((one) => [one]);
  // One map for all requests of a series: there may be thousands of them.
  const since = new Map<Temporal.Instant, ReadonlyMap<number, Temporal.Instant>>();
  const wantedFrom = (part: readonly Candidate[]): ReadonlyMap<number, Temporal.Instant> => {
    const [first] = part;
    const known = part.length === 1 && first.wantedFrom && since.get(first.wantedFrom);
    if (known) return known;
    const map = new Map(
      part.flatMap((one) => one.wantedFrom ? [[one.site.siteId, one.wantedFrom]] : []),
    );
    if (part.length === 1 && first.wantedFrom) since.set(first.wantedFrom, map);
    return map;
  };
  return groups.flatMap((group) => {
    const steps: Step[] = [];
    const most = sitesTogether(query, group);
    for (let i = 0; i < group.length; i += most) {
      const part = group.slice(i, i + most);
      const [first] = part;
      const { device, window, reason, necessity } = first;
      steps.push({
        request: { query, sites: part.map((one) => one.site), device, window, reason, necessity },
        stage: stageOf(query, first),
        purpose: purposeOf(query, first, context),
        needed: part.length === 1 ? first.needed : part.flatMap((one) => one.needed),
        isNewest: first.isNewest,
        wantedFrom: wantedFrom(part),
      });
    }
    return steps;
  });
}

/**
 * How many sites a request names. Where each of them pays for itself, more than an answer of moderate size has room
 * for would save nothing, and take memory and the server's time.
 */
function sitesTogether({ maxSites, axis, charges }: Query, group: readonly Candidate[]): number {
  const [{ window, site }] = group;
  const price = charges({ sites: [site] }).reduce((sum, one) => sum + one.amount, 0);
  const ofTwo = charges({ sites: [site, site] }).reduce((sum, one) => sum + one.amount, 0);
  const bucket = axis?.bucket === "day" ? 86_400 : axis?.bucket;
  if (!window || typeof bucket !== "number" || maxSites === 1 || ofTwo < 2 * price) return maxSites;
  const each = (epochOf(window.end) - epochOf(window.start)) / bucket;
  return Math.max(1, Math.min(maxSites, Math.floor(valuesTogether / each)));
}

/** Under which share of the quota a request is counted: one try a day of what failed is always allowed. */
function purposeOf(query: Query, one: Candidate, { knowledge, now, wanted }: Context): Purpose {
  if (!isRepeatOfFailure(one) || wanted.range) return one.necessity;
  const mark = knowledge.mark(one.site.siteId, query.series, one.device?.deviceKey);
  const last = pastSecond(mark?.lastErrorAt, now);
  return last === null || now - last > 23 * 3600 ? one.necessity : "repeat";
}

/** Sorts by stage; history coarse and cheap first, and the newest before the older. */
function inOrder(steps: Step[]): Step[] {
  const fine = ({ request: { query } }: Step) => isFine(query) ? 1 : 0;
  const end = ({ request: { window } }: Step) => window ? epochOf(window.end) : 0;
  return steps.sort((a, b) => {
    const order = byStage(a, b);
    if (order !== 0 || a.stage !== "history") return order;
    return fine(a) - fine(b) || end(b) - end(a);
  });
}

function byStage(a: Step, b: Step): number {
  return stages.indexOf(a.stage) - stages.indexOf(b.stage);
}
