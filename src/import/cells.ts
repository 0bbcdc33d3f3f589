import { instantText } from "../model/site_time.ts";

/** A date of the calendar: `2026-03-29`. */
export function isDate(text: string): boolean {
  return dateForm.test(text) && isOfCalendar(text);
}

/** A wall clock or an instant that begins with `2026-03-29T03:15:00`. */
export function isTime(text: string): boolean {
  return timeForm.test(text) && isOfCalendar(text);
}

const dateForm = /^\d{4}-\d\d-\d\d$/;
const timeForm = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d/;
const wallForm =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/;
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Millions of times are looked at: digits, not objects. */
function isOfCalendar(text: string): boolean {
  const digit = (at: number) => text.charCodeAt(at) - 48;
  const month = digit(5) * 10 + digit(6);
  const day = digit(8) * 10 + digit(9);
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth[month - 1]) return false;
  if (month !== 2 || day < 29) return true;
  const year = Number(text.slice(0, 4));
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `2026-03-29T03:15:00` of what other programs write for a wall clock; null where it is none. */
export function readWall(text: string): string | null {
  const parts = wallForm.exec(text.trim());
  if (!parts) return null;
  const label = `${parts[1]}T${parts[2]}:${parts[3] ?? "00"}`;
  return isTime(label) ? label : null;
}

/**
 * A number in decimal digits, without spaces, as programs write it; null for everything else, infinity
 * included.
 */
export function readNumber(text: string): number | null {
  const number = Number(text);
  if (!Number.isFinite(number) || text === "") return null;
  const second = text.charCodeAt(1) | 32;
  // Number() also takes spaces around, and 0x10, 0b1 and 0o7.
  const isOdd = text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32 ||
    second === 120 || second === 98 || second === 111;
  return isOdd ? null : number;
}

/** The number of a site; null for what cannot be one. */
export function readSiteId(value: unknown): number | null {
  const number = typeof value === "string" ? readNumber(value) : Number(value ?? NaN);
  return number !== null && Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** No reading of SolarEdge is older: the company was founded later. */
const earliest = "2000-01-01";

/** Between which times readings can lie; texts of dates and times compare like what they stand for. */
export class TimeLimits {
  readonly #latest: string;

  /** A day ahead is allowed: a site in the east is ahead of UTC, and some servers fill up the rest of a day. */
  constructor(now: Temporal.Instant) {
    this.#latest = instantText(now.add({ hours: 24 }));
  }

  /** Why there can be no reading of that time; null: there can. */
  refusal(text: string): string | null {
    if (text < earliest) return `${text} is older than any reading of SolarEdge`;
    return text > this.#latest ? `${text} lies in the future` : null;
  }
}
