import { escaped, tableOf } from "../html.ts";
import type { Locale } from "../locale.ts";
import { section } from "./section.ts";

/** Something that a check of the stored data found, in a sentence. */
export interface ReportFinding {
  readonly siteId: number;
  readonly isWrong: boolean;
  readonly text: string;
}

/** What the energy of some time was worth: amounts in the tariff's currency. */
export interface ReportSaving {
  readonly siteId: number;
  /** The time it is about, as it stands in the table: `2026`. */
  readonly period: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly saved: number;
  readonly earned: number;
}

/** What was found at a site; null where nobody looked. */
export function findingsSection(
  findings: readonly ReportFinding[] | null,
  siteId: number,
  { words }: Locale,
): string {
  if (findings === null) return "";
  const own = findings.filter((one) => one.siteId === siteId);
  const list = own.map(({ text, isWrong }) =>
    `<li${isWrong ? ' class="wrong"' : ""}>${escaped(text)}</li>`
  ).join("");
  return section(
    words.findings,
    list ? `<ul class="findings">${list}</ul>` : `<p>${escaped(words.noFindings)}</p>`,
  );
}

/** What a site has saved and earned; null where no tariff is known. */
export function savingsSection(
  savings: readonly ReportSaving[] | null,
  siteId: number,
  locale: Locale,
): string {
  const { words } = locale;
  const own = (savings ?? []).filter((one) => one.siteId === siteId);
  if (own.length === 0) return "";
  return section(
    words.savings,
    tableOf(
      words.savings,
      [words.year, words.usedAtHome, words.feedIn, words.savings],
      own.map((one) => [
        one.period,
        locale.money(one.saved, one.currency),
        locale.money(one.earned, one.currency),
        locale.money(one.saved + one.earned, one.currency),
      ]),
    ),
  );
}
