import { meterSample } from "../devices.ts";
import { measured } from "../json_text.ts";
import { type KnownEnergies, knownEnergies, measuresGrid } from "../knowledge.ts";
import type { MeterType } from "../site_spec.ts";
import { dayOf, localText, quarterHour } from "../zone.ts";
import { type Bucket, buckets } from "./buckets.ts";
import type { Call, CallSite } from "./call.ts";
import { checkSpan, dates, meterTypes, spanOf, times, timeUnit } from "./parameters.ts";
import { isBulk } from "./site_faces.ts";

const detailTypes: readonly MeterType[] = [
  "FeedIn",
  "Production",
  "SelfConsumption",
  "Consumption",
  "Purchased",
];

const meterListTypes: readonly MeterType[] = ["Production", "Consumption", "FeedIn", "Purchased"];

/** `/site/{id}/energy` and its bulk form */
export function energy(call: Call): unknown {
  const window = dates(call.parameters);
  const unit = timeUnit(call.parameters);
  checkSpan(call, window, spanOf(unit));
  const series = (site: CallSite) => ({
    measuredBy: site.model.spec.measuredBy,
    values: buckets(site.model.zone, unit, window.start, window.end, site.daylightSaving).map(
      (bucket) => ({
        date: localText(bucket.label),
        value: measured(wattHours(call, known(site, bucket)?.production ?? null)),
      }),
    ),
  });
  const head = { timeUnit: unit, unit: call.quirks.energyUnit };
  if (!isBulk(call)) return { energy: { ...head, ...series(call.site) } };
  return {
    sitesEnergy: {
      ...head,
      count: call.sites.length,
      siteEnergyList: call.sites.map((site) => ({
        siteId: site.model.spec.siteId,
        energyValues: series(site),
      })),
    },
  };
}

/** `/site/{id}/power` and its bulk form */
export function power(call: Call): unknown {
  const window = times(call.parameters);
  const unit = "QUARTER_OF_AN_HOUR";
  checkSpan(call, window, "month");
  const series = (site: CallSite) => ({
    measuredBy: site.model.spec.measuredBy,
    values: buckets(site.model.zone, unit, window.start, window.end, site.daylightSaving).map(
      (bucket) => ({
        date: localText(bucket.label),
        value: measured(meanPower(known(site, bucket)?.production ?? null)),
      }),
    ),
  });
  if (!isBulk(call)) return { power: { timeUnit: unit, unit: "W", ...series(call.site) } };
  return {
    powerDateValuesList: {
      timeUnit: unit,
      unit: call.quirks.bulkPowerUnit,
      count: call.sites.length,
      siteEnergyList: call.sites.map((site) => ({
        siteId: site.model.spec.siteId,
        powerDataValueSeries: series(site),
      })),
    },
  };
}

/** `/site/{id}/timeFrameEnergy` and its bulk form */
export function timeFrameEnergy(call: Call): unknown {
  const window = dates(call.parameters);
  checkSpan(call, window, "year");
  const unit = call.quirks.energyUnit;
  const frame = ({ model, knowledge }: CallSite) => {
    const life = (local: number) =>
      knownEnergies(model, knowledge, -Infinity, model.zone.dayStart(dayOf(local)))
        ?.production ?? 0;
    const before = life(window.start);
    const after = life(window.end + 1);
    const at = (local: number, value: number) => ({
      date: localText(local).slice(0, 10),
      energy: measured(wattHours(call, value)),
      unit,
    });
    return {
      energy: measured(wattHours(call, after - before)),
      unit,
      measuredBy: model.spec.measuredBy,
      startLifetimeEnergy: at(window.start, before),
      endLifetimeEnergy: at(window.namedEnd, after),
    };
  };
  if (!isBulk(call)) return { timeFrameEnergy: frame(call.site) };
  return {
    timeFrameEnergyList: {
      count: call.sites.length,
      timeFrameEnergyList: call.sites.map((site) => ({
        siteId: site.model.spec.siteId,
        timeFrameEnergy: frame(site),
      })),
    },
  };
}

