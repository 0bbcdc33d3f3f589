import { getPosition } from "suncalc";
import type { Place } from "./zone_places.ts";

/** How high the sun stands over a place at an epoch second, in degrees; below the horizon negative. */
export function sunHeight(second: number, { latitude, longitude }: Place): number {
  return getPosition(new Date(second * 1000), latitude, longitude).altitude;
}

/**
 * The place with the longitude at which a site's days have their middle: a zone is wider than the sun allows for.
 * The median of the middles of its bright hours, so that a few wrong rows do not move it; under ten days the
 * place as it is.
 */
export function placeByLight(
  place: Place,
  days: readonly { readonly first: number; readonly last: number }[],
): Place {
  if (days.length < 10) return place;
  const noons = days.map(({ first, last }) => (first + last) / 2);
  // Seconds of UTC between the middle of the day and the noon of the zone's town, in half a day either way.
  const late = noons.map((noon) => {
    const own = noon + place.longitude * 240;
    return ((own % 86_400) + 86_400) % 86_400 - 43_200;
  }).sort((a, b) => a - b);
  return { ...place, longitude: place.longitude - late[Math.floor(late.length / 2)] / 240 };
}
