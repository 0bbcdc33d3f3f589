import { toLocal } from "../model/site_time.ts";
import type { PlannedRequest } from "../source/source.ts";
import type { Step } from "../sync/plan.ts";
import type { HistoryLeft } from "../sync/report.ts";
import { counted } from "./terminal/human.ts";
import { type Look, renderTable } from "./terminal/table.ts";

/** The plan of `seh sync --dry-run` as a table and what it costs in all. */
export function planAsText(steps: readonly Step[], history: HistoryLeft, look: Look): string {
  if (steps.length === 0) return "Nothing to ask: everything is there.\n";
  const table = renderTable(
    [
      { head: "data" },
      { head: "site", shrinks: true },
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
      String(costOf(request)),
      request.reason,
    ]),
    look,
  );
  const due = steps.length - history.requests;
  const lines = [`${counted(due, "request")} due now.`];
  if (history.completeOn) {
    lines.push(
      `${
        counted(history.requests, "request")
      } of history; complete about ${history.completeOn} if every day's spare quota goes into it.`,
    );
  }
  lines.push("Series are asked only where a site has reported since.");
  return `${table}\n${lines.join("\n")}\n`;
}

/** The plan as data: instants in UTC. */
export function planAsJson(steps: readonly Step[], history: HistoryLeft) {
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
      cost: costOf(request),
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

function costOf(request: PlannedRequest): number {
  return request.query.charges(request).reduce((sum, one) => sum + one.amount, 0);
}
