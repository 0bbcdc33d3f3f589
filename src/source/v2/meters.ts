import type { Value } from "../../model/table.ts";
import type { Answer } from "../source.ts";
import { answer, type Asked, rowsOf } from "../answer/answer_body.ts";
import { extraText } from "../answer/answer_fields.ts";
import { detailsFrom } from "./details.ts";
import {
  absentHere,
  type MeasuredDevice,
  type Metric,
  readTelemetry,
  slotColumns,
  slotKey,
} from "./telemetry.ts";

/** What a meter counts: the vendor's word in its metrics, and the type of meter that v1 and v2 know. */
const directions = [
  { word: "production", meterType: "Production" },
  { word: "consumption", meterType: "Consumption" },
  { word: "export", meterType: "FeedIn" },
  { word: "import", meterType: "Purchased" },
] as const;

const metrics: readonly Metric[] = directions.flatMap(({ word }): Metric[] => [
  { name: `${word}Power`, quantity: "power" },
  { name: `${word}Energy`, quantity: "energy" },
]);

/**
 * `/sites/{id}/meters/telemetry` → `meter_readings` and `meters`, one row for each direction that a meter
 * counts. What the site as a whole did is derived from them.
 */
export function parseMeters(body: unknown, asked: Asked): Answer {
  const { site, devices, ranges, notes } = readTelemetry(
    body,
    "meters",
    metrics,
    asked,
    countsAtNight,
  );
  const counted = devices.flatMap(countsOf);
  const [siteId, deviceKey, ...times] = slotColumns;
  return answer({
    rows: [
      ...rowsOf(
        "meters",
        ["site_id", "device_key", "meter_type", "serial_number"],
        counted.map(({ device: { serialNumber }, meterType }) => [
          site.siteId,
          serialNumber,
          meterType,
          serialNumber,
        ]),
      ),
      ...rowsOf(
        "meter_readings",
        [siteId!, deviceKey!, "meter_type", ...times, "power_w", "energy_wh", "extra"],
        counted.flatMap(({ device, meterType, at, isFirst }) =>
          device.slots.flatMap((slot): Value[][] => {
            const [id, key, ...time] = slotKey(site, device.serialNumber, slot);
            const [power = null, energy = null] = at === null ? [] : slot.values.slice(2 * at);
            const extra = isFirst ? extraText(slot.rest) : null;
            // A bucket of another length is there for the metric that has it.
            if (!slot.isRequested && power === null && energy === null && extra === null) return [];
            return [[id!, key!, meterType, ...time, power, energy, extra]];
          })
        ),
      ),
    ],
    ranges,
    absent: devices.length > 0 ? [] : absentHere(asked, "the site has no meter"),
    notes,
    derive: detailsFrom(site, devices.flatMap((one) => one.slots)),
  });
}

/** A meter of production alone sleeps with the inverters: its silence is no gap. */
function countsAtNight({ metrics }: MeasuredDevice): boolean {
  return metrics.some((one) => !one.startsWith("production"));
}

/** The directions that a device counts; one that counts nothing known keeps its values under no type. */
function countsOf(device: MeasuredDevice) {
  const known = directions.flatMap(({ word, meterType }, at) =>
    device.metrics.some((name) => name === `${word}Power` || name === `${word}Energy`)
      ? [{ device, meterType: meterType as string, at: at as number | null }]
      : []
  );
  const counts = known.length > 0 ? known : [{ device, meterType: "", at: null }];
  return counts.map((one, index) => ({ ...one, isFirst: index === 0 }));
}
