/** What an answer holds about a share whose unit does not say whether it ends at 1 or at 100. */
export interface ShareEvidence {
  /** The shares in their order, null where there is none. */
  readonly shares: readonly (number | null)[];
  /** What was left in the battery at the same moments, in Wh; empty where it is not told. */
  readonly energiesWh: readonly (number | null)[];
  /** How long a time the shares tell of. */
  readonly seconds: number;
}

/**
 * What a share is to be multiplied with to be a percentage, and what speaks for it, where that is worth
 * telling.
 */
export interface ShareScale {
  readonly factor: 1 | 100;
  readonly reason: string | null;
}

/** Rounding may carry a full battery a little beyond 1. */
const whole = 1.01;
/** No battery at a house holds less. */
const smallestBatteryWh = 1000;
const day = 86_400;

/**
 * Whether shares are percentages (0 to 100, as the vendor's documentation shows them) or fractions (0 to 1,
 * as one live program reads them). A share above 1 is a percentage. Where none is, the energy that is left
 * tells how large the battery would be: as a fraction of it, it has a size that batteries have, or none
 * does. Without energies, a battery that stays below one percent for a day is none. In doubt they are what
 * is documented.
 */
export function shareScale({ shares, energiesWh, seconds }: ShareEvidence): ShareScale {
  const told = shares.filter((one) => one !== null);
  if (told.every((one) => one === 0) || told.some((one) => one > whole)) {
    return { factor: 1, reason: null };
  }
  const sizes = shares.flatMap((share, index) => {
    const energy = energiesWh[index] ?? null;
    return share !== null && share > 0 && energy !== null ? [energy / share] : [];
  }).sort((a, b) => a - b);
  const size = sizes[sizes.length >> 1];
  if (size !== undefined) {
    return size >= smallestBatteryWh
      ? { factor: 100, reason: `fractions of ${Math.round(size)} Wh, not percentages` }
      : { factor: 1, reason: null };
  }
  if (seconds >= day) {
    return { factor: 100, reason: "never above 1 in a day or more: fractions, not percentages" };
  }
  return { factor: 1, reason: "never above 1: read as percentages, but may be fractions" };
}
