import type { Note } from "../../model/harvest.ts";
import { readLabel, type Resolved, resolveLabels, startOfDay } from "../../model/site_time.ts";
import type { Value } from "../../model/table.ts";
import { type Json, kindOf } from "./answer_body.ts";
import {
  type Converter,
  fieldReader,
  type Fields,
  isPossible,
  misfitIn,
  text,
} from "./answer_fields.ts";
import { type AskedSite, isInside } from "./asked_site.ts";
import { shown, shownJson } from "./shown.ts";
import { isCalendarUnit, type TimeUnit } from "./time_unit.ts";

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
    return { ...placed, notes: [...placed.notes, ...misfitNotes(labelled, fields, site, subject)] };
  }

  return {
    columns: reader.columns.slice(1),
    samples(entries, site, subject) {
      const placed = place(
        entries,
        (labels) => resolveLabels(labels, site.timeZone),
        site,
        subject,
      );
      const outside = placed.entries.filter((one) => !isInside(one.instant, site.window)).length;
      const text = `${subject}: ${outside} samples outside the time asked for, kept as they are`;
      const notes: Note[] = outside > 0 ? [{ siteId: site.siteId, level: "info", text }] : [];
      return { entries: placed.entries, notes: [...placed.notes, ...notes] };
    },
    buckets(entries, unit, site, subject) {
      const resolve = isCalendarUnit(unit) ? resolveDays : resolveLabels;
      return place(entries, (labels) => resolve(labels, site.timeZone), site, subject);
    },
  };
}

/** An entry with the label that tells its time. */
export interface Labelled {
  readonly label: string;
  readonly values: readonly Value[];
  readonly rest: Json;
}

/** Entries at the times that their labels were found to be; what is wrong with others is told in notes. */
export function placeEntries(
  entries: readonly Labelled[],
  resolved: readonly Resolved[],
  site: AskedSite,
  subject: string,
): Series {
  const byMoment = new Map<number, Placed>();
  const latest = new Map<string, number>();
  const problems = new Map<string, string[]>();
  const blame = (why: string, label: string) => {
    const labels = problems.get(why);
    if (labels) labels.push(label);
    else problems.set(why, [label]);
  };

  entries.forEach(({ label, values, rest }, index) => {
    const at = resolved[index]!;
    if (at.ok) {
      const { instant, local } = at.stamp;
      const moment = instant.epochMilliseconds;
      latest.set(label, moment);
      const former = byMoment.get(moment);
      if (former) blame("came twice; the last value stands", label);
      if (!former || isFilled(values)) byMoment.set(moment, { instant, local, values, rest });
    } else if (at.problem === "duplicate") {
      const moment = latest.get(label);
      const former = moment === undefined ? undefined : byMoment.get(moment);
      blame("came twice; the last value stands", label);
      if (former && isFilled(values)) byMoment.set(moment!, { ...former, values, rest });
    } else if (isFilled(values) || at.problem === "unreadable") {
      blame(
        at.problem === "unreadable"
          ? "cannot be read and are left out"
          : `do not exist in ${site.timeZone} and are left out`,
        label,
      );
    }
  });

  return {
    entries: [...byMoment.values()],
    notes: [...problems].map(([why, labels]) => ({
      siteId: site.siteId,
      level: "warning",
      text: `${shown(subject, 100)}: ${labels.length} times ${why}: ${shortened(labels)}`,
    })),
  };
}

/** Values that are none of their kind, and stand in `extra` with what has no column. */
export function misfitNotes(
  entries: readonly Labelled[],
  fields: Fields,
  { siteId }: Pick<AskedSite, "siteId">,
  subject: string,
): Note[] {
  const misfits = entries.map((one) => misfitIn(one.rest, fields)).filter((one) =>
    one !== undefined
  );
  if (misfits.length === 0) return [];
  const what = `${misfits.length} times a value cannot be read and is kept aside`;
  return [{
    siteId,
    level: "loss",
    text: `${shown(subject, 100)}: ${what}: ${shownJson(misfits[0], 60)}`,
  }];
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
    const local = readLabel(label);
    if (!local) return { ok: false, label, problem: "unreadable" };
    return { ok: true, stamp: { local, instant: startOfDay(local.toPlainDate(), timeZone) } };
  });
}

/** A time that no site can have is as good as none. */
function possible({ label }: Labelled): string {
  return isPossible({ year: Number(label.trimStart().slice(0, 4)) }) ? label : "";
}

function shortened(labels: readonly string[]): string {
  const first = labels.slice(0, 3).map((one) => shown(one, 40)).join(", ");
  return labels.length > 3 ? `${first} …` : first;
}
