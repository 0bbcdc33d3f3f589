import { daySeconds, localText, readLocal } from "../zone.ts";
import { spanRefusal, spanText } from "../span_refusal.ts";
import { type TimeUnit, timeUnits } from "./buckets.ts";
import type { Call } from "./call.ts";
import { ReadyRefusal, Refusal, refusalReply } from "./reply.ts";
import type { MeterType } from "../site_spec.ts";

/** A window as the client named it: local seconds, both ends included. */
export interface Window {
  readonly start: number;
  readonly end: number;
  /** The end as it was named: the beginning of the last day where the window is one of dates. */
  readonly namedEnd: number;
}

/** How far apart the ends of a window may lie. */
export type Span = "month" | "year" | "week" | "none";

/** `startTime` and `endTime`, or others of their names; refuses missing and unreadable ones with 400. */
export function times(parameters: URLSearchParams, first = "startTime", last = "endTime"): Window {
  const end = moment(parameters, last, 19);
  return ordered({ start: moment(parameters, first, 19), end, namedEnd: end }, first, last);
}

/** `startDate` and `endDate`; the end is the last second of its day. */
export function dates(parameters: URLSearchParams): Window {
  const start = moment(parameters, "startDate", 10);
  const namedEnd = moment(parameters, "endDate", 10);
  return ordered({ start, end: namedEnd + daySeconds - 1, namedEnd }, "startDate", "endDate");
}

function moment(parameters: URLSearchParams, name: string, length: number): number {
  const text = parameters.get(name);
  if (text === null) throw new Refusal(400, `Missing required parameter ${name}`);
  const local = text.length === length ? readLocal(text) : null;
  if (local === null) throw new Refusal(400, `Invalid value of parameter ${name}`);
  return local;
}

function ordered(window: Window, first: string, last: string): Window {
  if (window.end < window.start) throw new Refusal(400, `${last} is before ${first}`);
  return window;
}

/** Refuses a window that is wider than its endpoint allows, or than the server takes there. */
export function checkSpan(call: Call, window: Window, span: Span): void {
  const days = call.quirks.maximumDays[call.endpoint];
  const limit = Math.min(
    farthest(window.start, span),
    days === undefined ? Infinity : window.start + days * daySeconds,
  );
  if (window.namedEnd > limit) {
    const widest = days === undefined ? `one ${span}` : spanText(days * 24);
    const sentence = `The time range is too long: at most ${widest}`;
    throw new ReadyRefusal(spanRefusal(call.quirks.spanRefusal, sentence, widest, refusalReply));
  }
}

function farthest(start: number, span: Span): number {
  if (span === "none") return Infinity;
  if (span === "week") return start + 7 * daySeconds;
  const later = Temporal.PlainDateTime.from(localText(start).replace(" ", "T"))
    .add(span === "month" ? { months: 1 } : { years: 1 });
  return readLocal(later.toString({ smallestUnit: "second" }).replace("T", " "))!;
}

/** The span that goes with a time unit. */
export function spanOf(unit: TimeUnit): Span {
  if (unit === "QUARTER_OF_AN_HOUR" || unit === "HOUR") return "month";
  return unit === "DAY" ? "year" : "none";
}

/** `timeUnit`, a day when it is not named. */
export function timeUnit(parameters: URLSearchParams): TimeUnit {
  const text = parameters.get("timeUnit") ?? "DAY";
  const unit = timeUnits.find((one) => one === text);
  if (unit === undefined) throw new Refusal(400, "Invalid value of parameter timeUnit");
  return unit;
}

/** `meters`, a list of types in any case; all of them when it is not named. */
export function meterTypes(
  parameters: URLSearchParams,
  all: readonly MeterType[],
): readonly MeterType[] {
  const text = parameters.get("meters");
  if (text === null) return all;
  return text.split(",").map((word) => {
    const type = all.find((one) => one.toUpperCase() === word.toUpperCase());
    if (type === undefined) throw new Refusal(400, "Invalid value of parameter meters");
    return type;
  });
}

/** A whole number within bounds. */
export function whole(
  parameters: URLSearchParams,
  name: string,
  bounds: { least: number; most: number; otherwise: number },
): number {
  const text = parameters.get(name);
  if (text === null) return bounds.otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= bounds.least && value <= bounds.most)) {
    throw new Refusal(400, `Invalid value of parameter ${name}`);
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
  const text = parameters.get(name) ?? otherwise;
  const word = words.find((one) => one === text);
  if (word === undefined) throw new Refusal(400, `Invalid value of parameter ${name}`);
  return word;
}
