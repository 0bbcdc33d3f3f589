import type { Call } from "./call.ts";
import { devices } from "./device_list.ts";
import type { Family } from "./metrics.ts";
import * as series from "./series_faces.ts";
import * as site from "./site_faces.ts";
import { deviceMetric, telemetry } from "./telemetry_faces.ts";

/** One path of the API, the parameters that it knows, and what answers it. */
export interface Endpoint {
  /** `{id}` a site, other names a part of the path. */
  readonly template: string;
  readonly parameters: readonly string[];
  /** What a homeowner must have granted; null: for API keys alone. */
  readonly scope: Scope | null;
  handle(call: Call): unknown;
}

export type Scope = "SITE_DATA" | "DEVICE_DATA";

const span = ["from", "to"];
const bucketed = [...span, "resolution"];
const alertList = ["only-open", "alerts-in-page", "page"];

/** Every path that the server knows. */
export const endpoints: readonly Endpoint[] = [
  at("/sites", ["page", "sites-in-page"], null, site.siteList),
  at("/alerts", alertList, null, site.alerts),
  at("/sites/{id}", [], "SITE_DATA", site.site),
  at("/sites/{id}/overview", span, "SITE_DATA", series.overview),
  at("/sites/{id}/overview/performance", span, "SITE_DATA", series.performance),
  at("/sites/{id}/lifetime-energy", [], "SITE_DATA", series.lifetimeEnergy),
  at("/sites/{id}/power", [...bucketed, "unit"], "SITE_DATA", series.power),
  at("/sites/{id}/energy", [...bucketed, "unit"], "SITE_DATA", series.energy),
  at("/sites/{id}/devices", ["types"], "DEVICE_DATA", devices),
  at("/sites/{id}/alerts", alertList, "SITE_DATA", site.alerts),
  at("/sites/{id}/environmental-benefits", ["unit"], "SITE_DATA", site.environmentalBenefits),
  at("/sites/{id}/power-flow", [], "SITE_DATA", site.powerFlow),
  at("/sites/{id}/storage/{serials}/telemetry", bucketed, "DEVICE_DATA", telemetry("storage")),
  ...(["inverters", "meters", "storage"] as const).flatMap((family: Family) => [
    at(`/sites/{id}/${family}/telemetry`, bucketed, "DEVICE_DATA", telemetry(family)),
    at(
      `/sites/{id}/${family}/{serial}/{metric}`,
      [...bucketed, "unit"],
      "DEVICE_DATA",
      deviceMetric(family),
    ),
  ]),
];

const patterns = endpoints.map((endpoint) => ({
  endpoint,
  pattern: new RegExp(
    `^${
      endpoint.template.replace("{id}", "(?<id>\\d+)").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")
    }$`,
  ),
}));

/** A path taken apart. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly siteId: number | null;
  readonly parts: Readonly<Record<string, string>>;
}

/** What a path means; null when the server does not know it. */
export function route(path: string): Route | null {
  for (const { endpoint, pattern } of patterns) {
    const found = pattern.exec(path);
    if (!found) continue;
    const { id, ...parts } = found.groups ?? {};
    return {
      endpoint,
      siteId: id === undefined ? null : Number(id),
      parts: Object.fromEntries(
        Object.entries(parts).map(([name, text]) => [name, decodeURIComponent(text)]),
      ),
    };
  }
  return null;
}

function at(
  path: string,
  parameters: readonly string[],
  scope: Scope | null,
  handle: Endpoint["handle"],
): Endpoint {
  return { template: `/v2${path}`, parameters, scope, handle };
}
