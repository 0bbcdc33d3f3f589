import { chance } from "./hash.ts";
import { daySeconds } from "./zone.ts";

/** Where modules stand and how they lean. */
export interface Plane {
  readonly latitude: number;
  readonly longitude: number;
  readonly tiltDegrees: number;
  /** Degrees from the equator's direction, west positive. */
  readonly azimuthDegrees: number;
}

/** The sun over a plane at one moment. */
export interface Sun {
  /** Sine of the height above the horizon. */
  readonly height: number;
  /** Cosine of the angle between the sun and the plane's normal, 0 when the sun is behind it. */
  readonly incidence: number;
}

const radians = Math.PI / 180;

/** The sun at an epoch second: declination by day of year, true solar time by longitude. */
export function sunAt(epoch: number, plane: Plane): Sun {
  const days = epoch / daySeconds;
  const yearAngle = 2 * Math.PI * (days - 79.5) / 365.2425;
  const declination = 23.44 * radians * Math.sin(yearAngle);
  const hourAngle = ((epoch % daySeconds) / 240 - 180 + plane.longitude) * radians;
  const latitude = plane.latitude * radians;
  const height = Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  // A plane that leans towards the equator sees the sun as a level one at a lower latitude would.
  const leaned = Math.sign(plane.latitude || 1) * (Math.abs(plane.latitude) - plane.tiltDegrees) *
    radians;
  const turned = hourAngle - plane.azimuthDegrees * radians * Math.sin(plane.tiltDegrees * radians);
  const incidence = Math.sin(leaned) * Math.sin(declination) +
    Math.cos(leaned) * Math.cos(declination) * Math.cos(turned);
  return { height, incidence: height > 0 ? Math.max(0, incidence) : 0 };
}

/** Share of the clear sky's light that arrives: a mood for the day, clouds by the quarter-hour. */
export function clearness(siteId: number, day: number, slot: number): number {
  const mood = chance(siteId, day, "sky");
  const base = mood < 0.25 ? 0.25 + mood : 0.65 + 0.35 * mood;
  const clouds = mood < 0.6 ? 0.35 * chance(siteId, slot, "cloud") : 0.05 * chance(siteId, slot);
  return base * (1 - clouds);
}

/** Air temperature in °C: season, hour of the day and the mood of the day. */
export function airTemperature(siteId: number, plane: Plane, local: number): number {
  const day = Math.floor(local / daySeconds);
  const season = Math.cos(2 * Math.PI * (day - 200) / 365.2425) * Math.sign(plane.latitude || 1);
  const hour = Math.cos(2 * Math.PI * ((local % daySeconds) / daySeconds - 0.625));
  return 27 - Math.abs(plane.latitude) / 3 + 9 * season + 5 * hour +
    6 * (chance(siteId, day, "air") - 0.5);
}

/** Wind in m/s, by the quarter-hour. */
export function windSpeed(siteId: number, slot: number): number {
  return 1 + 6 * chance(siteId, slot >> 4, "wind") + 2 * chance(siteId, slot, "gust");
}
