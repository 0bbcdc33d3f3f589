import { escaped, round } from "../html.ts";
import type { Locale } from "../locale.ts";
import { svgOf } from "./plot.ts";

/** A day and the class of its colour. */
export interface CalendarDay {
  readonly day: string;
  readonly style: string;
}

const left = 32;
const step = 8.4;
const cell = 7.2;
const top = 16;

/**
 * A year, a column for each week and a row for each weekday. One path for each colour: 3,650 elements of ten
 * years would weigh more than the page may.
 */
export function calendarPicture(
  year: number,
  days: readonly CalendarDay[],
  name: string,
  locale: Locale,
): string {
  const first = Temporal.PlainDate.from({ year, month: 1, day: 1 });
  const place = (day: string) => {
    const date = Temporal.PlainDate.from(day);
    const index = date.dayOfYear - 1 + first.dayOfWeek - 1;
    return [left + Math.floor(index / 7) * step, top + (index % 7) * step];
  };
  const paths = [...Map.groupBy(days, (one) => one.style)].map(([style, some]) =>
    `<path class="${style}" d="${
      some.map(({ day }) => {
        const [x, y] = place(day);
        return `M${round(x)} ${round(y)}h${cell}v${cell}h-${cell}z`;
      }).join("")
    }"/>`
  ).join("");
  const months = Array.from({ length: 12 }, (_, at) => {
    const [x] = place(Temporal.PlainDate.from({ year, month: at + 1, day: 8 }).toString());
    return `<text class="small" x="${round(x)}" y="11">${escaped(locale.monthName(at + 1))}</text>`;
  }).join("");
  const weekdays = [1, 3, 5].map((one) =>
    `<text class="small" x="0" y="${round(top + (one - 1) * step + 7)}">${
      escaped(locale.weekday(one))
    }</text>`
  ).join("");
  return svgOf(top + 7 * step + 2, name, months + weekdays + paths)
    .replace("<svg", `<svg data-year="${year}"`);
}
