// @ts-types="npm:@types/d3-scale@4.0.9"
import { scaleBand } from "d3-scale";
import { escaped, round } from "../html.ts";
import { plotOf, svgOf } from "./plot.ts";

/** A place on the ground line with its bars. */
export interface BarGroup {
  /** Under the bars; empty: nothing. */
  readonly label: string;
  /** Said when somebody points at it. */
  readonly title: string;
  /** Side by side; each is stacked from its parts, the first at the bottom. */
  readonly bars: readonly (readonly { readonly style: string; readonly value: number | null }[])[];
  /** A line across the group. */
  readonly mark?: number | null;
}

const height = 190;
const top = 10;

/** Bars in groups. Values are in the unit of the axis. */
export function barsPicture(
  groups: readonly BarGroup[],
  name: string,
  label: (value: number) => string,
): string {
  const highest = Math.max(
    0,
    ...groups.flatMap((one) => [
      one.mark ?? 0,
      ...one.bars.map((parts) => parts.reduce((sum, { value }) => sum + (value ?? 0), 0)),
    ]),
  );
  const plot = plotOf({ top, height: height - 34, bounds: [0, highest], label });
  const place = scaleBand<number>().domain(groups.map((_, at) => at))
    .range([plot.left, plot.right]).paddingInner(groups.length > 40 ? 0.1 : 0.22).paddingOuter(0.1);
  // The names of twelve months stand side by side also on a phone.
  const style = groups.length > 6 && groups.some((one) => one.label.length > 2)
    ? "mid tight"
    : "mid";
  const drawn = groups.map((group, at) => {
    const start = place(at)!;
    const step = place.bandwidth() / Math.max(1, group.bars.length);
    const bars = group.bars.flatMap((parts, index) => {
      let from = 0;
      return parts.map(({ style, value }) => {
        if (!value) return "";
        const [low, high] = [plot.y(from), plot.y(from += value)];
        return `<path class="${style}" d="M${round(start + index * step)} ${round(low)}V${
          round(high)
        }h${round(step * (group.bars.length > 1 ? 0.9 : 1))}V${round(low)}z"/>`;
      });
    }).join("");
    const mark = group.mark === null || group.mark === undefined
      ? ""
      : `<path class="mark" d="M${round(start)} ${round(plot.y(group.mark))}h${
        round(place.bandwidth())
      }"/>`;
    const text = group.label &&
      `<text class="${style}" x="${round(start + place.bandwidth() / 2)}" y="${plot.bottom + 17}">${
        escaped(group.label)
      }</text>`;
    return `<g><title>${escaped(group.title)}</title>${bars}${mark}${text}</g>`;
  }).join("");
  return svgOf(height, name, plot.axis + drawn);
}
