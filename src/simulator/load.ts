import { chance } from "./hash.ts";
import { daySeconds } from "./zone.ts";

/** How a site uses energy: a home wakes and cooks, a business works from eight to six on weekdays. */
export interface LoadProfile {
  readonly kind: "home" | "business";
  readonly baseW: number;
  readonly peakW: number;
}

/** Consumption of a quarter-hour in whole Wh, by the wall clock at its start. */
export function loadWh(siteId: number, profile: LoadProfile, slot: number, local: number): number {
  const hour = (local % daySeconds) / 3600;
  const weekday = (Math.floor(local / daySeconds) + 4) % 7;
  const busy = profile.kind === "home"
    ? hill(hour, 7.5, 1.2) * 0.6 + hill(hour, 12.5, 1) * 0.4 + hill(hour, 19.5, 2)
    : weekday === 0 || weekday === 6
    ? 0.1
    : hill(hour, 10, 2.5) + hill(hour, 15, 2.5);
  const appliance = chance(siteId, slot >> 1, "appliance") < 0.07 ? 0.8 : 0;
  const flicker = 0.7 + 0.6 * chance(siteId, slot, "load");
  return Math.round((profile.baseW + profile.peakW * (busy + appliance) * flicker) / 4);
}

function hill(hour: number, top: number, width: number): number {
  return Math.exp(-(((hour - top) / width) ** 2));
}
