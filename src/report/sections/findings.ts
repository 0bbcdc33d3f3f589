import { escaped, tableOf } from "../html.ts";
import type { Locale } from "../locale.ts";
import type { RuleName } from "../../check/finding.ts";
import { ruleWords } from "../rule_words.ts";
import { section } from "./section.ts";

/** Something that a check of the stored data found. */
export interface ReportFinding {
  readonly siteId: number;
  readonly isWrong: boolean;
  readonly rule: RuleName;
  /** Local days, both included. */
  readonly from: string;
  readonly to: string;
  /** Null: the site as a whole. */
  readonly deviceKey: string | null;
  /** A sentence in English. */
  readonly text: string;
}

/** More of them nobody reads on a page. */
const mostFindings = 20;

/** What the energy of some time was worth: amounts in the tariff's currency. */
export interface ReportSaving {
  readonly siteId: number;
  /** The time it is about, as it stands in the table: `2026`. */
  readonly period: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Of how many days this is the sum. */
  readonly days: number;
  readonly saved: number;
  readonly earned: number;
}

/** Money that was spent on the installation of a site. */
export interface ReportInvestment {
  readonly siteId: number;
  readonly currency: string;
  readonly amount: number;
}

/** What energy was worth, and what it has cost to get it. */
export interface ReportMoney {
  readonly savings: readonly ReportSaving[];
  readonly investments: readonly ReportInvestment[];
}

/** What was found at a site; null where nobody looked. */
export function findingsSection(
  findings: readonly ReportFinding[] | null,
  siteId: number,
  locale: Locale,
): string {
  if (findings === null) return "";
  const { words, language } = locale;
  const own = findings.filter((one) => one.siteId === siteId);
  const items = own.slice(0, mostFindings).map((one) => {
    const days = one.from === one.to ? locale.date(one.from) : locale.dates(one.from, one.to);
    const device = one.deviceKey === null ? "" : `${one.deviceKey}: `;
    const text = language === "en"
      ? escaped(`${days}: ${device}${one.text}`)
      : `${escaped(`${days}: ${device}${ruleWords[language][one.rule]}.`)} ` +
        `<small lang="en">${escaped(one.text)}</small>`;
    return `<li${one.isWrong ? ' class="wrong"' : ""}>${text}</li>`;
  });
  const rest = own.length - items.length;
  if (rest > 0) items.push(`<li>+ ${rest}: <code>seh check --site ${siteId}</code></li>`);
  const list = items.join("");
  return section(
    words.findings,
    list ? `<ul class="findings">${list}</ul>` : `<p>${escaped(words.noFindings)}</p>`,
    items.length > 3 ? "wide" : "",
  );
}

/** What a site has saved and earned; null where no tariff is known. */
export function savingsSection(
  money: ReportMoney | null,
  siteId: number,
  now: Temporal.Instant,
  locale: Locale,
): string {
  const { words } = locale;
  const own = (money?.savings ?? []).filter((one) => one.siteId === siteId);
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
    ) + payBack(money!.investments.filter((one) => one.siteId === siteId), own, now, locale),
  );
}

const daysOfYear = 365.25;
/** Less than this is a season, and says nothing of a year. */
const leastDays = 365;

/** How much of what was spent has come back, and when all will have, at the pace of all days so far. */
function payBack(
  investments: readonly ReportInvestment[],
  savings: readonly ReportSaving[],
  now: Temporal.Instant,
  { words, money, percent }: Locale,
): string {
  const currency = investments[0]?.currency;
  const spent = investments.filter((one) => one.currency === currency)
    .reduce((sum, one) => sum + one.amount, 0);
  if (currency === undefined || spent <= 0) return "";
  const known = savings.filter((one) => one.currency === currency);
  const back = known.reduce((sum, one) => sum + one.saved + one.earned, 0);
  const days = known.reduce((sum, one) => sum + one.days, 0);
  const parts = [
    `${words.investment}: ${money(spent, currency)}`,
    `${words.returned}: ${money(back, currency)} (${percent(100 * back / spent)})`,
  ];
  const aYear = days < leastDays ? 0 : back / days * daysOfYear;
  if (back < spent && aYear > 0) {
    const left = (spent - back) / aYear;
    const year = now.toZonedDateTimeISO("UTC").year + Math.ceil(left);
    parts.push(`${words.paidBack}: ${year}`);
  }
  return `<p>${escaped(parts.join(" · "))}</p>`;
}
