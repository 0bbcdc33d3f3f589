import type { Failure } from "../sync/report.ts";
import { countText } from "./terminal/human.ts";

/** A failure as a line of the log: where, what was asked, what was wrong. */
export function failureText(failure: Failure): string {
  if (failure.kind === "unknown-site") return failure.message;
  const sites = siteIdsIn(failure.endpoint).length;
  const site = sites > 1
    ? `${countText(sites)} sites: `
    : failure.siteId
    ? `site ${failure.siteId}: `
    : "";
  const device = failure.device ? ` of ${failure.device}` : "";
  const endpoint = failure.endpoint ? `${shortEndpoint(failure.endpoint)}: ` : "";
  return `${site}${failure.dataType}${device} failed: ${endpoint}${failure.message}`;
}

/** The failures of a run, a line each; those that say the same of several sites share one. */
export function failureLines(failures: readonly Failure[]): string[] {
  const groups = Map.groupBy(failures, (one) => {
    const { kind, siteId, dataType, device, message } = one;
    const owner = kind === "unknown-site" ? siteId : siteId === null;
    return JSON.stringify([owner, dataType, device, message]);
  });
  return [...groups.values()].map((group) => {
    const { kind, dataType, device, message } = group[0];
    if (kind === "unknown-site") return `Failed: ${message}`;
    const siteIds = [...new Set(group.flatMap((one) => one.siteId ?? []))];
    const times = group.length > Math.max(1, siteIds.length) ? ` (${group.length} times)` : "";
    const what = `${dataType}${device ? ` of ${device}` : ""}${endpointOf(group)}`;
    const advice = group[0].remedy ? `. ${group[0].remedy}` : "";
    return `Failed: ${sitesText(siteIds)}${what}: ${message}${times}${advice}`;
  });
}

/** The endpoint of failures that share a line; what differs from one to the other is left out. */
function endpointOf(group: readonly Failure[]): string {
  const endpoints = new Set(group.flatMap((one) => one.endpoint ?? []));
  const [first] = endpoints;
  if (first === undefined) return "";
  const text = endpoints.size === 1 ? shortEndpoint(first) : first.replace(idsPattern, "/…/");
  return ` (${text})`;
}

function sitesText(siteIds: readonly number[]): string {
  if (siteIds.length === 0) return "";
  if (siteIds.length === 1) return `site ${siteIds[0]}, `;
  const more = siteIds.length - namedAtMost;
  const named = siteIds.slice(0, more > 0 ? namedAtMost : siteIds.length).join(", ");
  return `sites ${named}${more > 0 ? ` and ${countText(more)} more` : ""}, `;
}

const namedAtMost = 3;
const idsPattern = /\/(\d+(?:,\d+)*)\//;

function siteIdsIn(endpoint: string | null): string[] {
  return idsPattern.exec(endpoint ?? "")?.[1].split(",") ?? [];
}

/** An address that names a hundred sites is no help to a reader: the first stands for all. */
function shortEndpoint(endpoint: string): string {
  const [first, ...others] = siteIdsIn(endpoint);
  return others.length > 0 ? endpoint.replace(idsPattern, `/${first},…/`) : endpoint;
}
