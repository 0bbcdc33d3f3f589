import { knownEnergies } from "../knowledge.ts";
import type { Bucket, Resolution } from "./buckets.ts";
import type { CallSite } from "./call.ts";

/**
 * True when a bucket may have a value: a quarter-hour or an hour only when the site has uploaded the whole
 * of it, a longer one grows. A site uploads every five minutes, so the newest quarter-hour stays null for
 * five to seven minutes: longer than the two that the server itself takes.
 */
export function isServed(site: CallSite, resolution: Resolution, bucket: Bucket): boolean {
  const upload = site.knowledge.lastUpload ?? -Infinity;
  return (resolution !== "QUARTER_HOUR" && resolution !== "HOUR") || bucket.to <= upload;
}

/** AC energy of a bucket, Wh, the same number as v1's; null by night. */
export function energyWh(site: CallSite, resolution: Resolution, bucket: Bucket): number | null {
  if (!isServed(site, resolution, bucket)) return null;
  return knownEnergies(site.model, site.knowledge, bucket.from, bucket.to)?.production ?? null;
}

/** Mean PV power of a bucket, W: what the battery took is added, what it gave is subtracted. */
export function powerW(site: CallSite, resolution: Resolution, bucket: Bucket): number | null {
  if (!isServed(site, resolution, bucket)) return null;
  const { model, knowledge } = site;
  const known = knownEnergies(model, knowledge, bucket.from, bucket.to);
  if (known === null || known.production === null) return null;
  const seconds = knowledge.parts(bucket.from, bucket.to)
    .reduce((sum, [from, to]) => sum + to - from, 0);
  const wattHours = known.production + known.charged - known.discharged;
  return rounded(wattHours * 3600 / seconds, 4);
}

/** A number with so many decimals at most. */
export function rounded(value: number, digits: number): number {
  const short = Number(value.toFixed(digits));
  return short === 0 ? 0 : short;
}
