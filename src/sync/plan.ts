import type { Known, SiteFacts } from "../model/harvest.ts";
import type { PlannedRequest, Query, Source } from "../source/source.ts";
import { arrange, brings, type Knowledge } from "./knowledge.ts";
import { attemptKey, type Progress } from "./progress.ts";
import type { Wanted } from "./wanted.ts";
import { type Context, isOlderThan, type OlderHistory, type Wish, wishesFor } from "./wishes.ts";

/** A request and when its turn comes: requests of a lower stage may change what is known. */
export interface Step {
  readonly request: PlannedRequest;
  readonly stage: Stage;
  /** True when an answer brings the series up to the site's last update. */
  readonly bringsUpToDate: boolean;
  /** How far back the history of the series is wanted, by site. */
  readonly wantedFrom: ReadonlyMap<number, Temporal.Instant>;
  /** When any of its window was last asked for; null: never, or it does not matter. */
  readonly lastAsked: Temporal.Instant | null;
}

/**
 * 0 the site list; 1 since when a site has data and whether it has reported; 2 sites and 3 devices, and what
 * others decide about, up to their last update; 4 what else is due, once it is known what is there at all;
 * 5 what could be fresher; 6 history.
 */
export type Stage = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** The longest that the pages of one site list may take from the first to the last. */
const listTakes = Temporal.Duration.from({ hours: 1 });

/** What to ask, and what the plan could not decide, in words. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  /** History that is left for later plans. */
  readonly older: readonly OlderHistory[];
}

/** Parts of days that one plan asks for of one series: answered, they make room for older ones. */
const partsAtOnce = 60;

/**
 * Decides what to ask, in the order in which it should be asked. Pure: the same arguments give the
 * same plan. Facts of the source say what a query spans and how often it is worth asking. Of the closed parts
 * of days of one series about `atOnce` are planned.
 */
export function plan(
  known: Known,
  source: Pick<Source, "queries">,
  wanted: Wanted,
  now: Temporal.Instant,
  progress: Progress,
  atOnce = partsAtOnce,
): Plan {
  const older: OlderHistory[] = [];
  const context: Context = {
    knowledge: arrange(known),
    queries: source.queries,
    wanted,
    now,
    progress,
    notes: new Set(),
    atOnce,
    tellOlder: (one) => void older.push(one),
  };
  const steps = [
    ...context.queries.filter((query) => query.scope === "account").flatMap((query) =>
      accountSteps(query, context)
    ),
    ...siteSteps(context),
  ];
  return {
    steps: steps.sort((a, b) => a.stage - b.stage),
    notes: [...context.notes],
    older,
  };
}

/** The sites a run is about: those named, else all that the newest site list named. */
export function chosenSites(
  { sites, mark }: Pick<Knowledge, "sites" | "mark">,
  queries: readonly Query[],
  wanted: Wanted,
): SiteFacts[] {
  if (wanted.siteIds) return sites.filter((one) => wanted.siteIds!.includes(one.siteId));
  const list = queries.find((one) => one.role === "site-list");
  const listedAt = list && mark(0, list.series, "")?.lastSuccess;
  if (!listedAt) return [...sites];
  return sites.filter((one) =>
    Temporal.Instant.compare(one.lastSeen.add(listTakes), listedAt) >= 0
  );
}

function accountSteps(query: Query, context: Context): Step[] {
  const mark = context.knowledge.mark(0, query.series, "");
  const someUnknown = context.wanted.siteIds?.some((id) =>
    !context.knowledge.sites.some((site) => site.siteId === id)
  );
  const isFresh = mark?.lastSuccess &&
    Temporal.Instant.compare(mark.lastSuccess.add(listTakes), context.now) >= 0;
  const due = context.knowledge.sites.length === 0 || (someUnknown && !isFresh) ||
    isOlderThan(1, mark, "UTC", context.now);
  if (!due || context.progress.attempted.has(attemptKey(query, 0))) return [];
  const reason = mark?.lastSuccess ? "once a day" : "never listed";
  const request: PlannedRequest = { query, sites: [], reason, necessity: "due" };
  return [{ stage: 0, request, bringsUpToDate: true, wantedFrom: new Map(), lastAsked: null }];
}

function siteSteps(context: Context): Step[] {
  const sites = chosenSites(context.knowledge, context.queries, context.wanted)
    .filter((site) => !context.progress.refused.has(site.siteId));
  return context.queries.filter((query) => query.scope !== "account").flatMap((query) => {
    const wishes = sites.filter((site) => isSelected(query, site, context))
      .flatMap((site) => wishesFor(query, site, context))
      .filter((one) =>
        !context.progress.attempted.has(
          attemptKey(query, one.site.siteId, one.device?.deviceKey, one.window),
        )
      );
    return bundle(query, wishes);
  });
}

function stageOf(query: Query, { necessity, bringsUpToDate }: Wish): Stage {
  if (necessity === "history") return 6;
  if (necessity === "fresh") return 5;
  // What the server says of the site itself may correct its time zone: it comes before any series.
  if (query.role || query.fills.includes("sites")) return 1;
  if (!bringsUpToDate) return 4;
  return query.scope === "device" || query.yieldsToMeter ? 3 : 2;
}

function isSelected(query: Query, site: SiteFacts, context: Context): boolean {
  if (query.role) return true;
  if (brings(query, context.wanted.dataTypes)) return true;
  // A device can only be asked for once it is known, so the lists of devices come along.
  const devices = context.knowledge.devices(site.siteId);
  return query.fills.includes("equipment") &&
    context.queries.some((other) =>
      other.scope === "device" && context.wanted.dataTypes.has(other.dataType) &&
      !devices.some((one) => one.category && other.categories?.includes(one.category))
    );
}

/** Joins wishes for one window and time zone into requests that name several sites. */
function bundle(query: Query, wishes: readonly Wish[]): Step[] {
  const groups = query.maxSites > 1
    ? [
      ...Map.groupBy(wishes, (one) => {
        const { window, necessity, bringsUpToDate } = one;
        // Wall-clock parameters mean the same window only within one time zone.
        const axis = window ? [one.site.timeZone, window.start, window.end] : [];
        return [necessity, bringsUpToDate, ...axis].join(" ");
      }).values(),
    ]
    : wishes.map((one) => [one]);
  return groups.flatMap((group) => {
    const steps: Step[] = [];
    for (let i = 0; i < group.length; i += query.maxSites) {
      const part = group.slice(i, i + query.maxSites);
      const { device, window, reason, necessity, bringsUpToDate } = part[0];
      const sites = part.map((one) => one.site);
      const request: PlannedRequest = { query, sites, device, window, reason, necessity };
      steps.push({
        request,
        stage: stageOf(query, part[0]),
        bringsUpToDate,
        lastAsked: part[0].lastAsked ?? null,
        wantedFrom: new Map(
          part.flatMap((one) => one.wantedFrom ? [[one.site.siteId, one.wantedFrom]] : []),
        ),
      });
    }
    return steps;
  });
}
