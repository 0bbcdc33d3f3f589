import type { Language } from "./languages.ts";
import { type Words, words } from "./words.ts";

/** How a report writes its labels, numbers and dates. */
export interface Locale {
  /** BCP 47, of language and region: `en-GB`. */
  readonly tag: string;
  readonly language: Language;
  readonly words: Words;
  /** Energy given in Wh, in the unit that suits it: `13.5 kWh`; `–` where it is not known. */
  energy(wattHours: number | null): string;
  /** Writes energies that are read beside each other, in the unit that suits the largest of them. */
  energyBeside(all: readonly (number | null)[]): (wattHours: number | null) => string;
  /** Power given in W: `8.2 kW`. */
  power(watts: number | null): string;
  percent(value: number | null): string;
  number(value: number | null, digits?: number): string;
  /** An amount in a currency of ISO 4217. */
  money(amount: number, currency: string): string;
  /** `31 May 2026`. */
  date(day: string): string;
  /** `7 May – 6 June 2026`. */
  dates(first: string, last: string): string;
  /** `May 2026`. */
  monthAndYear(day: string): string;
  /** `May`. */
  monthName(month: number): string;
  /** `Mon`: 1 is Monday. */
  weekday(day: number): string;
  /** `31 May 2026, 14:05`. */
  dateAndTime(local: string): string;
}

const unknown = "–";

/** English dates are day first, as most of the world writes them. */
const tags: Readonly<Record<Language, string>> = {
  en: "en-GB",
  de: "de-DE",
  fr: "fr-FR",
  nl: "nl-NL",
};

/** Numbers and dates of a language by the rules of Unicode's CLDR. */
export function localeOf(language: Language): Locale {
  const tag = tags[language];
  const formats = new Map<number, Intl.NumberFormat>();
  const number = (value: number | null, digits = 0) => {
    if (value === null || !Number.isFinite(value)) return unknown;
    const format = formats.get(digits) ??
      new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
    return format.format(value);
  };
  const format = (options: Intl.DateTimeFormatOptions) => {
    const inner = new Intl.DateTimeFormat(tag, { ...options, timeZone: "UTC" });
    return (local: string) =>
      inner.format(Date.parse(local.length === 10 ? `${local}T00:00Z` : `${local}Z`));
  };
  const date = format({ day: "numeric", month: "long", year: "numeric" });
  const range = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC" });
  const month = format({ month: "short" });
  const weekday = format({ weekday: "short" });
  return {
    tag,
    language,
    words: words[language],
    number,
    energy: (value) => scaled(value, "Wh", number),
    energyBeside(all) {
      const largest = Math.max(...all.map((one) => Math.abs(one ?? 0)));
      return (value) => scaled(value, "Wh", number, largest);
    },
    power: (value) => scaled(value, "W", number),
    percent: (value) => value === null ? unknown : `${number(value, 0)}\u00a0%`,
    money: (amount, currency) =>
      new Intl.NumberFormat(tag, { style: "currency", currency }).format(amount),
    date,
    dates: (first, last) =>
      range.formatRange(Date.parse(`${first}T00:00Z`), Date.parse(`${last}T00:00Z`)),
    monthAndYear: format({ month: "long", year: "numeric" }),
    // Twelve of them stand side by side, where there is no room for a point.
    monthName: (one) => month(`2026-${String(one).padStart(2, "0")}-01`).replace(/\.$/, ""),
    // 1 June 2026 was a Monday.
    weekday: (one) => weekday(`2026-06-0${one}`),
    dateAndTime: format({
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    }),
  };
}

/** Three significant digits, in the largest unit that leaves `largest` one digit before the point. */
function scaled(
  value: number | null,
  unit: string,
  number: (value: number, digits: number) => string,
  largest = Math.abs(value ?? 0),
): string {
  if (value === null) return unknown;
  const [size, prefix] = largest >= 9_999_500
    ? [1e6, "M"]
    : largest >= 1000 || unit === "Wh"
    ? [1e3, "k"]
    : [1, ""];
  const shown = value / size;
  const digits = size === 1 ? 0 : Math.abs(shown) >= 99.95 ? 0 : Math.abs(shown) >= 9.995 ? 1 : 2;
  return `${number(shown, digits)}\u00a0${prefix}${unit}`;
}
