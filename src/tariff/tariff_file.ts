import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { z } from "zod";
import {
  type Direction,
  type Investment,
  noEnd,
  type Problem,
  type Tariff,
  TariffError,
  type Tariffs,
} from "./tariff.ts";
import { hoursOf, type Time, weekdaysOf, weekOf } from "./week.ts";

type Path = readonly (string | number)[];

const isDay = (text: string) => {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
};
const words = {
  currency: "a currency of three capital letters is needed, for example EUR",
  day: "a day is needed, for example 2026-01-31",
  price: "a number with a point is needed, in the currency and not in cents, for example 0.34",
  sites: "site numbers are needed, for example [1234567]",
  days: "days are needed: mon, tue, wed, thu, fri, sat, sun, or mon-fri, or [sat, sun]",
  hours:
    "quarter-hours of one day are needed, for example 06:00-22:00; for a night: [22:00-24:00, 00:00-06:00]",
} as const;

const day = z.string(words.day).refine(isDay, words.day);
const currency = z.string(words.currency).regex(/^[A-Z]{3}$/, words.currency);
const price = z.number(words.price).min(-1e6, words.price).max(1e6, words.price);
const sites = z.array(z.int(words.sites).positive(words.sites), words.sites).min(1, words.sites);

const listOf = <T>(read: (text: string) => T | null, error: string) =>
  z.union([z.string(), z.array(z.string()).min(1)], error).transform((given, context) => {
    const all = [given].flat().map(read);
    if (!all.includes(null)) return all as T[];
    context.addIssue({ code: "custom", message: error });
    return z.NEVER;
  });

const time = z.strictObject({
  days: listOf(weekdaysOf, words.days).optional(),
  hours: listOf(hoursOf, words.hours).optional(),
  price_per_kwh: price,
}, "days, hours and price_per_kwh are needed");

const tariff = z.strictObject({
  sites: sites.optional(),
  from: day,
  to: day.optional(),
  currency: currency.optional(),
  price_per_kwh: price.optional(),
  times: z.array(time, "a list of times is needed").optional(),
}, "from and price_per_kwh are needed");

const investment = z.strictObject({
  site: z.int(words.sites).positive(words.sites).optional(),
  date: day,
  amount: z.number("a number with a point is needed, for example 14500"),
  currency: currency.optional(),
}, "date and amount are needed");

const list = "a list is needed: lines that begin with a dash";
const file = z.strictObject({
  currency,
  purchase: z.array(tariff, list).optional(),
  feed_in: z.array(tariff, list).optional(),
  investment: z.array(investment, list).optional(),
}, "currency, purchase, feed_in and investment are the parts of a tariff file");

/** Reads a tariff file. Throws TariffError with a line for each thing that is wrong. */
export function readTariffs(text: string): Tariffs {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new TariffError(
      document.errors.slice(0, 1).map(({ pos, message }) => ({
        line: lines.linePos(pos[0]).line,
        text: `this is no YAML: ${message}`,
      })),
    );
  }
  /** The line of what stands at a path, or of the last part of it that is there. */
  const lineOf = (path: Path): number => {
    let at: Node | null = document.contents;
    let start = at?.range?.[0] ?? 0;
    for (const [place, step] of path.entries()) {
      if (isMap(at)) {
        const key = at.items.map((pair) => pair.key).find((one) =>
          isScalar(one) && one.value === step
        );
        if (isScalar(key)) start = key.range?.[0] ?? start;
      }
      at = document.getIn(path.slice(0, place + 1), true) as Node | null;
      if (!at) break;
      if (typeof step === "number") start = at.range?.[0] ?? start;
    }
    return lines.linePos(start).line;
  };
  const read = file.safeParse(document.toJS());
  if (!read.success) {
    throw new TariffError(
      read.error.issues.flatMap((issue) => problemsOf(issue, document, lineOf)),
    );
  }
  const problems: Problem[] = [];
  const report = (path: Path, what: string) =>
    void problems.push({ line: lineOf(path), text: what });
  const tariffs = [
    ...tariffsOf("purchase", read.data.purchase ?? [], read.data.currency, report),
    ...tariffsOf("feed_in", read.data.feed_in ?? [], read.data.currency, report),
  ];
  const investments = (read.data.investment ?? []).map((one): Investment => ({
    paidOn: one.date,
    siteId: one.site ?? 0,
    amount: one.amount,
    currency: one.currency ?? read.data.currency,
  }));
  investments.forEach((one, at) => {
    const first = investments.findIndex((other) =>
      other.paidOn === one.paidOn && other.siteId === one.siteId
    );
    if (first < at) {
      report(["investment", at], `a second amount for ${one.paidOn}; write one that is their sum`);
    }
  });
  if (hasMixedCurrencies(tariffs)) {
    report(["feed_in"], "purchase and feed-in of one day are in different currencies");
  }
  if (problems.length > 0) throw new TariffError(problems.toSorted((a, b) => a.line - b.line));
  return { tariffs, investments };
}

