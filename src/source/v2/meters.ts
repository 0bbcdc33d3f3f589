import type { Value } from "../../model/table.ts";
import { instantText, localText } from "../../model/site_time.ts";
import type { Answer } from "../source.ts";
import { answer, type Asked, rowsOf } from "../answer/answer_body.ts";
import { extraText } from "../answer/answer_fields.ts";
import { lengthSeconds, type Slot } from "../answer/slot_standing.ts";
import {
  absentHere,
  type MeasuredDevice,
  type Metric,
  readTelemetry,
  slotColumns,
  slotKey,
} from "./telemetry.ts";

/** What a meter counts: the vendor's word in its metrics, and the type of meter that both generations know. */
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

/** The tables of the whole site, and which metric of a direction adds up in them. */
const sums = [
  { table: "power_details", suffix: "w", metric: 0 },
  { table: "energy_details", suffix: "wh", metric: 1 },
] as const;

/**
 * `/sites/{id}/meters/telemetry` → `meter_readings` and `meters`, one row for each direction that a meter
 * counts; their sums over all meters → `power_details` and `energy_details`.
 */
export function parseMeters(body: unknown, asked: Asked): Answer {
  const { site, devices, stretches, notes } = readTelemetry(
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
            if (!slot.wanted && power === null && energy === null && extra === null) return [];
            return [[id!, key!, meterType, ...time, power, energy, extra]];
          })
        ),
      ),
      ...sums.flatMap(({ table, suffix, metric }) =>
        rowsOf(
          table,
          [
            "site_id",
            "timestamp",
            "local_time",
            "interval_s",
            ...["production", "consumption", "self_consumption", "feed_in", "purchased"]
              .map((name) => `${name}_${suffix}`),
          ],
          slotsOfAll(devices.filter((one) => one.metrics.length > 0)).map((slot): Value[] => [
            site.siteId,
            instantText(slot.instant),
            localText(slot.local),
            lengthSeconds(slot),
            ...fiveOf(directions.map((_, at) => sumAt(slot.instant, devices, 2 * at + metric))),
          ]),
        )
      ),
    ],
    stretches,
    absent: devices.length > 0 ? [] : absentHere(asked, "the site has no meter"),
    notes,
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

/** One slot for each moment at which any of the devices has one. */
function slotsOfAll(devices: readonly MeasuredDevice[]): Slot[] {
  const byMoment = new Map<number, Slot>();
  for (const { slots } of devices) {
    for (const slot of slots) byMoment.set(slot.instant.epochMilliseconds, slot);
  }
  return [...byMoment.values()];
}

/** What all meters that count this counted together; NULL while one of them has not told. */
function sumAt(
  at: Temporal.Instant,
  devices: readonly MeasuredDevice[],
  metric: number,
): number | null {
  const name = metrics[metric]!.name;
  const counting = devices.filter((one) => one.metrics.includes(name));
  if (counting.length === 0) return null;
  let sum = 0;
  for (const { slots } of counting) {
    const value = slots.find((one) => one.instant.equals(at))?.values[metric] ?? null;
    if (value === null) return null;
    sum += Number(value);
  }
  return rounded(sum);
}

/** What the site used of its own production is what it did not feed in. */
function fiveOf([production, consumption, feedIn, purchased]: (number | null)[]): Value[] {
  const own = production === null || feedIn === null
    ? null
    : rounded(Math.max(0, production! - feedIn!));
  return [production!, consumption!, own, feedIn!, purchased!];
}

/** Without the noise of binary fractions. */
function rounded(value: number): number {
  return Number(value.toFixed(6)) + 0;
}
