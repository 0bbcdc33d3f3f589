import { bucketStart, localText, outsideRepeatedHour, toLocal } from "../../model/site_time.ts";
import type { PlannedRequest } from "../source.ts";
import { SourceError } from "../source_error.ts";
import { timeZoneOf } from "../answer/asked_site.ts";

/** The path of a request. */
export type Path = (request: PlannedRequest) => string;

/** The parameters of a request beside the credential; `path` is for errors. */
export type Parameters = (
  request: PlannedRequest,
  path: string,
) => Readonly<Record<string, string>>;

/** `/site/1/energy` for one site, `/sites/1,2/energy` for several. */
export function ofSites(resource: string): Path {
  return ({ sites }) => {
    const ids = sites.map((one) => one.siteId).join(",");
    return `/${sites.length === 1 ? "site" : "sites"}/${ids}/${resource}`;
  };
}

/** `/equipment/1/list` */
export function ofEquipment(resource: string): Path {
  return ({ sites }) => `/equipment/${sites[0]!.siteId}/${resource}`;
}

/** `/equipment/1/7E1234AB-5F/data` */
export function ofDevice(resource: string): Path {
  return ({ sites, device }) =>
    `/equipment/${sites[0]!.siteId}/${encodeURIComponent(device!.serialNumber)}/${resource}`;
}

/**
 * The window as its first and last local day. All ends are inclusive and wall clock of the site.
 * Throws SourceError where its zone is not known, as all of these do.
 */
export function inDates(more: Readonly<Record<string, string>>): Parameters {
  return (request, path) => {
    const { start, end, timeZone } = bounds(request, path);
    const last = toLocal(end.subtract({ seconds: 1 }), timeZone);
    return {
      startDate: toLocal(start, timeZone).toPlainDate().toString(),
      endDate: last.toPlainDate().toString(),
      ...more,
    };
  };
}

/** The window as its first and last quarter-hour: `2026-05-31 11:45:00`. */
export function inQuarterHours(more: Readonly<Record<string, string>> = {}): Parameters {
  return (request, path) => {
    const { start, end } = times(request, path, 900);
    return { startTime: start, endTime: end, ...more };
  };
}

/** The window as its first and last second. */
export function inSeconds(more: Readonly<Record<string, string>> = {}): Parameters {
  return (request, path) => {
    const { start, end } = times(request, path, "samples");
    return { startTime: start, endTime: end, ...more };
  };
}

/** The same for sensor data, whose parameters are named for dates and take times. */
export const inSensorTimes: Parameters = (request, path) => {
  const { start, end } = times(request, path, "samples");
  return { startDate: start, endDate: end };
};

function times(request: PlannedRequest, path: string, bucket: 900 | "samples") {
  const { start, end, timeZone } = bounds(request, path);
  const last = bucketStart(end.subtract({ seconds: 1 }), bucket, timeZone);
  // A label in a repeated hour may be taken for its first pass: then the end itself is named.
  const isRepeated = !outsideRepeatedHour(last, timeZone, "later").equals(last);
  return {
    start: label(start, timeZone),
    end: label(isRepeated ? end : last, timeZone),
  };
}

function bounds(request: PlannedRequest, path: string) {
  const { window, sites: [site] } = request;
  if (!window || !site) {
    throw new SourceError({
      kind: "rejected",
      endpoint: path,
      detail: "asked without site or window",
    });
  }
  return { ...window, timeZone: timeZoneOf(site, path) };
}

function label(at: Temporal.Instant, timeZone: string): string {
  return localText(toLocal(at, timeZone)).replace("T", " ");
}
