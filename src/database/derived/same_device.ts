import type { DeviceBucket } from "./quarter_hours.ts";

/** So many different values above zero no two devices have alike, bucket by bucket, by chance. */
const surelyAlike = 8;

/**
 * The buckets of each device under one key, where the server has called it by several: spelled in another way, with
 * or without the check digits of its serial number, or anew, with the same values in the same buckets. Where two of
 * its keys disagree on a bucket, that counts which has the newest values.
 */
export function oncePerDevice(buckets: readonly DeviceBucket[]): readonly DeviceBucket[] {
  const families = Map.groupBy(buckets, (one) => one.meter_type);
  const merged = [...families.values()].map((family) => {
    const byKey = Map.groupBy(family, (one) => one.device_key);
    const devices = devicesOf(byKey);
    return devices.length === byKey.size ? family : devices.flatMap((keys) => joined(keys, byKey));
  });
  return merged.flat();
}

type ByKey = ReadonlyMap<string, readonly DeviceBucket[]>;

/** The keys of a family, those of one device together. */
function devicesOf(byKey: ByKey): string[][] {
  const devices: string[][] = [];
  for (const keys of Map.groupBy(byKey.keys(), spelling([...byKey.keys()])).values()) {
    const known = devices.find(([other]) => areAlike(byKey.get(other!)!, byKey.get(keys[0]!)!));
    if (known) known.push(...keys);
    else devices.push([...keys]);
  }
  return devices;
}

/** How a key is spelled without what may change: case, blanks, and check digits that no other key of it has. */
function spelling(keys: readonly string[]): (key: string) => string {
  const plain = (key: string) => key.toUpperCase().replaceAll(/\s+/g, "");
  const base = (key: string) => plain(key).replace(/-[0-9A-F]{2}$/, "");
  const spelled = new Set(keys.map(plain));
  const withDigits = Map.groupBy(spelled, (one) => base(one));
  return (key) => {
    const others = withDigits.get(base(key))!.filter((one) => one !== base(key));
    return others.length < 2 && spelled.has(base(key)) ? base(key) : plain(key);
  };
}

/**
 * Whether two keys have the same values where both have any, enough of them to be sure. Some may differ: the bucket
 * that was open at the time, or what was corrected since.
 */
function areAlike(some: readonly DeviceBucket[], others: readonly DeviceBucket[]): boolean {
  const byTime = new Map(others.map((one) => [timeOf(one), one]));
  const alike = new Set<number>();
  let different = 0;
  for (const one of some) {
    const other = byTime.get(timeOf(one));
    for (const part of ["energy_wh", "power_w"] as const) {
      const [a, b] = [one[part], other?.[part] ?? null];
      if (a === null || b === null) continue;
      if (a !== b) different++;
      else if (a > 0) alike.add(a);
    }
    if (different > surelyAlike && different > alike.size) return false;
  }
  return alike.size >= surelyAlike && different <= alike.size / 8;
}

/** The buckets of one device, whatever key they came under. */
function joined(keys: readonly string[], byKey: ByKey): DeviceBucket[] {
  const newest = (key: string) =>
    byKey.get(key)!.reduce(
      (last, one) => hasValue(one) && one.timestamp > last ? one.timestamp : last,
      "",
    );
  const [first, ...older] = keys.map((key) => ({ key, at: newest(key) }))
    .sort((a, b) => a.at !== b.at ? (a.at < b.at ? 1 : -1) : a.key < b.key ? 1 : -1)
    .map((one) => one.key);
  const found = new Map(byKey.get(first!)!.map((one) => [timeOf(one), one]));
  for (const one of older.flatMap((key) => byKey.get(key)!)) {
    const known = found.get(timeOf(one));
    found.set(timeOf(one), {
      ...one,
      device_key: first!,
      power_w: known?.power_w ?? one.power_w,
      energy_wh: known?.energy_wh ?? one.energy_wh,
    });
  }
  return [...found.values()];
}

const hasValue = (one: DeviceBucket) => one.power_w !== null || one.energy_wh !== null;
const timeOf = (one: DeviceBucket) => `${one.timestamp} ${one.interval_s}`;
