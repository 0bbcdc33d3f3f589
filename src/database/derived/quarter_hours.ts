import { familySum, type Readings, withoutNoise } from "../../model/family_sum.ts";
import type { TableRows } from "../../model/harvest.ts";
import type { Value } from "../../model/table.ts";

/** What one device gave for one bucket: a row of `sql/shared/quarter_hours.sql`. */
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

/** The power of the whole site for one quarter-hour: a row of `sql/shared/site_power.sql`. */
export interface SitePower {
  readonly timestamp: string;
  readonly local_time: string;
  readonly power_w: number | null;
}

const tables = [
  { table: "power_details", suffix: "w", part: "power_w" },
  { table: "energy_details", suffix: "wh", part: "energy_wh" },
] as const;

const quarter = 900;
const quarterMs = quarter * 1000;
/** A device rounds its power to a watt, and so does the site. */
export const roundingW = 1;
/** Longer than this no roof sleeps while another is awake. */
const dawnMs = 6 * quarterMs;

/**
 * The rows of `power_details` and `energy_details` that follow from what meters and inverters gave, for the
 * buckets that begin within `[from, to)`, UTC text. The one home of these rules:
 * - production is what the production meters counted, else the AC energy of the inverters; where the whole site
 *   gave more, there is an inverter without a meter or of another make, and production is what the site gave
 * - consumption is what a consumption meter counted, else self-consumption and what was purchased
 * - self-consumption is production less feed-in, never below zero
 */
export function detailsOf(
  siteId: number,
  all: readonly DeviceBucket[],
  whole: readonly SitePower[],
  from: string,
  to: string,
): TableRows[] {
  const intervals = Map.groupBy(all, (one) => one.interval_s);
  const given = whole.filter((one) => one.power_w !== null);
  if (given.length > 0 && !intervals.has(quarter)) intervals.set(quarter, []);
  return [...intervals].flatMap(([interval, buckets]) => {
    const site = interval === quarter ? given : [];
    const moments = momentsOf([...site, ...buckets], from, to);
    if (moments.size === 0) return [];
    return tables.map(({ table, suffix, part }): TableRows => {
      const figures = figuresOf(buckets, site, part);
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

/** When the buckets begin that do so within `[from, to)`: their UTC text, with the wall clock at the site. */
export function momentsOf(
  buckets: readonly Pick<DeviceBucket, "timestamp" | "local_time">[],
  from: string,
  to: string,
) {
  const within = buckets.filter(({ timestamp }) => timestamp >= from && timestamp < to);
  return new Map(within.map(({ timestamp, local_time }) => [timestamp, local_time]));
}

function figuresOf(
  buckets: readonly DeviceBucket[],
  site: readonly SitePower[],
  part: "power_w" | "energy_wh",
) {
  const byType = Map.groupBy(buckets, (one) => one.meter_type);
  const ofType = (type: string) => familyOf(byType.get(type) ?? [], part);
  const sumOf = (type: string) => familySum(ofType(type).map(readingsOf));
  const metered = familySum(awakeOrNot(ofType("Production")));
  const inverters = familySum(awakeOrNot(ofType("")));
  const consumed = sumOf("Consumption");
  const fedIn = sumOf("FeedIn");
  const bought = sumOf("Purchased");
  const producing = [...byType.get("Production") ?? [], ...byType.get("") ?? []];
  const asleep = sleepOf(producing, part);
  const perW = part === "power_w" ? 1 : quarter / 3600;
  const whole = new Map(site.map((one) => [Date.parse(one.timestamp), one.power_w! * perW]));
  const devices = new Set(producing.map((one) => one.device_key)).size;
  const rounding = roundingW * (devices + 1) * perW;

  return (at: number): Value[] => {
    const devicesGave = metered(at) ?? inverters(at);
    const siteGave = whole.get(at);
    const production = siteGave !== undefined && siteGave > (devicesGave ?? 0) + rounding
      ? withoutNoise(siteGave)
      : devicesGave;
    const [feedIn, purchased] = [fedIn(at), bought(at)];
    // Who sleeps produces nothing, and the house is fed by the grid alone.
    const made = production ?? (feedIn === 0 && asleep(at) ? 0 : null);
    const own = made === null || feedIn === null ? null : withoutNoise(Math.max(0, made - feedIn));
    const consumption = consumed(at) ??
      (own === null || purchased === null ? null : withoutNoise(own + purchased));
    return [production, consumption, production === null ? null : own, feedIn, purchased];
  };
}

/** What one device answered for each bucket that it was asked about, by epoch milliseconds. */
export type Answers = ReadonlyMap<number, number | null>;

/** The answers of each device of a family. */
export function familyOf(
  buckets: readonly DeviceBucket[],
  part: "power_w" | "energy_wh",
): Answers[] {
  return [...Map.groupBy(buckets, (one) => one.device_key).values()].map((some) =>
    new Map(some.map((one) => [Date.parse(one.timestamp), one[part]]))
  );
}

function readingsOf(answers: Answers): Readings {
  return new Map([...answers].flatMap(([at, value]) => value === null ? [] : [[at, value]]));
}

/**
 * Roofs wake one after another: one that was asked and sent nothing counts as zero while it still sleeps, which
 * it may do for some time after a night in which all of them sent nothing.
 */
export function awakeOrNot(family: readonly Answers[]): Readings[] {
  const moments = new Set(family.flatMap((one) => [...one.keys()]));
  const nights = new Set(
    [...moments].filter((at) => family.every((one) => (one.get(at) ?? null) === null)),
  );
  const isNight = (answers: Answers, from: number, step: number) => {
    for (let at = from; Math.abs(at - from) <= dawnMs; at += step) {
      if (nights.has(at)) return true;
      if (answers.get(at) !== null) return false;
    }
    return false;
  };
  return family.map((answers) => {
    const values = new Map(readingsOf(answers));
    for (const [at, value] of answers) {
      if (value !== null || nights.has(at)) continue;
      if (isNight(answers, at, quarterMs) || isNight(answers, at, -quarterMs)) values.set(at, 0);
    }
    return values;
  });
}

/** Whether everything that produces was asked about a bucket and sent nothing. */
function sleepOf(producing: readonly DeviceBucket[], part: "power_w" | "energy_wh") {
  const asleep = new Map<number, boolean>();
  for (const one of producing) {
    const at = Date.parse(one.timestamp);
    asleep.set(at, (asleep.get(at) ?? true) && one[part] === null);
  }
  return (at: number) => asleep.get(at) ?? false;
}
