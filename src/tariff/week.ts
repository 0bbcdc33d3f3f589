import type { Band } from "./tariff.ts";

const dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const minutesOfDay = 1440;

/** A price that holds in some hours of some weekdays, as a person writes it. */
export interface Time {
  readonly days: readonly number[];
  readonly hours: readonly (readonly [from: number, to: number])[];
  readonly pricePerKwh: number;
}

/**
 * The weekdays of `mon-fri`, `sat` or `fri-mon`, 1 for Monday; null for anything else.
 */
export function weekdaysOf(text: string): number[] | null {
  const [first, last, ...more] = text.trim().toLowerCase().split("-").map((one) =>
    dayNames.indexOf(one.trim())
  );
  if (more.length > 0 || first === -1 || last === -1) return null;
  const count = last === undefined ? 1 : (last - first + 7) % 7 + 1;
  return Array.from({ length: count }, (_, at) => (first + at) % 7 + 1);
}

/** The minutes of `06:00-22:00`; null for anything but quarter-hours of one day in order. */
export function hoursOf(text: string): [from: number, to: number] | null {
  const parts = /^\s*(\d\d?):(00|15|30|45)\s*-\s*(\d\d?):(00|15|30|45)\s*$/.exec(text);
  if (!parts) return null;
  const [from, to] = [1, 3].map((at) => 60 * Number(parts[at]) + Number(parts[at + 1]));
  return from < to && to <= minutesOfDay ? [from, to] : null;
}

/**
 * The bands of a whole week: the times, and `otherwise` around them. Gives in words where two times meet, or where
 * no price holds and there is none otherwise.
 */
export function weekOf(
  times: readonly Time[],
  otherwise: number | null,
): readonly Band[] | { readonly overlap: string; readonly time: number } | {
  readonly gap: string;
} {
  const bands: Band[] = [];
  for (let weekday = 1; weekday <= 7; weekday++) {
    const ofDay = times.flatMap(({ days, hours, pricePerKwh }, time) =>
      days.includes(weekday)
        ? hours.map(([fromMinute, toMinute]) => ({ fromMinute, toMinute, pricePerKwh, time }))
        : []
    ).sort((a, b) => a.fromMinute - b.fromMinute);
    let done = 0;
    for (const one of [...ofDay, null]) {
      const from = one?.fromMinute ?? minutesOfDay;
      if (from < done) return { overlap: nameOf(weekday, from), time: one!.time };
      if (from > done) {
        if (otherwise === null) return { gap: nameOf(weekday, done) };
        bands.push({ weekday, fromMinute: done, toMinute: from, pricePerKwh: otherwise });
      }
      if (!one) break;
      const { fromMinute, toMinute, pricePerKwh } = one;
      bands.push({ weekday, fromMinute, toMinute, pricePerKwh });
      done = toMinute;
    }
  }
  return joined(bands);
}

/** `22:00` of minute 1320. */
export function clockText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** `mon` of 1. */
export function weekdayName(weekday: number): string {
  return dayNames[weekday - 1];
}

function nameOf(weekday: number, minute: number): string {
  return `${weekdayName(weekday)} ${clockText(minute)}`;
}

/** A day of one price is one band: such a day can be valued by its totals. */
function joined(bands: readonly Band[]): Band[] {
  const whole: Band[] = [];
  for (const one of bands) {
    const last = whole.at(-1);
    if (last && last.weekday === one.weekday && last.pricePerKwh === one.pricePerKwh) {
      whole[whole.length - 1] = { ...last, toMinute: one.toMinute };
    } else whole.push(one);
  }
  return whole;
}
