/** Numbers, sizes and times as people read them; English, independent of the machine's language. */

/** 35040 → `35,040`, a whole number. Not by `toLocaleString`, which loads its tables for a tenth of a second. */
export function countText(count: number | bigint): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 row`, `35,040 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Bytes in decimal units: 12345678 → `12.3 MB`. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 999.95 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return unit === 0 ? `${size} bytes` : `${size.toFixed(1)} ${units[unit]}`;
}

/** Seconds in the two largest units: 12030 → `3 h 20 min`. */
export function durationText(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return total % 60 === 0 ? `${minutes} min` : `${minutes} min ${total % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** A long wait in whole days, rounded up, a short one to the minute: `4 days`, `1 day`, `3 h 20 min`. */
export function waitText(seconds: number): string {
  return seconds >= 86_400 ? counted(Math.ceil(seconds / 86_400), "day") : durationText(seconds);
}

/** Wh as kWh: 12345 → `12.3 kWh`, from 1,000 kWh on without decimals; null → `-`. */
export function energyText(energyWh: number | null): string {
  if (energyWh === null) return "-";
  const kwh = energyWh / 1000;
  return `${kwh < 999.95 ? kwh.toFixed(1) : countText(Math.round(kwh))} kWh`;
}

/** W as kW: 3210 → `3.21 kW`, from 100 kW on with one decimal. */
export function powerText(powerW: number): string {
  const kw = powerW / 1000;
  return `${kw.toFixed(Math.abs(kw) < 99.995 ? 2 : 1)} kW`;
}

/** A date without its clutter: `24 June 2027`. */
export function dayText(day: Temporal.PlainDate): string {
  return day.toLocaleString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

/** How long ago an instant was: `12 min ago`, `never` for null. */
export function agoText(instant: Temporal.Instant | null, now: Temporal.Instant): string {
  if (!instant) return "never";
  const seconds = (now.epochMilliseconds - instant.epochMilliseconds) / 1000;
  if (seconds < 0) return `in ${durationText(-seconds)}`;
  const text = durationText(seconds < 60 ? seconds : Math.floor(seconds / 60) * 60);
  return `${seconds < 172_800 ? text : text.split(" ").slice(0, 2).join(" ")} ago`;
}

/** The wall clock of a zone to the minute: `2026-06-01 14:07`; UTC, and said so, where it is unknown. */
export function timeText(instant: Temporal.Instant | null, timeZone: string | null): string {
  if (!instant) return "-";
  const local = instant.toZonedDateTimeISO(timeZone ?? "UTC").toPlainDateTime();
  const text = local.toString({ smallestUnit: "minute" }).replace("T", " ");
  return timeZone ? text : `${text}Z`;
}

/** A share as whole percent that is 100 only when nothing is missing. */
export function percentText(share: number): string {
  if (share >= 1) return "100%";
  return `${Math.min(99, Math.max(0, Math.floor(share * 100)))}%`;
}
