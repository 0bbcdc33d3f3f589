import type { Glyphs } from "./glyphs.ts";

/** A line with its bar. */
export interface BarLine {
  readonly name: string;
  readonly value: number | null;
  /** The value as people read it. */
  readonly text: string;
}

/** Horizontal bars, a line each, as wide as the room beside names and numbers allows. */
export function barLines(
  lines: readonly BarLine[],
  { width, glyphs, paint }: {
    readonly width: number;
    readonly glyphs: Glyphs;
    readonly paint: (text: string) => string;
  },
): string[] {
  const most = Math.max(0, ...lines.map((one) => one.value ?? 0));
  const names = Math.max(0, ...lines.map((one) => one.name.length));
  const numbers = Math.max(0, ...lines.map((one) => one.text.length));
  const room = Math.max(1, width - names - numbers - 2);
  return lines.map(({ name, value, text }) => {
    const length = value === null || most === 0 ? 0 : Math.round(room * Math.max(0, value) / most);
    const bar = length === 0 ? "" : ` ${paint(glyphs.bar.repeat(length))}`;
    return `${name.padEnd(names)} ${text.padStart(numbers)}${bar}`;
  });
}
