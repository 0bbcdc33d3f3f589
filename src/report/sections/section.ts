import { escaped } from "../html.ts";
import { digitsOf } from "../pictures/plot.ts";
import type { Locale } from "../locale.ts";

/** How many days the pictures of days show. */
export const shownDays = 31;

/** A part of the page under its heading; nothing where there is nothing to show. */
export function section(title: string, content: string, style = ""): string {
  return content &&
    `<section${style && ` class="${style}"`}><h3>${escaped(title)}</h3>${content}</section>`;
}

/** Wh as kWh. */
export function kwh(energy: number | null): number | null {
  return energy === null ? null : energy / 1000;
}

/** Numbers at the side of a picture. */
export function axisLabel(locale: Locale): (value: number) => string {
  return (value) => locale.number(value, digitsOf(value));
}
