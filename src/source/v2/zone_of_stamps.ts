import { isTimeZone } from "../../model/site_time.ts";
import type { PlannedRequest } from "../source.ts";
import { isObject } from "../answer/answer_body.ts";

const offset = /t\d\d:\d\d.*?(z|[+-]\d\d:?\d\d)$/i;

/** The same request, its times in UTC where nobody knows the zone of its site: the server takes any offset. */
export function withAnyZone(request: PlannedRequest): PlannedRequest {
  const [site] = request.sites;
  return site && isZoneless(request)
    ? { ...request, sites: [{ ...site, timeZone: "UTC" }] }
    : request;
}

/**
 * A request for a series of a site whose zone nobody knows, with the offset that the answer's own times
 * carry in its place: they are exact moments and the site's wall clock without any zone.
 */
export function withZoneOfStamps(request: PlannedRequest, body: unknown): PlannedRequest {
  const [site] = request.sites;
  return site && isZoneless(request)
    ? { ...request, sites: [{ ...site, timeZone: firstOffset(body) ?? "UTC" }] }
    : request;
}

function isZoneless({ window, sites: [site] }: PlannedRequest): boolean {
  return !!window && !!site && (site.timeZone === null || !isTimeZone(site.timeZone));
}

/** True for a zone that is an offset alone: its days may begin an hour beside those of the site. */
export function isOffset(timeZone: string): boolean {
  return /^[+-]/.test(timeZone);
}

function firstOffset(value: unknown): string | null {
  if (typeof value === "string") {
    const found = value.length < 64 ? offset.exec(value)?.[1] : undefined;
    if (found === undefined) return null;
    return /^z$/i.test(found)
      ? "UTC"
      : found.length === 5
      ? `${found.slice(0, 3)}:${found.slice(3)}`
      : found;
  }
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  for (const one of inner) {
    const found = firstOffset(one);
    if (found !== null) return found;
  }
  return null;
}