/** What is wrong at one place, with what stands there. */
function problemsOf(
  issue: z.core.$ZodIssue,
  document: { getIn(path: Path): unknown },
  lineOf: (path: Path) => number,
): Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      line: lineOf([...path, key]),
      text: `"${shown(key)}" is not known here; allowed: ${allowedAt(path)}`,
    }));
  }
  const name = path.findLast((one) => typeof one === "string") ?? "the file";
  const found = document.getIn(path);
  const isPlain = ["string", "number", "boolean"].includes(typeof found);
  const what = isPlain
    ? `${name} is "${shown(String(found))}"`
    : `${name} ${found === undefined || found === null ? "is missing" : "cannot be used as it is"}`;
  return [{ line: lineOf(path), text: `${what}; ${issue.message}` }];
}

function allowedAt(path: Path): string {
  const shape = path.length === 0
    ? file.shape
    : path.includes("times")
    ? time.shape
    : path[0] === "investment"
    ? investment.shape
    : tariff.shape;
  return Object.keys(shape).join(", ");
}

/** One line without control characters, not too long. */
function shown(text: string): string {
  return text.replace(/[^\P{C}]/gu, " ").slice(0, 40);
}

type Report = (path: Path, what: string) => void;

function tariffsOf(
  direction: Direction,
  given: readonly z.output<typeof tariff>[],
  currencyOfFile: string,
  report: Report,
): Tariff[] {
  const all = given.flatMap((one, at) => {
    if (one.to !== undefined && one.to < one.from) {
      report([direction, at, "to"], `to (${one.to}) is before from (${one.from})`);
    }
    const bands = bandsOf(one, [direction, at], report);
    return (one.sites ?? [0]).map((siteId) => ({
      direction,
      siteId,
      firstDay: one.from,
      lastDay: one.to ?? noEnd,
      hasEnd: one.to !== undefined,
      currency: one.currency ?? currencyOfFile,
      bands,
      at,
    }));
  }).sort((a, b) => a.siteId - b.siteId || (a.firstDay < b.firstDay ? -1 : 1));
  return all.map(({ hasEnd, at, ...one }, place) => {
    const next = all[place + 1];
    if (next?.siteId !== one.siteId) return one;
    if (next.firstDay === one.firstDay) {
      report(
        [direction, Math.max(at, next.at), "from"],
        `another tariff begins on ${one.firstDay}`,
      );
    } else if (hasEnd && one.lastDay >= next.firstDay) {
      report(
        [direction, at, "to"],
        `to (${one.lastDay}) reaches into the tariff that begins on ${next.firstDay}`,
      );
    }
    const before = Temporal.PlainDate.from(next.firstDay).subtract({ days: 1 }).toString();
    return hasEnd ? one : { ...one, lastDay: before };
  });
}

function bandsOf(
  { times, price_per_kwh: otherwise }: z.output<typeof tariff>,
  path: Path,
  report: Report,
) {
  if (!times && otherwise === undefined) {
    report(path, "a price is missing: price_per_kwh, or times with prices");
    return [];
  }
  const given = (times ?? []).map((one): Time => ({
    days: one.days?.flat() ?? [1, 2, 3, 4, 5, 6, 7],
    hours: one.hours ?? [[0, 1440]],
    pricePerKwh: one.price_per_kwh,
  }));
  const week = weekOf(given, otherwise ?? null);
  if ("overlap" in week) {
    report(
      [...path, "times", week.time],
      `two times hold on ${week.overlap}; each hour needs one price`,
    );
    return [];
  }
  if ("gap" in week) {
    report(
      [...path, "times"],
      `no price holds on ${week.gap}; add a time, or price_per_kwh beside times for all other hours`,
    );
    return [];
  }
  return week;
}

/** Whether a site buys in one currency and sells in another on the same day. */
function hasMixedCurrencies(tariffs: readonly Tariff[]): boolean {
  const holding = (siteId: number, direction: Direction) => {
    const all = tariffs.filter((one) => one.direction === direction);
    const own = all.filter((one) => one.siteId === siteId);
    return own.length > 0 ? own : all.filter((one) => one.siteId === 0);
  };
  // Number 0 stands for the sites that the file does not name.
  return [...new Set([0, ...tariffs.map((one) => one.siteId)])].some((siteId) =>
    holding(siteId, "feed_in").some((sold) =>
      holding(siteId, "purchase").some((bought) =>
        bought.currency !== sold.currency &&
        bought.firstDay <= sold.lastDay && sold.firstDay <= bought.lastDay
      )
    )
  );
}
