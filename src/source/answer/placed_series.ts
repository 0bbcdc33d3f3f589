import type { Note } from "../../model/harvest.ts";
import { readLabel, type Resolved, startOfDay } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import { type Asked, bodyError, type Json, kindOf } from "./answer_body.ts";
import { type Converter, fieldReader, type Fields, text } from "./answer_fields.ts";
import { type AskedSite, isInside } from "./asked_site.ts";
import { misfitNotes } from "./misfits.ts";
import { shown } from "./shown.ts";
import { isCalendarUnit, type TimeUnit } from "./time_unit.ts";
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
    resolve: (labels: readonly string[]) => Resolved[],
    site: AskedSite,
    subject: string,
  ): Series {
    const labelled = entries.map((one): Labelled => {
      const { values: [label, ...values], rest } = reader.read(one);
      return { label: String(label), values, rest };
    });
    const placed = placeEntries(labelled, resolve(labelled.map(possible)), site, subject);
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
        subject,
      );
      const outside = placed.entries.filter((one) => !isInside(one.instant, site.window)).length;
      const text = `${subject}: ${outside} samples outside the time asked for, kept as they are`;
      const notes: Note[] = outside > 0 ? [{ siteId: site.siteId, level: "info", text }] : [];
      return { ...placed, notes: [...placed.notes, ...notes] };
    },
    buckets(entries, unit, site, subject) {
      const resolve = isCalendarUnit(unit) ? resolveDays : resolveTimes;
      return place(entries, (labels) => resolve(labels, site.timeZone), site, subject);
    },
  };
}

/** An entry with the label of its time. */
export interface Labelled {
  readonly label: string;
  readonly values: readonly Value[];
  readonly rest: Json;
}

/** Entries at the times that their labels were found to be; what is wrong with others stands in notes. */
export function placeEntries(
  entries: readonly Labelled[],
  resolved: readonly Resolved[],
  site: AskedSite,
  subject: string,
): Series {
  if (isFinerThanStated(entries, resolved)) {
    const what = `${entries.length} values are given for several times of one bucket: left out`;
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

  entries.forEach(({ label, values, rest }, index) => {
    const at = resolved[index]!;
    if (at.ok) {
      const { instant, local } = at.stamp;
      const moment = instant.epochMilliseconds;
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
      level: problem === "unreadable" ? "loss" : "warning",
      text: `${shown(subject, 100)}: ${labels.length} times ${wordsFor(problem, site.timeZone)}: ${
        shortened(labels)
      }`,
    })),
  };
}

/**
 * Whether values of different times of day stand in one bucket: then they are not of the length that the answer
 * states, and which of them would be stored were chance.
 */
function isFinerThanStated(entries: readonly Labelled[], resolved: readonly Resolved[]): boolean {
  const clocks = new Map<number, Temporal.PlainDateTime>();
  return resolved.some((one, index) => {
    if (!one.ok || !isFilled(entries[index]!.values)) return false;
    const { instant, local } = one.stamp;
    const moment = instant.epochMilliseconds;
    const former = clocks.get(moment);
    if (!former) clocks.set(moment, local);
    return former !== undefined && !former.equals(local);
  });
}

/** What is wrong with a time: it cannot be read, with a value or as good as none; or it came twice; or no clock shows it. */
type Problem = "unreadable" | "none" | "twice" | "skipped";

function wordsFor(problem: Problem, timeZone: string): string {
  switch (problem) {
    case "twice":
      return "came twice; the last value stands";
    case "skipped":
      return `do not exist in ${timeZone} and are left out`;
    default:
      return "cannot be read and are left out";
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
