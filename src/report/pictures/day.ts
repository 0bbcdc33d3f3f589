import { escaped, round } from "../html.ts";
import type { Locale } from "../locale.ts";
import type { BatteryMoment, Quarter } from "../site_data.ts";
import { digitsOf, lineOf, type Plot, plotOf, svgOf } from "./plot.ts";

/** What is known of one local day. */
export interface DayCurves {
  readonly day: string;
  /** IANA; null: as UTC. */
  readonly timeZone: string | null;
  readonly quarters: readonly Quarter[];
  readonly battery: readonly BatteryMoment[];
}

/** Power in kW by quarter-hour, the grid below it, and the battery's charge below that where there is one. */
export function dayPicture(curves: DayCurves, name: string, locale: Locale): string {
  const zone = curves.timeZone ?? "UTC";
  const midnight = Temporal.PlainDate.from(curves.day).toZonedDateTime(zone);
  const start = midnight.epochMilliseconds / 1000;
  const seconds = midnight.hoursInDay * 3600;
  const kilowatts = (energy: number | null) => energy === null ? null : energy * 4 / 1000;
  const production = curves.quarters.map((one) => kilowatts(one.production));
  const consumption = curves.quarters.map((one) => kilowatts(one.consumption));
  const highest = Math.max(0.1, ...production.map(Number), ...consumption.map(Number));
  const label = (value: number) => locale.number(value, digitsOf(value));
  const power = plotOf({ top: 14, height: 118, bounds: [0, highest], label });
  const x = (at: number) => power.left + (power.right - power.left) * (at - start) / seconds;
  const middle = (one: Quarter) => x(one.at + 450);
  const parts = [
    power.axis,
    area(curves.quarters.map((one, at) => [middle(one), production[at]]), power, "sun"),
    `<path class="use line" d="${
      lineOf(curves.quarters.map((one, at) => [
        middle(one),
        consumption[at] === null ? null : power.y(consumption[at]!),
      ]))
    }"/>`,
  ];
  let bottom = power.bottom;
  if (curves.quarters.some((one) => one.purchased !== null || one.feedIn !== null)) {
    const net = curves.quarters.map((one) =>
      one.purchased === null && one.feedIn === null
        ? null
        : (kilowatts(one.purchased) ?? 0) - (kilowatts(one.feedIn) ?? 0)
    );
    const grid = plotOf({
      top: bottom + 22,
      height: 50,
      bounds: [Math.min(0, ...net.map(Number)), Math.max(0, ...net.map(Number))],
      count: 2,
      label,
    });
    const half = Math.max(0.8, x(start + 900) - x(start) - 0.6);
    parts.push(
      caption(locale.words.grid, "kW", grid),
      grid.axis,
      bars(net.map((value, at) => [middle(curves.quarters[at]), value]), grid, half),
    );
    bottom = grid.bottom;
  }
  if (curves.battery.length > 0) {
    const charge = plotOf({
      top: bottom + 22,
      height: 36,
      bounds: [0, 100],
      count: 2,
      label: (value) => locale.number(value),
    });
    const points = curves.battery.map((one) => [x(one.at), one.charge] as const);
    parts.push(
      caption(locale.words.charge, "%", charge),
      charge.axis,
      area(points, charge, "store"),
    );
    bottom = charge.bottom;
  }
  for (let hour = 0; hour <= 24; hour += 3) {
    // By the clock on the wall: where it is changed, the marks before and after are nearer or wider apart.
    const clock = hour === 0
      ? midnight
      : midnight.toPlainDate().add({ days: Math.floor(hour / 24) })
        .toZonedDateTime({ timeZone: zone, plainTime: { hour: hour % 24 } });
    const at = clock.epochMilliseconds / 1000;
    parts.unshift(`<path class="rule" d="M${round(x(at))} 14V${bottom}"/>`);
    parts.push(
      `<text class="mid" x="${round(Math.min(x(at), power.right - 8))}" y="${bottom + 17}">${
        String(clock.hour).padStart(2, "0")
      }</text>`,
    );
  }
  parts.push(`<text x="${power.left + 3}" y="9" class="small">kW</text>`);
  return svgOf(bottom + 22, name, parts.join(""));
}

function caption(name: string, unit: string, plot: Plot): string {
  return `<text class="small" x="${plot.left + 3}" y="${plot.top - 4}">${
    escaped(`${name}, ${unit}`)
  }</text>`;
}

/** A filled curve; where nothing is known there is none. */
function area(
  points: readonly (readonly [x: number, value: number | null])[],
  plot: Plot,
  style: string,
): string {
  const ground = plot.y(0);
  const runs: [number, number][][] = [];
  let open: [number, number][] | null = null;
  for (const [x, value] of points) {
    if (value === null) {
      open = null;
      continue;
    }
    if (!open) runs.push(open = []);
    open.push([x, plot.y(value)]);
  }
  const path = runs.map((run) =>
    `M${round(run[0][0])} ${round(ground)}${
      run.map(([x, y]) => `L${round(x)} ${round(y)}`).join("")
    }L${round(run.at(-1)![0])} ${round(ground)}z`
  ).join("");
  return `<path class="${style} area" d="${path}"/>`;
}

function bars(
  points: readonly (readonly [x: number, value: number | null])[],
  plot: Plot,
  width: number,
): string {
  const ground = plot.y(0);
  const path = (isShown: (value: number) => boolean) =>
    points.map(([x, value]) =>
      value === null || !isShown(value)
        ? ""
        : `M${round(x - width / 2)} ${round(ground)}V${round(plot.y(value))}h${round(width)}V${
          round(ground)
        }z`
    ).join("");
  return `<path class="buy" d="${path((one) => one > 0)}"/><path class="sell" d="${
    path((one) => one < 0)
  }"/>`;
}
