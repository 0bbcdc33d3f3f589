import type { Call } from "./call.ts";
import * as device from "./device_faces.ts";
import { installerImage, siteImage } from "./images.ts";
import { Refusal } from "./reply.ts";
import * as series from "./series_faces.ts";
import * as site from "./site_faces.ts";

/** One path of the API, the parameters that it knows, and what answers it. */
export interface Endpoint {
  /** `{id}` a site, `{ids}` several sites, other names a part of the path. */
  readonly template: string;
  readonly parameters: readonly string[];
  handle(call: Call): unknown;
}

const interval = ["startTime", "endTime"];
const days = ["startDate", "endDate"];
const listing = ["size", "startIndex", "searchText", "sortProperty", "sortOrder"];

const single: readonly Endpoint[] = [
  at("/sites/list", [...listing, "status"], site.siteList),
  at("/site/{id}/details", [], site.details),
  at("/site/{id}/dataPeriod", [], site.dataPeriod),
  at("/site/{id}/energy", [...days, "timeUnit"], series.energy),
  // A client in wide use sends a time unit here, which changes nothing.
  at("/site/{id}/timeFrameEnergy", [...days, "timeUnit"], series.timeFrameEnergy),
  at("/site/{id}/power", interval, series.power),
  at("/site/{id}/overview", [], site.overview),
  at("/site/{id}/powerDetails", [...interval, "meters"], series.powerDetails),
  at("/site/{id}/energyDetails", [...interval, "timeUnit", "meters"], series.energyDetails),
  at("/site/{id}/currentPowerFlow", [], site.currentPowerFlow),
  at("/site/{id}/storageData", [...interval, "serials"], device.storageData),
  at("/site/{id}/envBenefits", ["systemUnits"], site.environmentalBenefits),
  at("/site/{id}/siteImage/{name}", ["maxWidth", "maxHeight", "hash"], siteImage),
  at("/site/{id}/installerImage/{name}", [], installerImage),
  at("/equipment/{id}/list", [], device.equipmentList),
  at("/site/{id}/inventory", [], device.inventory),
  at("/equipment/{id}/{serial}/data", interval, device.inverterData),
  at("/equipment/{id}/{serial}/changeLog", [], device.changeLog),
  at("/accounts/list", [...listing, "pageSize"], site.accountList),
  at("/site/{id}/meters", [...interval, "timeUnit", "meters"], series.meters),
  at("/equipment/{id}/sensors", [], device.sensorList),
  at("/site/{id}/sensors", days, device.sensorData),
  at("/version/current", [], () => ({ version: "1.0.0" })),
  at("/version/supported", [], () => ({ supported: ["0.9.5", "1.0.0"] })),
  // Not in the public documentation, and refused to ordinary keys.
  at("/site/{id}/alerts", [], () => {
    throw new Refusal(403, "Access Denied");
  }),
];

const bulkNames = ["dataPeriod", "energy", "timeFrameEnergy", "power", "overview"];

/** Every path that the server knows. */
export const endpoints: readonly Endpoint[] = [
  ...single,
  ...single.filter((one) => bulkNames.some((name) => one.template === `/site/{id}/${name}`))
    .map((one) => ({ ...one, template: one.template.replace("/site/{id}", "/sites/{ids}") })),
];

const patterns = endpoints.map((endpoint) => ({
  endpoint,
  pattern: new RegExp(
    `^${
      endpoint.template.replace("{ids}", "(?<ids>\\d+(?:,\\d+)*)").replace("{id}", "(?<id>\\d+)")
        .replace(/\{\w+\}/, "(?<part>[^/]+)")
    }$`,
  ),
}));

/** A path taken apart. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly siteIds: readonly number[];
  readonly part: string;
}

/** What a path means, without its suffix for a format; null when the server does not know it. */
export function route(path: string): Route | null {
  const bare = path.replace(/\.(json|xml|csv)$/, "");
  for (const { endpoint, pattern } of patterns) {
    const found = pattern.exec(bare);
    if (!found) continue;
    const { ids, id, part } = found.groups ?? {};
    return {
      endpoint,
      siteIds: (ids ?? id ?? "").split(",").filter((text) => text !== "").map(Number),
      part: decodeURIComponent(part ?? ""),
    };
  }
  return null;
}

function at(
  template: string,
  parameters: readonly string[],
  handle: Endpoint["handle"],
): Endpoint {
  return { template, parameters, handle };
}
