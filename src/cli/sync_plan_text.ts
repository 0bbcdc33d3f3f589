import { toLocal } from "../model/site_time.ts";
import type { Necessity, PlannedRequest, QuotaWindow } from "../source/source.ts";
import type { Step } from "../sync/plan.ts";
import type { HistoryLeft } from "../sync/report.ts";
import { counted } from "./terminal/human.ts";
import { type Look, renderTable } from "./terminal/table.ts";

/** The plan of `seh sync --dry-run` as a table and what it costs in all. */
export function planAsText(
  steps: readonly Step[],
  history: HistoryLeft,
  quota: readonly QuotaWindow[],
  maxRequests: number | null,
  look: Look,
): string {
  if (steps.length === 0) return "Nothing to ask.\n";
  const table = renderTable(
    [
      { head: "data" },
      { head: "site" },
      { head: "from" },
      { head: "to" },
      { head: "cost", align: "right" },
      { head: "reason", shrinks: true },
    ],
    steps.map(({ request }) => [
      request.query.name,
      whom(request),
      day(request, "start"),
      day(request, "end"),
      String(costOf(request, quota)),
      shortReason(request),
    ]),
    look,
  );
  const [due, fresh] = [countOf(steps, "due"), countOf(steps, "fresh")];
  const lines = [`${counted(due, "request")} due now.`];
  if (fresh > 0) lines.push(`${counted(fresh, "request")} for fresher data, if quota is spare.`);
  if (history.completeOn) {
    lines.push(
      `${counted(history.requests, "request")} of history: ` +
        `complete about ${history.completeOn} with all the spare quota.`,
    );
  }
  if (maxRequests !== null && maxRequests < steps.length) {
    lines.push(`--max-requests ${maxRequests} ends the run before all of them are sent.`);
  }
  if (steps.some(({ request }) => reported.test(request.reason))) {
    lines.push("What is marked as reported is asked only where there is something new.");
  }
  return `${table}\n${lines.join("\n")}\n`;
}

const reported = /^(reported) since \S+$/;

/** Since when is for the JSON: in the table it would leave no room for the devices. */
function shortReason(request: PlannedRequest): string {
  return request.reason.replace(reported, "$1");
}

function countOf(steps: readonly Step[], necessity: Necessity): number {
  return steps.filter(({ request }) => request.necessity === necessity).length;
}

/** The plan as data: instants in UTC. */
export function planAsJson(
  steps: readonly Step[],
  history: HistoryLeft,
  quota: readonly QuotaWindow[],
) {
  return {
    requests: steps.map(({ request }) => ({
      query: request.query.name,
      data_type: request.query.dataType,
      sites: request.sites.map((one) => one.siteId),
      device: request.device?.deviceKey ?? null,
      from: request.window?.start.toString() ?? null,
      to: request.window?.end.toString() ?? null,
      reason: request.reason,
      necessity: request.necessity,
      cost: costOf(request, quota),
    })),
    history: { requests: history.requests, complete_on: history.completeOn?.toString() ?? null },
  };
}

function whom(request: PlannedRequest): string {
  if (request.device) return `${request.sites[0].siteId} ${request.device.deviceKey}`;
  if (request.sites.length === 0) return "account";
  return request.sites.length === 1
    ? String(request.sites[0].siteId)
    : `${request.sites.length} sites`;
}

/** The local day on which a window begins or, the end included, ends. */
function day(request: PlannedRequest, edge: "start" | "end"): string | null {
  const timeZone = request.sites.at(0)?.timeZone;
  if (!request.window || !timeZone) return null;
  const instant = edge === "start"
    ? request.window.start
    : request.window.end.subtract({ seconds: 1 });
  return toLocal(instant, timeZone).toPlainDate().toString();
}

/** What a request takes from the quota of all its sites; a minute's frees by itself. */
function costOf(request: PlannedRequest, quota: readonly QuotaWindow[]): number {
  const lasts = quota.filter((one) => one.per !== "minute").map((one) => one.bucket);
  return request.query.charges(request)
    .filter(({ bucket }) => lasts.some((one) => bucket.startsWith(one)))
    .reduce((sum, one) => sum + one.amount, 0);
}
