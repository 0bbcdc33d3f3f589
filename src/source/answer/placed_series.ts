import type { Note } from "../../model/harvest.ts";
import { readLabel, type Resolved, type Stamp, startOfDay } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import { type Asked, bodyError, type Json, kindOf } from "./answer_body.ts";
import { type Converter, fieldReader, type Fields, text } from "./answer_fields.ts";
import { type AskedSite, isInside } from "./asked_site.ts";
import { misfitNotes } from "./misfits.ts";
import { shown } from "./shown.ts";
import { isCalendarUnit, type TimeUnit, timeUnits } from "./time_unit.ts";
import { isPossible, readStamp, resolveTimes } from "./times.ts";

/** An entry of a series at its moment. */
export interface Placed {
  readonly instant: Temporal.Instant;
  readonly local: Temporal.PlainDateTime;
  /** In the order of the columns asked for. */
  readonly values: readonly Value[];
  /** Fields of the entry that have no column. */
  readonly rest: Json;
}

/** Reads the entries of one kind of series. `subject` names it in notes. */
export interface SeriesReader {
  readonly columns: readonly string[];
  /** Entries that are moments of their own. */
  samples(entries: readonly Json[], site: AskedSite, subject: string): Series;
  /** Entries that each begin a bucket. */
  buckets(entries: readonly Json[], unit: TimeUnit, site: AskedSite, subject: string): Series;
}

/** The entries of a series in their order, and what was wrong with others. */
export interface Series {
  readonly entries: readonly Placed[];
  /** Values came, and none of them at a time that can be read. */
  readonly isUntimed: boolean;
  readonly notes: readonly Note[];
}

/**
 * A reader of series whose entries carry their local time in the field `labelField`. Times are resolved
 * in the order in which they came. Of two entries at one time the last one with a value stands.
 * Entries at unreadable times, or at times that the clock skipped, are left out; a warning counts
 * those that had a value.
 */
export function seriesReader(labelField: string, fields: Fields): SeriesReader {
  const reader = fieldReader({ [labelField]: ["label", label], ...fields });

  function place(
    entries: readonly Json[],
    resolve: (labels: readonly string[]) => readonly Resolved[],
    site: AskedSite,
    { subject, unit }: { subject: string; unit: TimeUnit | null },
  ): Series {
    const labelled = entries.map((one): Labelled => {
      const { values: [label, ...values], rest } = reader.read(one);
      return { label: String(label), values, rest };
    });
    const placed = placeEntries(labelled, resolve(labelled.map(possible)), site, {
      subject,
      unit,
      isUnnamed: isUnnamed(entries, labelField, Object.keys(fields)),
    });
    const misfits = labelled.map((one) => reader.misfit(one.rest));
    return { ...placed, notes: [...placed.notes, ...misfitNotes(misfits, site.siteId, subject)] };
  }

  return {
    columns: reader.columns.slice(1),
    samples(entries, site, subject) {
      const placed = place(
        entries,
        (labels) => resolveTimes(labels, site.timeZone),
        site,
        { subject, unit: null },
      );
      const outside = placed.entries.filter((one) => !isInside(one.instant, site.window)).length;
      const text = `${subject}: ${outside} samples outside the time asked for, kept as they are`;
      const notes: Note[] = outside > 0 ? [{ siteId: site.siteId, level: "info", text }] : [];
      return { ...placed, notes: [...placed.notes, ...notes] };
    },
    buckets(entries, unit, site, subject) {
      const resolve = isCalendarUnit(unit) ? resolveDays : resolveTimes;
      return place(entries, (labels) => resolve(labels, site.timeZone), site, { subject, unit });
    },
  };
}

/** An entry with the label of its time. */
export interface Labelled {
  readonly label: string;
  readonly values: readonly Value[];
  readonly rest: Json;
}

/** What is known of the entries of a series besides. */
export interface Placing {
  /** Names the series in notes. */
  readonly subject: string;
  /** How long each bucket is; null: the entries are moments of their own. */
  readonly unit: TimeUnit | null;
  /** The values stand under a name that nobody knows. */
  readonly isUnnamed: boolean;
}

