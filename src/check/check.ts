import type { Database } from "../database/database.ts";
import { type Finding, type RuleName, ruleNames } from "./finding.ts";
import type { Rule } from "./rule.ts";
import { ruleFacts } from "./rule_facts.ts";
import { abovePeak, flatLine, nightPower } from "./rules_of_power.ts";
import {
  counterFalls,
  daySlots,
  doubleDevices,
  doubles,
  silentDevice,
  zoneOffset,
} from "./rules_of_rows.ts";
import { calendarSum, dayBalance, daySum, lifetimeSum, slotParts } from "./rules_of_sums.ts";
import { type Fills, readSite } from "./site.ts";

const rules: readonly Rule[] = [
  daySum,
  calendarSum,
  lifetimeSum,
  slotParts,
  dayBalance,
  counterFalls,
  nightPower,
  abovePeak,
  flatLine,
  silentDevice,
  doubles,
  doubleDevices,
  daySlots,
  zoneOffset,
];

/** What a check looks at. */
export interface CheckOptions {
  /** Null: every rule. */
  readonly only: readonly RuleName[] | null;
  readonly fills: Fills;
  readonly signal: AbortSignal;
  /** Called before each question. */
  readonly onProgress?: (siteId: number, done: number, of: number) => void;
}

/**
 * Holds the rows of one site against each other; the findings in the order of the rules, then by table, device and
 * day. The database works through its rows by itself: here are only those that it found odd, at most 10,000 for
 * each question. Throws DatabaseError, or the reason of the signal.
 */
export async function checkSite(
  database: Database,
  siteId: number,
  { only, fills, signal, onProgress }: CheckOptions,
): Promise<readonly Finding[]> {
  const site = await readSite(database, siteId, fills);
  const chosen = rules.filter((rule) => !only || rule.names.some((one) => only.includes(one)));
  const findings: Finding[] = [];
  for (const [at, rule] of chosen.entries()) {
    signal.throwIfAborted();
    onProgress?.(siteId, at, chosen.length);
    const parameters = rule.parameters(site);
    if (parameters === null) continue;
    const rows = await database.query(rule.question, { site_id: siteId, ...parameters });
    for (const found of rule.judge(rows, site)) {
      if (only && !only.includes(found.rule)) continue;
      findings.push({ ...found, siteId, level: ruleFacts[found.rule].level });
    }
  }
  return findings.sort((a, b) => ruleNames.indexOf(a.rule) - ruleNames.indexOf(b.rule));
}
