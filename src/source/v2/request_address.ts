import { earlier, type Interval } from "../../model/interval.ts";
import type { JsonRequest } from "../http/json_client.ts";
import type { PlannedRequest } from "../source.ts";
import { SourceError } from "../source_error.ts";
import { timeZoneOf } from "../answer/asked_site.ts";
import { historyWindow } from "./history_window.ts";

/** The path of a request. */
export type Path = (request: PlannedRequest) => string;

/** The parameters of a request beside the credential; `path` is for errors. */
export type Parameters = (
  request: PlannedRequest,
  path: string,
  now: Temporal.Instant,
) => JsonRequest["parameters"];

/** `/sites/1/energy`; without a resource `/sites/1`. */
export function ofSite(resource?: string): Path {
  return ({ sites }) => `/sites/${sites[0]!.siteId}${resource ? `/${resource}` : ""}`;
}

/**
 * The window from its first to its last second, never beyond now: `to` names the bucket that holds it. The
 * site's wall clock with offset, which an hour that comes twice cannot confuse.
 * Throws SourceError where the zone of the site is not known, as all of these do.
 */
export function inWindow(more: Readonly<Record<string, string>>): Parameters {
  return (request, path, now) => {
    const { window } = request;
    if (!window) throw withoutWindow(path);
    return { ...bounds(window, request, path, now), ...more };
  };
}

/** From long before the first site on: a sum or years cost the same however far back they reach. */
export function inWholeHistory(more: Readonly<Record<string, string>>): Parameters {
  return (request, path, now) => {
    const { window, sites: [site] } = request;
    if (!window || !site) throw withoutWindow(path);
    const whole = historyWindow(window, timeZoneOf(site, path));
    return { ...bounds(whole, request, path, now), ...more };
  };
}

function bounds(window: Interval, request: PlannedRequest, path: string, now: Temporal.Instant) {
  const zone = timeZoneOf(request.sites[0]!, path);
  const text = (at: Temporal.Instant) =>
    at.toZonedDateTimeISO(zone).toString({ smallestUnit: "second", timeZoneName: "never" });
  const last = earlier(window.end.subtract({ seconds: 1 }), now);
  return { from: text(window.start), to: text(last) };
}

function withoutWindow(path: string): SourceError {
  const detail = "asked without site or window";
  return new SourceError({ kind: "rejected", endpoint: path, detail });
}
