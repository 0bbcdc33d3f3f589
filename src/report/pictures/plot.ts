// @ts-types="npm:@types/d3-scale@4.0.9"
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { escaped, round } from "../html.ts";

/** Pictures are drawn 480 wide: on a phone the letters stay readable, on a desk two stand side by side. */
export const width = 480;
const left = 40;
const right = 6;

/** Where the values of a picture lie. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** From a value to a place. */
  readonly y: ScaleLinear<number, number>;
  /** Lines and numbers of the upright axis. */
  readonly axis: string;
}

/** So many digits after the point a round number needs: 0.25 is not 0.3. */
export function digitsOf(value: number): number {
  return [0, 1, 2].find((one) => Math.abs(value - Number(value.toFixed(one))) < 1e-9) ?? 3;
}

/** A field for values between two bounds, with round numbers at its side. */
export function plotOf(
  { top, height, bounds, count = 4, label }: {
    readonly top: number;
    readonly height: number;
    readonly bounds: readonly [number, number];
    readonly count?: number;
    readonly label: (value: number) => string;
  },
): Plot {
  const [low, high] = bounds;
  const y = scaleLinear().domain([low, high > low ? high : low + 1]).nice(count)
    .range([top + height, top]);
  const axis = y.ticks(count).map((value) => {
    const at = round(y(value));
    return `<path class="${value === 0 ? "zero" : "rule"}" d="M${left} ${at}H${width - right}"/>` +
      `<text class="num" x="${left - 4}" y="${round(y(value) + 4)}">${
        escaped(label(value))
      }</text>`;
  }).join("");
  return { left, right: width - right, top, bottom: top + height, y, axis };
}

/** The whole picture; `name` says in words what it shows. */
export function svgOf(height: number, name: string, content: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${
    escaped(name)
  }">${content}</svg>`;
}

/** A line through what is known, broken where nothing is. */
export function lineOf(points: readonly (readonly [x: number, y: number | null])[]): string {
  let isOpen = false;
  let path = "";
  for (const [x, y] of points) {
    if (y === null) {
      isOpen = false;
      continue;
    }
    path += `${isOpen ? "L" : "M"}${round(x)} ${round(y)}`;
    isOpen = true;
  }
  return path;
}