/**
 * Entries at the times that their labels were found to be; what is wrong with others stands in notes. A part of a
 * day stands at the beginning of its bucket, wherever in it its label lies.
 */
export function placeEntries(
  entries: readonly Labelled[],
  resolved: readonly Resolved[],
  site: AskedSite,
  { subject, unit, isUnnamed }: Placing,
): Series {
  const inGrid = resolved.map((one): Resolved =>
    one.ok ? { ok: true, stamp: onGrid(one.stamp, unit) } : one
  );
  const strays = straysOf(entries, resolved, inGrid);
  if (isUnnamed || strays === "all") {
    const what = isUnnamed
      ? "the values stand under a name that is not known: left out"
      : `${entries.length} values are given for several times of one bucket: left out`;
    return {
      entries: [],
      isUntimed: true,
      notes: [{ siteId: site.siteId, level: "loss", text: `${shown(subject, 100)}: ${what}` }],
    };
  }
  const byMoment = new Map<number, Placed>();
  const latest = new Map<string, number>();
  const problems = new Map<Problem, string[]>();
  const blame = (problem: Problem, label: string) => {
    const labels = problems.get(problem);
    if (labels) labels.push(label);
    else problems.set(problem, [label]);
  };
  const future = site.now.add(clocksMayDiffer).epochMilliseconds;

  entries.forEach(({ label, values, rest }, index) => {
    const at = inGrid[index]!;
    if (strays.has(index)) blame("stray", label);
    else if (at.ok) {
      const { instant, local } = at.stamp;
      const moment = instant.epochMilliseconds;
      if (moment > future && isFilled(values)) return blame("future", label);
      latest.set(label, moment);
      const former = byMoment.get(moment);
      if (former) blame("twice", label);
      if (!former || isFilled(values)) byMoment.set(moment, { instant, local, values, rest });
    } else if (at.problem === "duplicate") {
      const moment = latest.get(label);
      const former = moment === undefined ? undefined : byMoment.get(moment);
      blame("twice", label);
      if (former && isFilled(values)) byMoment.set(moment!, { ...former, values, rest });
    } else if (at.problem === "unreadable") {
      const isLost = isFilled(values) && !isImpossible(label);
      blame(isLost ? "unreadable" : "none", label);
    } else if (isFilled(values)) blame("skipped", label);
  });

  return {
    entries: [...byMoment.values()],
    isUntimed: problems.has("unreadable") &&
      ![...byMoment.values()].some((one) => isFilled(one.values)),
    notes: [...problems].map(([problem, labels]) => ({
      siteId: site.siteId,
      level: isLoss(problem) ? "loss" : "warning",
      text: `${shown(subject, 100)}: ${labels.length === 1 ? "1 time" : `${labels.length} times`} ${
        wordsFor(problem, site.timeZone, labels.length === 1)
      }: ${shortened(labels)}`,
    })),
  };
}

/** A clock of this machine that is behind by less makes nothing a value of the future. */
const clocksMayDiffer = Temporal.Duration.from({ hours: 24 });

/** The bucket of a part of a day begins at a whole quarter or hour of the wall clock. */
function onGrid(stamp: Stamp, unit: TimeUnit | null): Stamp {
  if (unit === null || isCalendarUnit(unit)) return stamp;
  const { minute, second } = stamp.local;
  const beyond = (minute * 60 + second) % Number(timeUnits[unit]);
  if (beyond === 0) return stamp;
  return {
    instant: stamp.instant.subtract({ seconds: beyond }),
    local: stamp.local.subtract({ seconds: beyond }),
  };
}

/**
 * Values that stand beside another one of a different time of day in the same bucket. A few of them have strayed, and
 * the value at the beginning of the bucket stands; where many have, buckets are not as long as the answer states,
 * and which of them would be stored were chance.
 */
