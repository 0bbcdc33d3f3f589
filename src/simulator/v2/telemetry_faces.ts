import { measured } from "../json_text.ts";
import type { Bucket, Resolution } from "./buckets.ts";
import type { Call } from "./call.ts";
import { type Family, measuringDevices, type Metric, metricIn } from "./metrics.ts";
import { bucketWindow, energyUnits, inUnit, oneOf, powerUnits, type Unit } from "./parameters.ts";
import { Problem } from "./problem.ts";
import { stamp } from "./stamp.ts";

/** `/sites/{id}/inverters/telemetry` and its like: all devices of a family under their serial numbers */
export function telemetry(family: Family): (call: Call) => unknown {
  return (call) => {
    const { window: { period }, resolution, buckets } = bucketWindow(call);
    const serials = call.parts.serials?.split(",");
    const all = measuringDevices(call.site, family);
    const unknown = serials?.find((serial) => !all.some((one) => one.serial === serial));
    if (unknown !== undefined) throw new Problem(404, `No device ${unknown}`);
    const sent = call.site.model.firstSlot < Infinity;
    const devices = sent ? all.filter((one) => serials?.includes(one.serial) ?? true) : [];
    return {
      period,
      resolution,
      [family]: Object.fromEntries(devices.map(({ serial, metrics }) => [
        serial,
        Object.fromEntries(
          metrics.filter((metric) => supports(resolution, metric)).map((metric) => {
            const unit = telemetryUnit(call, metric);
            return [metric.name, {
              unit,
              values: values(call, serial, resolution, buckets, metric, unit),
            }];
          }),
        ),
      ])),
    };
  };
}

/** `/sites/{id}/inverters/{serial}/{metric}` and its like */
export function deviceMetric(family: Family): (call: Call) => unknown {
  return (call) => {
    const device = measuringDevices(call.site, family).find((one) =>
      one.serial === call.parts.serial
    );
    if (device === undefined) throw new Problem(404, `No device ${call.parts.serial}`);
    const metric = device.metrics.find((one) => pathOf(one.name) === call.parts.metric);
    if (metric === undefined) throw new Problem(404, "Unknown endpoint");
    const { window: { period }, resolution, buckets } = bucketWindow(call);
    if (!supports(resolution, metric)) {
      throw new Problem(400, `${metric.name} is not given by ${resolution}`);
    }
    const unit = namedUnit(call, metric);
    const { serial } = device;
    return {
      period,
      unit,
      resolution,
      values: values(call, serial, resolution, buckets, metric, unit),
    };
  };
}

function values(
  call: Call,
  serial: string,
  resolution: Resolution,
  buckets: readonly Bucket[],
  metric: Metric,
  unit: Metric["unit"] | Unit,
) {
  const { zone } = call.site.model;
  return buckets.map((bucket) => {
    const value = metricIn(call.site, serial, resolution, bucket, metric);
    return {
      timestamp: stamp(zone, metric.stampedAt === "end" ? bucket.to : bucket.from),
      value: measured(isScaled(unit) ? inUnit(value, unit) : value),
    };
  });
}

function supports(resolution: Resolution, { kind, unit }: Metric): boolean {
  return kind === "sum" || unit === "W" || resolution === "QUARTER_HOUR" || resolution === "HOUR";
}

function telemetryUnit(call: Call, { unit }: Metric): Metric["unit"] | Unit {
  if (!call.quirks.kiloTelemetry) return unit;
  return unit === "W" ? "KW" : unit === "WH" ? "KWH" : unit;
}

function namedUnit(call: Call, { unit }: Metric): Metric["unit"] | Unit {
  if (unit === "W") return oneOf(call.parameters, "unit", powerUnits.slice(0, 3), "W");
  if (unit === "WH") return oneOf(call.parameters, "unit", energyUnits, "WH");
  return oneOf(call.parameters, "unit", [unit], unit);
}

function isScaled(unit: Metric["unit"] | Unit): unit is Unit {
  return [...powerUnits, ...energyUnits].some((one) => one === unit);
}

/** `chargePower` as the path has it: `charge-power`. */
function pathOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
