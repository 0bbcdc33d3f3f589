/** What one device of a family gave, by the moment (epoch milliseconds) at which its bucket begins. */
export type Readings = ReadonlyMap<number, number>;

/** A device that has been silent for longer has no part in a sum: it was replaced, or was not there yet. */
const awaitedMs = 48 * 3600_000;

/**
 * Sums over the devices of a family, bucket by bucket. A sum is NULL where no device has a value, and where a
 * device is silent that had values within two days before or after: a part must not pass for the whole.
 */
export function familySum(family: readonly Readings[]): (at: number) => number | null {
  const moments = family.map((readings) => [...readings.keys()].sort((a, b) => a - b));
  return (at) => {
    let sum: number | null = null;
    for (const [index, readings] of family.entries()) {
      const value = readings.get(at);
      if (value !== undefined) sum = (sum ?? 0) + value;
      else if (isNear(moments[index]!, at)) return null;
    }
    return sum === null ? null : withoutNoise(sum);
  };
}

/** A sum or a difference without the noise of binary fractions; -0 is 0. */
export function withoutNoise(value: number): number {
  return Number(value.toFixed(6)) + 0;
}

function isNear(sorted: readonly number[], at: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < at) low = middle + 1;
    else high = middle;
  }
  const around = [sorted[low - 1], sorted[low]];
  return around.some((one) => one !== undefined && Math.abs(one - at) <= awaitedMs);
}
