import { isTimeZone } from "./site_time.ts";
import { windowsZones } from "./windows_zones.ts";

/** True for two names of one zone, such as `Asia/Calcutta` and `Asia/Kolkata`. */
export function isSameZone(one: string, other: string): boolean {
  if (!isTimeZone(one) || !isTimeZone(other)) return one === other;
  return new Temporal.ZonedDateTime(0n, one).equals(new Temporal.ZonedDateTime(0n, other));
}

/**
 * The zone that a server means, by its IANA name or as a fixed offset; null where that is not known for
 * certain. Understood are names of IANA in any case, those of Windows, plain offsets (`GMT+10`, `UTC+01:00`)
 * and an offset with a city that goes with it (`(GMT+01:00) Amsterdam`). An abbreviation is not: `AEST` may
 * mean a clock that is never changed or one that is, `CST` three continents.
 */
export function readTimeZone(text: string): string | null {
  const name = text.trim();
  if (name.length > longestName || fixedByAbbreviation.test(name)) return null;
  return knownName(name) ?? windowsName(name) ?? fixedOffset(name) ?? cityWithOffset(name);
}

/** The zone to compute with of what is stored; null where it is none, as older versions may have left it. */
export function storedZone(stored: unknown): string | null {
  if (typeof stored !== "string") return null;
  return isTimeZone(stored) ? stored : readTimeZone(stored);
}

/** More than any list of cities beside an offset has. */
const longestName = 120;

/** In IANA's list these are clocks that are never changed; most who write them mean one that is. */
const fixedByAbbreviation = /^(EST|MST|HST)$/i;

function knownName(name: string): string | null {
  // A bare offset is read below, in one spelling.
  if (/^[+-]/.test(name)) return null;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch {
    return null;
  }
}

const windowsNames = new Map(
  Object.entries(windowsZones).map(([name, zone]) => [name.toLowerCase(), zone]),
);

/** In summer such a system says `Daylight` where it says `Standard` in winter. */
function windowsName(name: string): string | null {
  const winter = name.toLowerCase().replace(/ (?:daylight|summer) time$/, " standard time");
  return windowsNames.get(winter) ?? null;
}

const offsetForm = /^(?:GMT|UTC)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?$/i;

/** `GMT+10`, `UTC+01:00`, `-0800`: a clock that is never changed. */
function fixedOffset(name: string): string | null {
  const seconds = offsetSeconds(name);
  if (seconds === null) return null;
  const hours = seconds / 3600;
  if (hours === 0) return "UTC";
  // In the names of IANA a zone to the east has a minus.
  if (Number.isInteger(hours)) return `Etc/GMT${hours < 0 ? "+" : "-"}${Math.abs(hours)}`;
  const size = Math.abs(seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${seconds < 0 ? "-" : "+"}${two(size / 3600)}:${two(size % 3600 / 60)}`;
}

function offsetSeconds(text: string): number | null {
  const parts = offsetForm.exec(text);
  if (!parts) return null;
  const [, sign, hours, minutes = "0"] = parts;
  const seconds = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === "-" ? -1 : 1);
  return seconds >= -12 * 3600 && seconds <= 14 * 3600 ? seconds : null;
}

const areas = [
  "Africa",
  "America",
  "America/Argentina",
  "America/Indiana",
  "America/Kentucky",
  "America/North_Dakota",
  "Antarctica",
  "Asia",
  "Atlantic",
  "Australia",
  "Europe",
  "Indian",
  "Pacific",
];

/** `(GMT+01:00) Amsterdam, Berlin`: the zone of the cities, if it is one and has that offset. */
function cityWithOffset(name: string): string | null {
  const parts = /^\(((?:GMT|UTC)[^)]*)\)\s*(\S.*)$/i.exec(name);
  if (!parts) return null;
  const offset = /^(GMT|UTC)$/i.test(parts[1]) ? 0 : offsetSeconds(parts[1]);
  if (offset === null) return null;
  const zones = parts[2].split(",").map((city) => city.trim().replaceAll(/\s+/g, "_"))
    .flatMap((city) => areas.map((area) => knownName(`${area}/${city}`)))
    .filter((zone) => zone !== null)
    .filter((zone) => offsetsOf(zone).includes(offset));
  const [first, ...others] = zones;
  const isOne = others.every((zone) => offsetsOf(zone).join() === offsetsOf(first).join());
  return first !== undefined && isOne ? first : null;
}

/** Seconds that a zone is ahead of UTC, by months of years that solar sites have seen. */
function offsetsOf(zone: string): number[] {
  return [2012, 2018, 2026].flatMap((year) =>
    [1, 3, 4, 7, 10, 11].map((month) =>
      new Temporal.PlainDate(year, month, 5).toZonedDateTime(zone).offsetNanoseconds / 1e9
    )
  );
}
