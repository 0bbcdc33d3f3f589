import type { ShareFactor } from "../../model/harvest.ts";

/** What an answer holds about a share whose unit does not say whether it ends at 1 or at 100. */
export interface ShareEvidence {
  /** The shares in their order, null where there is none. */
  readonly shares: readonly (number | null)[];
  /** What was left in the battery at the same moments, in Wh; empty where it is not given. */
  readonly energiesWh: readonly (number | null)[];
  /** How long a time the shares cover. */
  readonly seconds: number;
  /** What earlier answers of the site have shown; undefined: nothing yet. */
  readonly known?: ShareFactor;
}

/**
 * What a share is to be multiplied with to be a percentage, and what speaks for it, where that is worth saying.
 */
export interface ShareScale {
  readonly factor: ShareFactor;
  readonly reason: string | null;
  /** The values themselves have shown it: worth remembering. */
  readonly isShown: boolean;
}

/** Rounding may carry a full battery a little beyond 1. */
const whole = 1.01;
/** No battery at a house holds less. */
const smallestBatteryWh = 1000;
const day = 86_400;

/**
 * Whether shares are percentages (0 to 100, as the vendor's documentation shows them) or fractions (0 to 1, as
 * one live program reads them). A share above 1 is a percentage. Where none is, the energy that is left shows
 * how large the battery would be: as a fraction of it, it has a size that batteries have, or none does. That is
 * remembered for the site. Where an answer shows neither, the site's earlier ones say; without those, a battery
 * that stays below one percent for a day is none, and in doubt they are what is documented.
 */
export function shareScale(evidence: ShareEvidence): ShareScale {
  const { shares, seconds, known } = evidence;
  const given = shares.filter((one) => one !== null);
  if (given.every((one) => one === 0)) return { factor: known ?? 1, reason: null, isShown: false };
  const shown = shownBy(evidence, given);
  if (shown !== null) {
    const changed = known !== undefined && known !== shown.factor;
    const before = known === 100 ? "fractions" : "percentages";
    const reason = changed ? `${shown.reason ?? "percentages"}; they were ${before} before` : null;
    return { factor: shown.factor, reason: reason ?? shown.reason, isShown: true };
  }
  if (known !== undefined) return { factor: known, reason: null, isShown: false };
  // Drained in winter, nothing is left of a battery for days: then its energy is given, as 0.
  const isDrained = evidence.energiesWh.some((one) => one !== null);
  if (seconds >= day && !isDrained) {
    const reason = "never above 1 in a day or more: fractions, not percentages";
    return { factor: 100, reason, isShown: false };
  }
  const reason = "never above 1: read as percentages, but may be fractions";
  return { factor: 1, reason, isShown: false };
}

/** What the values leave no doubt about; null: they do. */
function shownBy(
  { shares, energiesWh }: ShareEvidence,
  given: readonly number[],
): Pick<ShareScale, "factor" | "reason"> | null {
  if (given.some((one) => one > whole)) return { factor: 1, reason: null };
  const sizes = shares.flatMap((share, index) => {
    const energy = energiesWh[index] ?? null;
    return share !== null && share > 0 && energy !== null ? [energy / share] : [];
  }).sort((a, b) => a - b);
  const size = sizes[sizes.length >> 1];
  // An empty battery shows no size.
  if (size === undefined || size === 0) return null;
  return size >= smallestBatteryWh
    ? { factor: 100, reason: `fractions of ${Math.round(size)} Wh, not percentages` }
    : { factor: 1, reason: null };
}
