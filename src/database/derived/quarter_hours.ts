import { familySum, type Told, withoutNoise } from "../../model/family_sum.ts";
import type { TableRows } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";

/** What one device told of one bucket: a row of `sql/shared/quarter_hours.sql`. */
export interface DeviceBucket {
  readonly timestamp: string;
  readonly local_time: string;
  readonly interval_s: number;
  readonly device_key: string;
  /** Empty: an inverter. */
  readonly meter_type: string;
  readonly power_w: number | null;
  readonly energy_wh: number | null;
}

const tables = [
  { table: "power_details", suffix: "w", part: "power_w" },
  { table: "energy_details", suffix: "wh", part: "energy_wh" },
] as const;

/**
 * The rows of `power_details` and `energy_details` that follow from what meters and inverters told, for the
 * buckets that begin within `[from, to)`, UTC text. The one home of these rules:
 * - production is what the production meters counted, else the AC energy of the inverters
 * - consumption is what a consumption meter counted, else self-consumption and what was purchased
 * - self-consumption is production less feed-in, never below zero
 */
export function detailsOf(
  siteId: number,
  all: readonly DeviceBucket[],
  from: string,
  to: string,
): TableRows[] {
  return [...Map.groupBy(all, (one) => one.interval_s)].flatMap(([interval, buckets]) => {
    const moments = new Map<string, string>();
    for (const { timestamp, local_time } of buckets) {
      if (timestamp >= from && timestamp < to) moments.set(timestamp, local_time);
    }
    if (moments.size === 0) return [];
    return tables.map(({ table, suffix, part }): TableRows => {
      const figures = figuresOf(buckets, part);
      return {
        table,
        columns: [
          "site_id",
          "timestamp",
          "local_time",
          "interval_s",
          ...["production", "consumption", "self_consumption", "feed_in", "purchased"]
            .map((name) => `${name}_${suffix}`),
        ],
        rows: [...moments].map(([timestamp, local]): Value[] => [
          siteId,
          timestamp,
          local,
          interval,
          ...figures(Date.parse(timestamp)),
        ]),
      };
    });
  });
}

function figuresOf(buckets: readonly DeviceBucket[], part: "power_w" | "energy_wh") {
  const byType = Map.groupBy(buckets, (one) => one.meter_type);
  const sumOf = (type: string) => {
    const byDevice = Map.groupBy(byType.get(type) ?? [], (one) => one.device_key);
    return familySum([...byDevice.values()].map((some): Told =>
      new Map(some.flatMap((one) => {
        const value = one[part];
        return value === null ? [] : [[Date.parse(one.timestamp), value] as const];
      }))
    ));
  };
  const metered = sumOf("Production");
  const inverters = sumOf("");
  const consumed = sumOf("Consumption");
  const fedIn = sumOf("FeedIn");
  const bought = sumOf("Purchased");
  const asleep = sleepOf([...byType.get("Production") ?? [], ...byType.get("") ?? []], part);

  return (at: number): Value[] => {
    const production = metered(at) ?? inverters(at);
    const [feedIn, purchased] = [fedIn(at), bought(at)];
    // Who sleeps produces nothing, and the house is fed by the grid alone.
    const made = production ?? (feedIn === 0 && asleep(at) ? 0 : null);
    const own = made === null || feedIn === null ? null : withoutNoise(Math.max(0, made - feedIn));
    const consumption = consumed(at) ??
      (own === null || purchased === null ? null : withoutNoise(own + purchased));
    return [production, consumption, production === null ? null : own, feedIn, purchased];
  };
}

/** Whether everything that produces was asked about a bucket and told nothing. */
function sleepOf(producing: readonly DeviceBucket[], part: "power_w" | "energy_wh") {
  const asleep = new Map<number, boolean>();
  for (const one of producing) {
    const at = Date.parse(one.timestamp);
    asleep.set(at, (asleep.get(at) ?? true) && one[part] === null);
  }
  return (at: number) => asleep.get(at) ?? false;
}
