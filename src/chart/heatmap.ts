import type { Glyphs } from "./glyphs.ts";

const weekdays = ["Mon", "", "Wed", "", "Fri", "", ""];
const margin = 4;

/**
 * The days up to the last, a column for each week and a line for each weekday: as many weeks as there is room
 * for, a year at most. Days are local dates, sorted.
 */
export function heatmapChart(
  days: readonly { readonly day: string; readonly value: number | null }[],
  { width, glyphs, paint }: {
    readonly width: number;
    readonly glyphs: Glyphs;
    readonly paint: (text: string) => string;
  },
): string[] {
  const last = days.at(-1);
  if (!last) return [];
  const weeks = Math.max(1, Math.min(53, width - margin));
  const end = Temporal.PlainDate.from(last.day);
  const monday = end.subtract({ days: end.dayOfWeek - 1 + 7 * (weeks - 1) });
  const values = new Map(days.map((one) => [one.day, one.value]));
  const most = Math.max(0, ...days.map((one) => one.value ?? 0));
  const shade = (day: string) => {
    const value = values.get(day) ?? null;
    if (value === null) return glyphs.unknown;
    if (value <= 0 || most === 0) return glyphs.shades[0];
    const steps = glyphs.shades.length - 1;
    return glyphs.shades[Math.min(steps, 1 + Math.floor(value / most * steps))];
  };
  const rows = weekdays.map((name, weekday) => {
    const line = Array.from(
      { length: weeks },
      (_, week) => shade(monday.add({ days: 7 * week + weekday }).toString()),
    ).join("").trimEnd();
    return `${name.padEnd(margin)}${line && paint(line)}`.trimEnd();
  });
  const months = new Array<string>(weeks + 3).fill(" ");
  for (let week = 0, free = 0; week < weeks - 2; week++) {
    const first = monday.add({ days: 7 * week });
    const isNew = first.day <= 7;
    if (!isNew || week < free) continue;
    [...first.toLocaleString("en", { month: "short" })].forEach((one, at) =>
      months[week + at] = one
    );
    free = week + 4;
  }
  return [" ".repeat(margin) + months.join("").trimEnd(), ...rows];
}
