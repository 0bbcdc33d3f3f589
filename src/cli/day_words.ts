import { InvalidArgumentError } from "@commander-js/extra-typings";
import { readDate } from "./arguments.ts";

type Day = Temporal.PlainDate;

/** A day as a person names it, often by where it lies from today. */
export interface DayWord {
  readonly text: string;
  /** Whether another today makes it another day. */
  readonly isRelative: boolean;
  at(today: Day): Day;
}

/** A period of the calendar: its first day, and how much of the calendar it takes. */
interface CalendarPeriod {
  readonly first: Day;
  readonly length: Temporal.DurationLike;
}

const units = { d: "days", w: "weeks", m: "months", y: "years" } as const;

const periods: Readonly<Record<string, (today: Day) => CalendarPeriod>> = {
  today: (today) => ({ first: today, length: { days: 1 } }),
  yesterday: (today) => ({ first: today.subtract({ days: 1 }), length: { days: 1 } }),
  "this-week": (today) => ({ first: monday(today), length: { weeks: 1 } }),
  "last-week": (today) => ({
    first: monday(today).subtract({ weeks: 1 }),
    length: { weeks: 1 },
  }),
  "this-month": (today) => ({ first: today.with({ day: 1 }), length: { months: 1 } }),
  "last-month": (today) => ({
    first: today.with({ day: 1 }).subtract({ months: 1 }),
    length: { months: 1 },
  }),
  "this-year": (today) => ({ first: today.with({ month: 1, day: 1 }), length: { years: 1 } }),
  "last-year": (today) => ({
    first: today.with({ month: 1, day: 1 }).subtract({ years: 1 }),
    length: { years: 1 },
  }),
};

/** `2026-05-31`, `2026-05`, `2026`, `7d`, or a word; of a month or year its first day. Throws InvalidArgumentError. */
export function readFirstDay(text: string): DayWord {
  return readDay(text, ({ first }) => first);
}

/** The same; of a week, month or year its last day. Throws InvalidArgumentError. */
export function readLastDay(text: string): DayWord {
  return readDay(text, ({ first, length }) => first.add(length).subtract({ days: 1 }));
}

function readDay(text: string, dayOf: (period: CalendarPeriod) => Day): DayWord {
  const word = text.trim().toLowerCase();
  const relative = relativePeriod(word);
  if (relative) return { text: word, isRelative: true, at: (today) => dayOf(relative(today)) };
  const period = calendarPeriod(word);
  const day = dayOf(period ?? { first: readCalendarDay(word), length: { days: 1 } });
  return { text: word, isRelative: false, at: () => day };
}

function relativePeriod(word: string): ((today: Day) => CalendarPeriod) | null {
  if (Object.hasOwn(periods, word)) return periods[word];
  const [, count, unit] = /^(\d{1,4})([dwmy])$/.exec(word) ?? [];
  if (count === undefined) return null;
  const back = { [units[unit as keyof typeof units]]: Number(count) };
  return (today) => ({ first: today.subtract(back), length: { days: 1 } });
}

/** A whole month or year. */
function calendarPeriod(word: string): CalendarPeriod | null {
  const [, year, month] = /^((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?$/.exec(word) ?? [];
  if (year === undefined) return null;
  const first = Temporal.PlainDate.from({ year: +year, month: Number(month ?? 1), day: 1 });
  return { first, length: month === undefined ? { years: 1 } : { months: 1 } };
}

function readCalendarDay(word: string): Day {
  if (/^\d{4}-\d{2}-\d{2}$/.test(word)) return readDate(word);
  throw new InvalidArgumentError(
    "Write the day like 2026-05-31, a month like 2026-05, days ago like 7d, or one of: " +
      `${Object.keys(periods).join(", ")}.`,
  );
}

function monday(day: Day): Day {
  return day.subtract({ days: day.dayOfWeek - 1 });
}
