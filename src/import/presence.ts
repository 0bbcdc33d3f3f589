import { type Range, without } from "../model/coverage.ts";
import { SiteClock } from "./site_clock.ts";

/** The length of the slots in which values are looked for. */
const slot = 900;
const day = 86_400;
/** No night is longer than this where there are solar sites. */
const longestNight = 20 * 3600;
/** In a month, slots with less than this share of the power at its best are dark. */
const darkShare = 0.25;
/** So many values of a month must be known. */
const fewestValues = 200;

/** In which quarter-hours a series has values: a bit each, so that decades take some kilobytes. */
export class Presence {
  #first = 0;
  #bits = new Uint8Array(0);
  #newest = -Infinity;
  /** By month and time of day, the sum of the values, and by month how many there were. */
  readonly power = new Float64Array(12 * 96);
  readonly values = new Uint32Array(12);

  /** Marks the quarter-hour of a moment, in epoch seconds, and its power, as seen by the clock of the site. */
  addPower(moment: number, label: string, watts: number): void {
    this.add(moment);
    const month = Number(label.slice(5, 7)) - 1;
    this.values[month]++;
    this
      .power[
        month * 96 + Number(label.slice(11, 13)) * 4 + Math.floor(Number(label.slice(14, 16)) / 15)
      ] += watts;
  }

  /** Marks the quarter-hour of a moment, in epoch seconds. */
  add(moment: number): void {
    const at = Math.floor(moment / slot);
    if (this.#bits.length === 0) this.#first = at - at % 8;
    if (at < this.#first) this.#grow(this.#first - (at - at % 8), 0);
    const place = at - this.#first;
    if (place >= this.#bits.length * 8) this.#grow(0, place + 1 - this.#bits.length * 8);
    this.#bits[place >> 3] |= 1 << (place & 7);
    if (at > this.#newest) this.#newest = at;
  }

  /** Whether the quarter-hour of a moment has a value. */
  has(moment: number): boolean {
    const place = Math.floor(moment / slot) - this.#first;
    if (place < 0 || place >= this.#bits.length * 8) return false;
    return (this.#bits[place >> 3] & (1 << (place & 7))) !== 0;
  }

  /** Ranges of slots that all have values. */
  runs(): Range[] {
    const runs: Range[] = [];
    let start = -1;
    const slots = this.#bits.length * 8;
    for (let place = 0; place <= slots; place++) {
      const isThere = place < slots && (this.#bits[place >> 3] & (1 << (place & 7))) !== 0;
      if (isThere && start < 0) start = place;
      if (!isThere && start >= 0) {
        runs.push({ start: (this.#first + start) * slot, end: (this.#first + place) * slot });
        start = -1;
      }
    }
    return runs;
  }

  /** The start of the newest slot with a value; -Infinity for none. */
  get newest(): number {
    return this.#newest * slot;
  }

  #grow(before: number, after: number): void {
    const old = this.#bits;
    const lead = Math.ceil(before / 8);
    // Twice the size: a series that grows day by day is not copied each time.
    const more = lead + Math.max(old.length * 2, old.length + Math.ceil(after / 8), 64);
    this.#bits = new Uint8Array(more);
    this.#bits.set(old, lead);
    this.#first -= lead * 8;
  }
}

/**
 * The ranges of a series whose imported values are sure: neighbouring slots with values, without
 * - the newest day, which another program may have stored before it was final
 * - the slots next to a hole, which may hold a part of what came later
 * - the two hours in which the clock shows the same in autumn A hole in which `alive` has values, or which lies
 *   by night, is not a hole: the site reported, and had nothing to say of this series.
 */
export function sureRanges(
  presence: Presence,
  timeZone: string,
  alive: Presence | null = null,
): Range[] {
  const clock = new SiteClock(timeZone);
  const joined = runsOverNights(presence, clock, alive);
  if (joined.length === 0) return [];
  const newestDay = clock.dayStart(clock.label(presence.newest).slice(0, 10));
  const inner = joined.map(({ start, end }) => ({
    start: start + slot,
    end: Math.min(end - slot, newestDay),
  }));
  return without(
    inner.filter((one) => one.start < one.end),
    repeatedHours(clock, joined[0].start, presence.newest),
  );
}

/** Neighbouring slots with values, and the silence between them that is no hole: by night, or where `alive` has values. */
export function runsOverNights(
  presence: Presence,
  clock: SiteClock,
  alive: Presence | null = null,
): Range[] {
  const isQuiet = quietOf(presence, alive, clock);
  const joined: Range[] = [];
  for (const run of presence.runs()) {
    const last = joined.at(-1);
    if (last && isQuiet({ start: last.end, end: run.start })) {
      joined[joined.length - 1] = { start: last.start, end: run.end };
    } else joined.push(run);
  }
  return joined;
}

/** The two hours around each turning back of the clock: both times that its labels may mean. */
function repeatedHours(clock: SiteClock, from: number, to: number): Range[] {
  const ranges: Range[] = [];
  for (let at = from; at <= to + day; at += day) {
    const shift = clock.offset(at) - clock.offset(at + day);
    if (shift <= 0) continue;
    let [low, high] = [at, at + day];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (clock.offset(middle) === clock.offset(at)) low = middle;
      else high = middle;
    }
    ranges.push({ start: high - shift, end: high + shift });
  }
  return ranges;
}

/** Whether nothing was to be expected in a hole: another series has values there, or it is dark. */
function quietOf(
  presence: Presence,
  alive: Presence | null,
  clock: SiteClock,
): (hole: Range) => boolean {
  const { power, values } = presence;
  const best = Array.from(
    { length: 12 },
    (_, month) => Math.max(...power.subarray(month * 96, (month + 1) * 96)),
  );
  const isDark = (moment: number) => {
    const wall = moment + clock.offset(moment);
    const month = new Date(wall * 1000).getUTCMonth();
    const sum = power[month * 96 + Math.floor((wall % day) / slot)];
    return values[month] >= fewestValues && sum < best[month] * darkShare;
  };
  const [known] = alive?.runs() ?? [];
  return ({ start, end }) => {
    if (end - start > longestNight) return false;
    const isKnown = alive !== null && known !== undefined && start >= known.start &&
      end <= alive.newest;
    for (let moment = start; moment < end; moment += slot) {
      if (isKnown ? !alive.has(moment) : !isDark(moment)) return false;
    }
    return true;
  };
}
