import { measured } from "../json_text.ts";
import { knownEnergies, measuresGrid } from "../knowledge.ts";
import { overview as overviewOf } from "../site_figures.ts";
import type { Bucket, Resolution } from "./buckets.ts";
import type { Call, CallSite } from "./call.ts";
import {
  bucketWindow,
  energyUnits,
  inUnit,
  oneOf,
  powerUnits,
  type Unit,
  type Window,
  window,
} from "./parameters.ts";
import { energyWh, powerW, rounded } from "./site_energies.ts";
import { stamp } from "./stamp.ts";
import { quarterHour } from "../zone.ts";

/** `/sites/{id}/energy` */
export function energy(call: Call): unknown {
  return series(call, oneOf(call.parameters, "unit", energyUnits, "WH"), energyWh);
}

/** `/sites/{id}/power` */
export function power(call: Call): unknown {
  const unit = oneOf(call.parameters, "unit", powerUnits, "W");
  const peakW = call.site.model.spec.peakPowerKwp * 1000;
  return series(call, unit, (site, resolution, bucket) => {
    const watts = powerW(site, resolution, bucket);
    return unit === "PERCENTAGE" && watts !== null ? rounded(100 * watts / peakW, 4) : watts;
  });
}

function series(
  call: Call,
  unit: Unit,
  value: (site: CallSite, resolution: Resolution, bucket: Bucket) => number | null,
): unknown {
  const asked = bucketWindow(call);
  const { period, resolution, buckets } = asked.resolution === "TOTAL"
    ? { ...asked, ...total(call, asked.window) }
    : { ...asked, period: asked.window.period };
  const { zone } = call.site.model;
  return {
    period,
    unit,
    resolution,
    values: buckets.map((bucket) => ({
      timestamp: stamp(zone, bucket.from),
      value: measured(inUnit(value(call.site, resolution, bucket), unit)),
    })),
  };
}

/** A total covers the time that has data: from the site's first day to its newest moment. */
function total(call: Call, { from, to, period }: Window) {
  const { model: { zone, firstSlot }, knowledge: { lastUpload } } = call.site;
  const first = Math.max(from, firstSlot * quarterHour);
  const last = Math.min(to, lastUpload ?? -Infinity);
  if (last < first) return { period, buckets: [{ from, to: to + 1 }] };
  return {
    period: {
      from: first > from ? stamp(zone, first) : period.from,
      to: last < to ? stamp(zone, last) : period.to,
    },
    buckets: [{ from: first, to: last + 1 }],
  };
}

/** `/sites/{id}/lifetime-energy`: all production that the server has */
export function lifetimeEnergy(call: Call): unknown {
  const { model, knowledge } = call.site;
  return { energy: measured(overviewOf(model, knowledge, call.now).life), unit: "WH" };
}

/** `/sites/{id}/overview` */
export function overview(call: Call): unknown {
  const { model } = call.site;
  const { production, consumption } = totals(call);
  return {
    siteId: model.spec.siteId,
    production: {
      total: measured(production.total),
      unit: "WH",
      toSelfConsumption: measured(production.toSelfConsumption),
      toStorage: measured(production.toStorage),
      toGrid: measured(production.toGrid),
    },
    consumption: {
      total: measured(consumption.total),
      unit: "WH",
      fromPv: measured(consumption.fromPv),
      fromStorage: measured(consumption.fromStorage),
      fromGrid: measured(consumption.fromGrid),
    },
    performance: performanceOf(call, production.total),
  };
}

/** `/sites/{id}/overview/performance` */
export function performance(call: Call): unknown {
  return performanceOf(call, totals(call).production.total);
}

function performanceOf(call: Call, wattHours: number) {
  const { peakPowerKwp } = call.site.model.spec;
  return {
    specificYield: measured(rounded(wattHours / 1000 / peakPowerKwp, 2)),
    performanceRatio: measured(wattHours > 0 ? 0.81 : null),
  };
}

/** Where the energy of a window went and came from, Wh; who has no meter knows the production alone. */
function totals(call: Call) {
  const { model, knowledge } = call.site;
  const { from, to } = window(call);
  const known = knownEnergies(model, knowledge, from, to + 1);
  const sun = (known?.production ?? 0) + (known?.charged ?? 0) - (known?.discharged ?? 0);
  if (known === null || !measuresGrid(model)) {
    const nothing = { total: null, fromPv: null, fromStorage: null, fromGrid: null };
    return {
      production: { total: sun, toSelfConsumption: null, toStorage: null, toGrid: null },
      consumption: nothing,
    };
  }
  const direct = sun - known.charged - known.feedIn;
  return {
    production: {
      total: sun,
      toSelfConsumption: direct,
      toStorage: known.charged,
      toGrid: known.feedIn,
    },
    consumption: {
      total: known.consumption,
      fromPv: direct,
      fromStorage: known.discharged,
      fromGrid: known.purchased,
    },
  };
}
