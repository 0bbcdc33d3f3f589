import { epochOf } from "../model/coverage.ts";
import type { SiteFacts } from "../model/harvest.ts";
import type { Axis, Query, Remaining, Source } from "../source/source.ts";
import { neverAsked, openRanges } from "./missing.ts";
import type { Knowledge } from "./knowledge.ts";
import { brings } from "./knowledge.ts";
import { isGoneSeries } from "./need.ts";
import { type Pace, paceOf, rationedOf } from "./pacing.ts";
import type { Rationed } from "./rationing.ts";
import { chosenSites } from "./plan.ts";
import { seriesFacts } from "./series_facts.ts";
import type { Wanted } from "./wanted.ts";
import { isCutAlike, widestNow } from "./windows.ts";

/** Under this name it is remembered when this engine first ran, and took over what an earlier one knew. */
export const takenOver = "evidence";

/** What the rules are worked out from. */
export interface RulesFacts {
  readonly knowledge: Knowledge;
  readonly source: Pick<Source, "name" | "queries" | "quota">;
  readonly wanted: Wanted;
  /** Epoch seconds. */
  readonly now: number;
  readonly left: ReadonlyMap<string, Remaining>;
  readonly cadence: number;
  /** Widths that this run has found, in seconds, by the name of the query. */
  readonly widths: ReadonlyMap<string, number>;
}

/** What a plan is made with. */
export interface Rules {
  readonly knowledge: Knowledge;
  readonly queries: readonly Query[];
  readonly wanted: Wanted;
  readonly now: number;
  readonly pace: Pace;
  readonly widthOf: (query: Query) => number;
}

/** The widths and the pace that hold now. Pure. */
export function rulesFor(
  { knowledge, source, wanted, now, left, cadence, widths }: RulesFacts,
): Rules {
  const { queries, quota } = source;
  const widthOf = widthsNow(knowledge, source, now, widths);
  const first = knowledge.mark(0, takenOver)?.lastSuccess;
  const since = first ? epochOf(first) : null;
  const sites = chosenSites(knowledge, queries, wanted);
  const context = { knowledge, queries, wanted, now };
  const missesDays = missingDays(context);
  // Asked for each query of a site: worked out once.
  const missing = new Map<number, boolean>();
  const misses = (site: SiteFacts) => {
    let is = missing.get(site.siteId);
    if (is === undefined) {
      is = queries.some((query) => isMissing(query, site, context));
      missing.set(site.siteId, is);
    }
    return is;
  };
  const pace = paceOf({
    knowledge,
    queries,
    quota,
    wanted,
    sites,
    now,
    left,
    misses,
    missesDays,
    widthOf,
    cadence,
    since,
  });
  return { knowledge, queries, wanted, now, pace, widthOf };
}

/** What a plan that is too small for its sites pays for; null: it pays for everything. Pure. */
export function rationedNow(
  { knowledge, source, wanted, now, widths }: Omit<RulesFacts, "left" | "cadence">,
): Rationed | null {
  const { queries, quota } = source;
  const sites = chosenSites(knowledge, queries, wanted);
  const widthOf = widthsNow(knowledge, source, now, widths);
  const missesDays = missingDays({ knowledge, queries, wanted, now });
  return rationedOf({ knowledge, queries, quota, wanted, sites, now, widthOf, missesDays });
}

/** How wide a request of a query may be now, in seconds. */
function widthsNow(
  knowledge: Knowledge,
  source: RulesFacts["source"],
  now: number,
  widths: RulesFacts["widths"],
): (query: Query) => number {
  const learned = (query: Query) => knowledge.mark(0, `window ${source.name} ${query.name}`);
  const known = new Map<string, number>();
  const widest = (query: Query, axis: Axis) => {
    const alike = source.queries.filter((one) => one.axis && isCutAlike(one.axis, axis));
    const own = alike.findIndex((one) => one.name === query.name);
    return widestNow(axis, learned(query), now, {
      before: alike.slice(0, own).map(learned),
      after: alike.slice(own + 1).map(learned),
    });
  };
  return (query) => {
    if (!query.axis) return Infinity;
    let width = known.get(query.name);
    if (width === undefined) known.set(query.name, width = widest(query, query.axis));
    return Math.min(widths.get(query.name) ?? Infinity, width);
  };
}

/** Whether a site lacks older days of the energy that every site gets. */
function missingDays(context: Parameters<typeof isMissing>[2]): (site: SiteFacts) => boolean {
  const totals = context.queries.filter((one) => one.role === "totals");
  return (site) => totals.some((query) => isMissing(query, site, context));
}

/** Whether a site lacks history of a query that is wanted. */
function isMissing(
  query: Query,
  site: SiteFacts,
  context: Parameters<typeof seriesFacts>[3] & { readonly wanted: Wanted },
): boolean {
  if (query.axis?.keeps !== "ranges" || query.leastDays === null) return false;
  if (!query.role && !brings(query, context.wanted.dataTypes)) return false;
  if (isGoneSeries(query.series, site, context.knowledge)) return false;
  if (query.scope === "device") {
    return context.knowledge.devices(site.siteId)
      .filter((one) => one.category !== null && query.categories?.includes(one.category))
      .some((device) => lacks(query, site, device, context));
  }
  return lacks(query, site, undefined, context);
}

function lacks(
  query: Query,
  site: SiteFacts,
  device: Parameters<typeof seriesFacts>[2],
  context: Parameters<typeof seriesFacts>[3],
): boolean {
  const facts = seriesFacts(query, site, device, context);
  return facts !== null &&
    (neverAsked(facts).some((one) => one.start < facts.now - 8 * 86_400) ||
      openRanges(facts).some((one) => one.isOld));
}

/** What is left of each billing month, by the allowance of its window. */
export async function monthsLeft(
  source: Source,
  sites: readonly SiteFacts[],
): Promise<Map<string, Remaining>> {
  const left = new Map<string, Remaining>();
  for (const window of source.quota.filter((one) => one.per === "billing-month")) {
    const query = source.queries.find((one) =>
      one.scope !== "account" &&
      one.charges({ sites }).some(({ allowance }) => allowance.startsWith(window.allowance))
    );
    if (query) {
      const request = {
        query,
        sites: sites.slice(0, 1),
        reason: "rhythm",
        necessity: "due",
      } as const;
      left.set(window.allowance, await source.remaining(request));
    }
  }
  return left;
}