function straysOf(
  entries: readonly Labelled[],
  given: readonly Resolved[],
  inGrid: readonly Resolved[],
): ReadonlySet<number> | "all" {
  const clocks = new Map<number, { at: number; local: Temporal.PlainDateTime }>();
  const strays = new Set<number>();
  let filled = 0;
  given.forEach((one, at) => {
    const placed = inGrid[at]!;
    if (!one.ok || !placed.ok || !isFilled(entries[at]!.values)) return;
    filled++;
    const { local } = one.stamp;
    const moment = placed.stamp.instant.epochMilliseconds;
    const former = clocks.get(moment);
    if (!former) return void clocks.set(moment, { at, local });
    if (former.local.equals(local)) return;
    // The one that lies nearer to the beginning of the bucket stands.
    const isNearer = Temporal.PlainDateTime.compare(local, former.local) < 0;
    strays.add(isNearer ? former.at : at);
    if (isNearer) clocks.set(moment, { at, local });
  });
  return strays.size * 3 > filled ? "all" : strays;
}

/**
 * Whether none of the entries has any field of these names, while some have numbers under others: then nothing can be
 * read from them, and that is not as if the server had nothing.
 */
export function isUnnamed(
  entries: readonly Json[],
  label: string,
  names: readonly string[],
): boolean {
  return names.length > 0 &&
    !entries.some((one) => names.some((name) => Object.hasOwn(one, name))) &&
    entries.some((one) =>
      Object.entries(one).some(([name, value]) => name !== label && typeof value === "number")
    );
}

/**
 * What is wrong with a time: it cannot be read, with a value or as good as none; it came twice; no clock shows it; it
 * lies beside another one of its bucket, or in the future.
 */
type Problem = "unreadable" | "none" | "twice" | "skipped" | "stray" | "future";

const isLoss = (problem: Problem) => ["unreadable", "stray", "future"].includes(problem);

function wordsFor(problem: Problem, timeZone: string, isOne: boolean): string {
  const leftOut = `and ${isOne ? "is" : "are"} left out`;
  switch (problem) {
    case "twice":
      return "came twice; the last value stands";
    case "stray":
      return `${isOne ? "stands" : "stand"} beside another one of the same bucket ${leftOut}`;
    case "future":
      return `${isOne ? "lies" : "lie"} in the future ${leftOut}`;
    case "skipped":
      return `${isOne ? "does" : "do"} not exist in ${timeZone} ${leftOut}`;
    default:
      return `cannot be read ${leftOut}`;
  }
}

/** Throws SourceError `body` where values came, and none of them at a time that can be read. */
export function requireTimes(
  { isUntimed, notes }: Omit<Series, "entries">,
  asked: Asked,
): void {
  if (isUntimed) throw bodyError(asked, notes.find((one) => one.level === "loss")!.text);
}

/** A label as text, whatever it is, but no longer than a time can be. */
export const label: Converter<string> = (raw) => (text(raw) ?? kindOf(raw)).slice(0, 100);

/** True where any of the values is there. */
export function isFilled(values: readonly Value[]): boolean {
  return values.some((value) => value !== null);
}

/** Days, weeks, months and years begin with their local day, also where its midnight is skipped. */
function resolveDays(labels: readonly string[], timeZone: string): Resolved[] {
  return labels.map((label) => {
    const local = readStamp(label, timeZone)?.local ?? readLabel(label);
    if (!local) return { ok: false, label, problem: "unreadable" };
    return { ok: true, stamp: { local, instant: startOfDay(local.toPlainDate(), timeZone) } };
  });
}

/** A time that no site can have is as good as none. */
export function possible({ label }: Labelled): string {
  return isImpossible(label) ? "" : label;
}

/** `0000-00-00`, and every other date of a year that no site has seen. */
function isImpossible(label: string): boolean {
  const year = /^\s*(\d{4})[-/]/.exec(label)?.[1];
  return year !== undefined && !isPossible({ year: Number(year) });
}

function shortened(labels: readonly string[]): string {
  const first = labels.slice(0, 3).map((one) => shown(one, 40)).join(", ");
  return labels.length > 3 ? `${first} …` : first;
}