/** `/site/{id}/powerDetails` */
export function powerDetails(call: Call): unknown {
  const window = times(call.parameters);
  checkSpan(call, window, "month");
  const unit = "QUARTER_OF_AN_HOUR";
  const all = buckets(
    call.site.model.zone,
    unit,
    window.start,
    window.end,
    call.site.daylightSaving,
  );
  return {
    powerDetails: { timeUnit: unit, unit: "W", meters: detailSeries(call, all, meanPower) },
  };
}

/** `/site/{id}/energyDetails` */
export function energyDetails(call: Call): unknown {
  const window = times(call.parameters);
  const unit = timeUnit(call.parameters);
  checkSpan(call, window, spanOf(unit));
  const { zone } = call.site.model;
  const all = buckets(zone, unit, window.start, window.end, call.site.daylightSaving);
  const meters = detailSeries(call, all, (value) => wattHours(call, value));
  return { energyDetails: { timeUnit: unit, unit: call.quirks.energyUnit, meters } };
}

function detailSeries(
  call: Call,
  all: readonly Bucket[],
  convert: (wattHours: number | null) => number | null,
) {
  const { site } = call;
  const isMeasured = (type: MeterType) => type === "Production" || measuresGrid(site.model);
  return meterTypes(call.parameters, detailTypes)
    .filter((type) => isMeasured(type) || call.quirks.typesWithoutMeter === "empty")
    .map((type) => ({
      type,
      values: all.map((bucket) => {
        const energies = isMeasured(type) ? known(site, bucket) : null;
        // Here a missing reading is a missing key.
        const value = convert(energies === null ? null : ofType(energies, type));
        return {
          date: localText(bucket.label),
          value: value === null ? undefined : measured(value),
        };
      }),
    }));
}

function ofType(energies: KnownEnergies, type: MeterType): number | null {
  switch (type) {
    case "Production":
      return energies.production;
    case "Consumption":
      return energies.consumption;
    case "SelfConsumption":
      return energies.selfConsumption;
    case "FeedIn":
      return energies.feedIn;
    case "Purchased":
      return energies.purchased;
  }
}

/** `/site/{id}/meters` */
export function meters(call: Call): unknown {
  const window = times(call.parameters);
  const unit = timeUnit(call.parameters);
  checkSpan(call, window, spanOf(unit));
  const types = meterTypes(call.parameters, meterListTypes);
  const { site } = call;
  const { spec, zone } = site.model;
  const all = buckets(zone, unit, window.start, window.end, site.daylightSaving);
  return {
    meterEnergyDetails: {
      timeUnit: unit,
      unit: call.quirks.energyUnit,
      meters: spec.meters.flatMap((meter, index) => {
        if (meter.serial === null || !types.includes(meter.type)) return [];
        return [{
          meterSerialNumber: meter.serial,
          connectedSolaredgeDeviceSN: spec.inverters[meter.inverter].serial,
          model: meter.model,
          meterType: meter.type,
          values: all.map((bucket) => registerIn(call, index, bucket)),
        }];
      }),
    },
  };
}

/** The first reading of a register in a bucket, at its own time; else the bucket without a value. */
function registerIn(call: Call, meter: number, bucket: Bucket) {
  const { model, knowledge } = call.site;
  const { serial } = model.spec.meters[meter];
  for (const [from, to] of knowledge.parts(bucket.from, bucket.to)) {
    for (let slot = Math.floor(from / quarterHour); slot * quarterHour < to; slot++) {
      const sample = meterSample(model, meter, slot);
      if (!knowledge.hasOf(`${serial}`, sample.epoch)) continue;
      return {
        date: localText(model.zone.localOf(sample.epoch)),
        value: measured(wattHours(call, sample.registerWh)),
      };
    }
  }
  return { date: localText(bucket.label) };
}

function known(site: CallSite, bucket: Bucket): KnownEnergies | null {
  return knownEnergies(site.model, site.knowledge, bucket.from, bucket.to);
}

function meanPower(wattHours: number | null): number | null {
  return wattHours === null ? null : wattHours * 4;
}

/** Wh in the unit that the server declares. */
function wattHours(call: Call, value: number): number;
function wattHours(call: Call, value: number | null): number | null;
function wattHours(call: Call, value: number | null): number | null {
  return value === null || call.quirks.energyUnit === "Wh" ? value : value / 1000;
}
