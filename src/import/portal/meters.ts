import type { ImportDevice, ImportMeter } from "../event.ts";
import type { Meaning, PortalColumn } from "./words.ts";

/** What is known of the site that a file belongs to. */
export interface SiteOfFile {
  readonly siteId: number;
  readonly name: string | null;
  readonly devices: readonly ImportDevice[];
  readonly meters: readonly ImportMeter[];
  /** The device that a person has named for this file. */
  readonly serial: string | null;
}

/** What a meter counts, by what a column says. */
export const meterTypes: Partial<Record<Meaning, string>> = {
  "production": "Production",
  "consumption": "Consumption",
  "to-grid": "FeedIn",
  "from-grid": "Purchased",
};

/**
 * The meter that a column of the analysis page is about; null: it is about the site as a whole, as the only
 * meter of its kind does too; in words, why it is not known which meter is meant.
 */
export function meterOf(
  column: PortalColumn,
  columns: readonly PortalColumn[],
  site: SiteOfFile,
): ImportDevice | string | null {
  const { of, meaning, quantity } = column;
  const meterType = meaning === null ? undefined : meterTypes[meaning];
  if (of === null || isSite(of, site) || meterType === undefined) return null;
  const rivals = columns.filter((one) =>
    one.meaning === meaning && one.quantity === quantity && one.of !== null && one.of !== of
  );
  if (site.serial !== null) {
    if (rivals.some((one) => !isSite(one.of!, site))) return severalNamed;
    return site.devices.find((one) => one.deviceKey === site.serial) ??
      { siteId: site.siteId, deviceKey: site.serial, name: null, category: "meter" };
  }
  const counting = new Set(
    site.meters.filter((one) => one.meterType === meterType).map((one) => one.deviceKey),
  );
  if (rivals.length === 0 && counting.size <= 1) return null;
  const named = site.devices.filter((one) => one.category === "meter" && one.name === of);
  return named.length === 1
    ? named[0]
    : `the site has several meters, and none is known by the name ${JSON.stringify(of)}; ` +
      "name it with --serial";
}

/** Why columns of several devices have no place where a person has named one. */
export const severalNamed = "the file is about several devices, and --serial names one";

function isSite(of: string, { name }: SiteOfFile): boolean {
  return of === "" || name !== null && of.toLowerCase() === name.trim().toLowerCase();
}
