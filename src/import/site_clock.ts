import {
  momentsOf,
  type OffsetPeriod,
  offsetPeriods,
  periodIndexAt,
  widestShift,
} from "../model/zone_offsets.ts";
import { textOfSecond } from "../model/site_time.ts";

/** Half a year to either side of what was asked last: few periods, and few times to ask the runtime. */
const halfYear = 180 * 86_400;

/** The wall clock of a zone; fast where one label lies close to the one before. Times in epoch seconds. */
export class SiteClock {
  #from = Infinity;
  #to = -Infinity;
  #periods: readonly OffsetPeriod[] = [];

  constructor(readonly timeZone: string) {}

  /** The moments that a label such as `2026-03-29T03:15:00` means: none in a skipped hour, two in a repeated one. */
  moments(label: string): number[] {
    const wall = wallOf(label);
    if (Number.isNaN(wall)) return [];
    this.#reach(wall);
    return momentsOf(wall, this.#periods);
  }

  /** Seconds that the zone is ahead of UTC. */
  offset(moment: number): number {
    this.#reach(moment);
    return this.#periods[periodIndexAt(this.#periods, moment)].offset;
  }

  /** The wall clock at a moment: `2026-03-29T03:15:00`. */
  label(moment: number): string {
    return textOfSecond(moment + this.offset(moment)).slice(0, 19);
  }

  /** The moment at which a day begins, also where the clock skips its first hour. */
  dayStart(day: string): number {
    const [midnight] = this.moments(`${day}T00:00:00`);
    if (midnight !== undefined) return midnight;
    const wall = wallOf(`${day}T00:00:00`);
    this.#reach(wall);
    return this.#periods.find(({ start, offset }) => wall < start + offset)!.start;
  }

  #reach(around: number): void {
    if (around - 3 * widestShift >= this.#from && around + 3 * widestShift <= this.#to) return;
    this.#from = around - halfYear;
    this.#to = around + halfYear;
    this.#periods = offsetPeriods(this.timeZone, this.#from, this.#to);
  }
}

/** Seconds from 1970 to what a wall clock shows, as if it were UTC; NaN for what is no date. */
export function wallOf(label: string): number {
  return Date.parse(`${label}Z`) / 1000;
}
