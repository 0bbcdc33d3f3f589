import { chance } from "../hash.ts";
import { spanRefusal, spanText } from "../span_refusal.ts";
import { dayOf, daySeconds } from "../zone.ts";
import { type Bucket, buckets, type Resolution, resolutions } from "./buckets.ts";
import type { Call } from "./call.ts";
import { Problem, problemReply, ReadyProblem } from "./problem.ts";
import { fineStamp, readStamp, stamp } from "./stamp.ts";

/** What a client asked for: epoch seconds, the last one included, and how it is repeated in the answer. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly period: { readonly from: string; readonly to: string };
}

/** `from` and `to`, by default since midnight of the site's day until now. */
export function window(call: Call): Window {
  const { zone } = call.site.model;
  const read = (name: string) => {
    const text = call.parameters.get(name);
    return text === null ? null : readStamp(zone, name, text);
  };
  const from = read("from") ?? zone.dayStart(dayOf(zone.localOf(call.now)));
  const named = read("to");
  const to = named ?? call.now;
  if (to < from) throw new Problem(400, "to is before from");
  return {
    from,
    to,
    period: {
      from: stamp(zone, from),
      to: named === null
        ? fineStamp(zone, to, Math.floor(1e9 * chance(to, "nanoseconds")))
        : stamp(zone, to),
    },
  };
}

/**
 * `from`, `to` and `resolution` as buckets. A window that was asked for and is too long for its resolution
 * is refused; the server's own never is: a recording has 17 hours of it.
 */
export function bucketWindow(call: Call): {
  window: Window;
  resolution: Resolution;
  buckets: Bucket[];
} {
  const asked = window(call);
  const resolution = oneOf(call.parameters, "resolution", resolutions, "QUARTER_HOUR");
  const { zone } = call.site.model;
  const isNamed = call.parameters.has("from") || call.parameters.has("to");
  if (isNamed) checkSpan(call, resolution, asked);
  return {
    window: asked,
    resolution,
    buckets: buckets(zone, resolution, asked.from, asked.to),
  };
}

function checkSpan(call: Call, resolution: Resolution, asked: Window): void {
  const { zone } = call.site.model;
  const { spans } = call;
  const refuse = (widest: string) => {
    throw new ReadyProblem(spanRefusal(spans, "The period is too long", widest, problemReply));
  };
  switch (resolution) {
    case "QUARTER_HOUR":
    case "HOUR": {
      const hours = resolution === "HOUR" ? spans.hourHours : spans.quarterHourHours;
      if (asked.to - asked.from > hours * 3600) refuse(spanText(hours));
      return;
    }
    // Days are those of the calendar, so that a change of clocks makes none too long.
    case "DAY":
      if (zone.localOf(asked.to) - zone.localOf(asked.from) > spans.dayDays * daySeconds) {
        refuse(spans.dayDays === 31 ? "1 month" : spanText(spans.dayDays * 24));
      }
  }
}

const scales = {
  W: 1,
  KW: 1e3,
  MW: 1e6,
  WH: 1,
  KWH: 1e3,
  MWH: 1e6,
  GWH: 1e9,
  PERCENTAGE: 1,
} as const;

/** A unit of power or energy, or the share of the peak power. */
export type Unit = keyof typeof scales;

export const powerUnits = ["W", "KW", "MW", "PERCENTAGE"] as const;

export const energyUnits = ["WH", "KWH", "MWH", "GWH"] as const;

/** W or Wh in a unit; null stays null. */
export function inUnit(value: number | null, unit: Unit): number | null {
  return value === null ? null : value / scales[unit];
}

/** A whole number within bounds. */
export function whole(
  parameters: URLSearchParams,
  name: string,
  bounds: { most: number; otherwise: number },
): number {
  const text = parameters.get(name);
  if (text === null) return bounds.otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= 1 && value <= bounds.most)) {
    throw new Problem(400, `Invalid value of parameter ${name}`);
  }
  return value;
}

/** One of some words, which are case-sensitive. */
export function oneOf<Word extends string>(
  parameters: URLSearchParams,
  name: string,
  words: readonly Word[],
  otherwise: Word,
): Word {
  return wordOf(name, words, parameters.get(name) ?? otherwise);
}

/** Some words of a parameter that may be repeated. */
export function someOf<Word extends string>(
  parameters: URLSearchParams,
  name: string,
  words: readonly Word[],
  otherwise: readonly Word[],
): readonly Word[] {
  if (!parameters.has(name)) return otherwise;
  return parameters.getAll(name).map((text) => wordOf(name, words, text));
}

function wordOf<Word extends string>(name: string, words: readonly Word[], text: string): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new Problem(400, `Invalid value of parameter ${name}`);
  return word;
}

/** One page of a list by `page`, which begins with 1. */
export function paged<One>(
  parameters: URLSearchParams,
  sizeName: string,
  size: { most: number; otherwise: number },
  all: readonly One[],
): One[] {
  const page = whole(parameters, "page", { most: 1_000_000, otherwise: 1 });
  const length = whole(parameters, sizeName, size);
  return all.slice((page - 1) * length, page * length);
}
