import { toLocal } from "../model/site_time.ts";
import type {
  Charge,
  Necessity,
  PlannedRequest,
  QuotaWindow,
  Remaining,
} from "../source/source.ts";
import { reasonText } from "../source/reason.ts";
import type { OlderHistory } from "../sync/candidate.ts";
import type { Pace, Share } from "../sync/pacing.ts";
import type { Rationed } from "../sync/rationing.ts";
import type { Step } from "../sync/plan.ts";
import type { HistoryLeft } from "../sync/report.ts";
import { counted, countText, dayText } from "./terminal/human.ts";
import type { Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";

/** What `seh sync --dry-run` prints. */
export interface PlanView {
  readonly steps: readonly Step[];
  /** History that is counted and not spelled out. */
  readonly older: readonly OlderHistory[];
  readonly history: HistoryLeft;
  readonly pace: Pace;
  readonly quota: readonly QuotaWindow[];
  readonly maxRequests: number | null;
  /** What is left of the quota for these requests; null: nothing is asked. */
  readonly left: Remaining | null;
  /** Nothing was fetched yet: what a site does not have is counted too. */
  readonly isFirst: boolean;
}

/** The plan of `seh sync --dry-run`: what it costs, by kind; each request too where `lists`. */
export function planAsText(
  view: PlanView,
  look: Look,
  { lists }: { readonly lists: boolean },
): string {
  const { steps, older, history, pace, quota, maxRequests, left, isFirst } = view;
  if (steps.length === 0 && older.length === 0) return "Nothing to ask.\n";
  const lines: string[] = [];
  if (lists) lines.push(listOf(steps, quota, look));
  lines.push(renderTable(
    [
      { head: "data" },
      { head: "due", align: "right" },
      { head: "fresher", align: "right" },
      { head: "history", align: "right" },
      { head: inCredits(quota) ? "credits" : "requests", align: "right" },
    ],
    byKind(view),
    look,
  ));
  const [due, fresh] = [countOf(steps, "due"), countOf(steps, "fresh")];
  lines.push(
    due === 0
      ? "Nothing is due now."
      : `${counted(due, "request")} due now${isFirst ? " at most" : ""}.`,
  );
  if (fresh > 0) {
    lines.push(`${counted(fresh, "request")} for fresher data, as far as the quota goes.`);
  }
  if (history.requests > 0) lines.push(historyText(history, { atMost: isFirst }));
  if (isFirst) lines.push("What a site does not have, such as a battery or meters, falls away.");
  if (left) lines.push(leftText(view, left));
  const neediest = [...pace.shares.values()].sort((a, b) => b.needPerDay - a.needPerDay).at(0);
  // What a plan is too small for is no part of what it is asked for.
  if (pace.rationed) lines.push(rationedText(pace.rationed));
  else if (neediest) lines.push(shareText(neediest));
  if (maxRequests !== null && maxRequests < steps.length) {
    lines.push(`--max-requests ${maxRequests} ends the run before all of them are sent.`);
  }
  if (!lists) lines.push("Each request: `seh sync --dry-run --verbose`.");
  return `${lines.join("\n")}\n`;
}

/** What a date means: the day on which history will be complete, or why there is none. */
export function historyText(
  { requests, completeOn, isStuck }: HistoryLeft,
  { atMost = false } = {},
): string {
  const need = `Older data need ${counted(requests, atMost ? "request" : "more request")}${
    atMost ? " at most" : ""
  }`;
  return isStuck || completeOn === null
    ? `${need}; at this pace nothing is left for them.`
    : `${need}; complete about ${dayText(completeOn)}.`;
}

/** What all of it costs, against what is left. */
function leftText(view: PlanView, { requests, limit }: Remaining): string {
  const { quota, steps, older } = view;
  const sum = steps.reduce((all, { request }) => all + sumOf(request, quota), 0) +
    older.reduce(
      (all, { query, site, count }) => all + count * sumOf({ query, sites: [site] }, quota),
      0,
    );
  return inCredits(quota)
    ? `All of it costs ${counted(sum, "credit")}; ${countText(requests)} of this month's ` +
      `${countText(limit)} credits are left.`
    : `${countText(requests)} of ${countText(limit)} requests a day are left.`;
}

/** SolarEdge counts credits where the quota is that of a month. */
function inCredits(quota: readonly QuotaWindow[]): boolean {
  return quota.some((one) => one.per === "billing-month");
}

/** What the sites need of an allowance, and what it has. */
function shareText({ window, needPerDay, perDay }: Share): string {
  return window.per === "billing-month"
    ? `To stay up to date takes ${counted(Math.ceil(needPerDay * 30.5), "credit")} a month, of ${
      countText(Math.round(perDay * 30.5))
    }.`
    : `To stay up to date takes ${counted(Math.ceil(needPerDay), "request")} a day, of ${
      countText(window.amount)
    }.`;
}

/** What a plan that is too small pays for. */
export function rationedText(one: Rationed): string {
  const every = one.coarseDays === 1 ? "day" : counted(one.coarseDays, "day");
  return `${counted(one.sites, "site")} would need ${
    countText(one.neededPerMonth)
  } credits a month; ` +
    `the plan has ${countText(one.limitPerMonth)}. It pays for daily energy of all sites every ` +
    `${every}, and for ${
      one.fineSites === 0 ? "no finer data" : `finer data of ${counted(one.fineSites, "site")}`
    }.` +
    (one.olderDaysFirst ? " Half of it fetches older days first, until all sites have them." : "");
}

/** Requests and costs by kind of data. */
function byKind({ steps, older, quota }: PlanView): (string | null)[][] {
  const kinds = new Map<string, { due: number; fresh: number; history: number; cost: number }>();
  const of = (name: string) => {
    const one = kinds.get(name) ?? { due: 0, fresh: 0, history: 0, cost: 0 };
    kinds.set(name, one);
    return one;
  };
  for (const { request } of steps) {
    const one = of(request.query.dataType);
    one[request.necessity]++;
    one.cost += sumOf(request, quota);
  }
  for (const { query, site, count } of older) {
    const one = of(query.dataType);
    one.history += count;
    one.cost += count * sumOf({ query, sites: [site] }, quota);
  }
  return [...kinds].map(([name, { due, fresh, history, cost }]) => [
    name,
    ...[due, fresh, history].map((one) => one === 0 ? null : countText(one)),
    countText(cost),
  ]);
}

function listOf(steps: readonly Step[], quota: readonly QuotaWindow[], look: Look): string {
  const days = new Map<string, string>();
  return renderTable(
    [
      { head: "data" },
      { head: "site" },
      { head: "from" },
      { head: "to" },
      { head: "cost", align: "right" },
      { head: "reason", shrinks: true },
    ],
    steps.map(({ request }) => [
      request.query.dataType,
      whom(request),
      day(request, "start", days),
      day(request, "end", days),
      String(sumOf(request, quota)),
      reasonText(request.reason),
    ]),
    look,
  );
}

function countOf(steps: readonly Step[], necessity: Necessity): number {
  return steps.filter(({ request }) => request.necessity === necessity).length;
}

/** So many requests are made text at once: of a thousand sites there are 50,000, 20 MB of text. */
const requestsAtOnce = 1000;
const noRequests = '"requests": []';

/** The plan as JSON, in pieces to be printed one after another: instants in UTC. */
export function* planAsJson(view: PlanView): Iterable<string> {
  const { steps, quota } = view;
  const frame = JSON.stringify(frameOf(view), null, 2);
  const at = frame.indexOf(noRequests) + noRequests.length - 1;
  yield frame.slice(0, at);
  for (let from = 0; from < steps.length; from += requestsAtOnce) {
    const part = steps.slice(from, from + requestsAtOnce);
    const text = JSON.stringify(part.map(({ request }) => requestJson(request, quota)), null, 2);
    // Without the brackets of the part, and two spaces further in.
    yield `${from === 0 ? "" : ","}\n${text.slice(2, -2).replaceAll(/^/gm, "  ")}`;
  }
  yield `${steps.length > 0 ? "\n  " : ""}${frame.slice(at)}\n`;
}

function requestJson(request: PlannedRequest, quota: readonly QuotaWindow[]) {
  return {
    query: request.query.name,
    data_type: request.query.dataType,
    sites: request.sites.map((one) => one.siteId),
    device: request.device?.deviceKey ?? null,
    from: request.window?.start.toString() ?? null,
    to: request.window?.end.toString() ?? null,
    reason: request.reason,
    necessity: request.necessity,
    cost: sumOf(request, quota),
  };
}

function frameOf({ older, history, pace, left, isFirst }: PlanView) {
  return {
    before_first_sync: isFirst,
    left: left && { amount: left.requests, limit: left.limit },
    requests: [],
    older_history: older.map(({ query, site, count }) => ({
      query: query.name,
      site: site.siteId,
      requests: count,
    })),
    history: {
      requests: history.requests,
      complete_on: history.completeOn?.toString() ?? null,
      at_this_pace: !history.isStuck,
    },
    allowances: [...pace.shares.values()].map((one) => ({
      bucket: one.allowance,
      needed_per_day: one.needPerDay,
      fresher_per_day: one.freshPerDay,
      history_per_day: one.historyPerDay,
    })),
    rationed: pace.rationed,
  };
}

function whom(request: PlannedRequest): string {
  if (request.device) return `${request.sites[0].siteId} ${request.device.deviceKey}`;
  if (request.sites.length === 0) return "account";
  return request.sites.length === 1
    ? String(request.sites[0].siteId)
    : `${request.sites.length} sites`;
}

/** The local day on which a window begins or, the end included, ends; thousands of requests share a few of them. */
function day(
  request: PlannedRequest,
  edge: "start" | "end",
  known: Map<string, string>,
): string | null {
  const timeZone = request.sites.at(0)?.timeZone;
  if (!request.window || !timeZone) return null;
  const { start, end } = request.window;
  const at = edge === "start" ? start.epochMilliseconds : end.epochMilliseconds - 1000;
  const key = `${timeZone} ${at}`;
  let text = known.get(key);
  if (text === undefined) {
    const instant = Temporal.Instant.fromEpochMilliseconds(at);
    known.set(key, text = toLocal(instant, timeZone).toPlainDate().toString());
  }
  return text;
}

/** What a request takes from which allowance; a minute's frees by itself. */
export function costOf(
  request: Pick<PlannedRequest, "query" | "sites">,
  quota: readonly QuotaWindow[],
): readonly Charge[] {
  const lasts = quota.filter((one) => one.per !== "minute").map((one) => one.allowance);
  return request.query.charges(request)
    .filter(({ allowance }) => lasts.some((one) => allowance.startsWith(one)));
}

/** The same of all its sites as one number. */
function sumOf(
  request: Pick<PlannedRequest, "query" | "sites">,
  quota: readonly QuotaWindow[],
): number {
  return costOf(request, quota).reduce((sum, one) => sum + one.amount, 0);
}
