import type { Report } from "../sync/report.ts";
import { failureLines } from "./sync_failure_text.ts";
import { historyText, rationedText } from "./sync_plan_text.ts";
import { counted, countText, durationText, timeText } from "./terminal/human.ts";

/** The summary of a run for a person: a few lines, the failures last. */
export function reportAsText(
  report: Report,
  options: {
    readonly failures: boolean;
    /** Where nothing was asked: how far the data are, in a sentence; null: that is not one time for all. */
    readonly upToDate: string | null;
  },
): string {
  const lines = [firstLine(report, options.upToDate)];
  if (report.interrupted) lines.push("The next `seh sync` fetches the rest.");
  else lines.push(...unavailableLines(report));
  for (const note of report.notes) lines.push(`Note: ${note}.`);
  for (const loss of report.losses) lines.push(`Not stored: ${loss}.`);
  if (report.leftDue > 0 && !report.interrupted) {
    const why = report.quotaMessage ??
      (report.unreachable
        ? "SolarEdge could not be reached"
        : report.ended
        ? "the run ended early"
        : "--max-requests is reached");
    const when = report.quotaFreesAt
      ? ` More is possible from ${timeText(report.quotaFreesAt, null)}.`
      : "";
    lines.push(
      `${counted(report.leftDue, "request")} left for a later run: ${why}.${when} Nothing is lost.`,
    );
  }
  if (report.waiting.length > 0 && !report.ended && !report.interrupted) {
    const [kinds, are] = report.waiting.length === 1
      ? ["1 kind of data has", "it is"]
      : [`${report.waiting.length} kinds of data have`, "they are"];
    lines.push(`${kinds} failed before; ${are} asked for again later. See \`seh status\`.`);
  }
  if (report.history.requests > 0) lines.push(historyText(report.history));
  if (report.rationed) lines.push(rationedText(report.rationed));
  if (options.failures) {
    lines.push(...failureLines(report.failures));
  } else if (report.failures.length > 0) {
    const kinds = new Set(report.failures.map((one) => one.dataType)).size;
    lines.push(`${counted(kinds, "kind")} of data could not be fetched; see \`seh status\`.`);
  }
  return lines.join("\n") + "\n";
}

/** What came of it: `7,805 new rows, 7 changed, 2 unchanged (1 site, 57 requests, 5 min 12 s).` */
function firstLine(report: Report, upToDate: string | null): string {
  const { requests, inserted, changed, unchanged, failures, ended, unreachable } = report;
  if (requests === 0 && failures.length === 0 && !ended && !unreachable && !report.interrupted) {
    const first = report.waiting.length > 0
      ? "Nothing was asked for this time."
      : "Nothing new yet.";
    return upToDate ? `${first} ${upToDate}` : first;
  }
  const took = (report.finishedAt.epochMilliseconds - report.startedAt.epochMilliseconds) / 1000;
  return `${counted(inserted, "new row")}, ${countText(changed)} changed, ${
    countText(unchanged)
  } unchanged (${counted(report.sites.length, "site")}, ${counted(requests, "request")}, ${
    durationText(took)
  }).`;
}

/** The summary as data. Instants in UTC. */
export function reportAsJson(report: Report, exitCode: number) {
  return {
    started_at: report.startedAt.toString({ smallestUnit: "second" }),
    finished_at: report.finishedAt.toString({ smallestUnit: "second" }),
    exit_code: exitCode,
    sites: report.sites,
    requests: report.requests,
    rows: { inserted: report.inserted, changed: report.changed, unchanged: report.unchanged },
    failures: report.failures.map((one) => ({
      site_id: one.siteId,
      data_type: one.dataType,
      device: one.device,
      kind: one.kind,
      endpoint: one.endpoint,
      message: one.message,
    })),
    waiting: report.waiting,
    not_available: report.unavailable.map((one) => ({
      site_id: one.siteId,
      data_type: one.dataType,
      reason: one.reason,
    })),
    notes: report.notes,
    not_stored: report.losses,
    left_due: report.leftDue,
    quota: {
      message: report.quotaMessage,
      frees_at: report.quotaFreesAt?.toString({ smallestUnit: "second" }) ?? null,
    },
    history: {
      requests: report.history.requests,
      complete_on: report.history.completeOn?.toString() ?? null,
      at_this_pace: !report.history.isStuck,
    },
    reasons: report.reasons.map(({ reason, requests, idle }) => ({
      reason,
      requests,
      changed_nothing: idle,
    })),
    rationed: report.rationed,
    interrupted: report.interrupted,
  };
}

/** What was found not to be there, with the reason; said once for the sites that share it. */
function unavailableLines(report: Report): string[] {
  const groups = Map.groupBy(
    report.unavailable,
    (one) => JSON.stringify([one.dataType, one.reason]),
  );
  const several = report.sites.length > 1;
  return [...groups.values()].map((group) => {
    const { dataType, reason } = group[0];
    const sites = counted(new Set(group.map((one) => one.siteId)).size, "site");
    return `No ${dataType}${several ? ` for ${sites}` : ""}: ${reason}.`;
  });
}
