import { type Cure, type Finding, type Level, levels, ruleNames } from "../check/finding.ts";
import { dataNames } from "../check/rule.ts";
import { ruleFacts } from "../check/rule_facts.ts";
import { counted } from "./terminal/human.ts";
import { printable } from "./terminal/printable.ts";
import type { Cell, Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";

/** So many findings of one kind stand on lines of their own; more share one. */
const mostLines = 3;
/** So many commands are offered; the rest comes when these have run. */
const mostCommands = 5;

const styles = { error: "red", warning: "yellow", note: "dim" } as const satisfies Record<
  Level,
  string
>;

/** The findings as people read them: a table, then what each kind means and what can be done. */
export function findingsAsText(
  findings: readonly Finding[],
  sites: number,
  look: Look,
  { each }: { readonly each: boolean },
): { table: string; text: string } {
  if (findings.length === 0) {
    const text = sites === 0
      ? "No site is known yet. Run: seh sync\n"
      : `No contradiction found in the data of ${counted(sites, "site")}.\n`;
    return { table: "", text };
  }
  const groups = groupsOf(findings);
  const columns = [
    { head: "level" },
    { head: "rule" },
    { head: "site", align: "right" as const },
    { head: "data", shrinks: true as const },
    { head: "device", shrinks: true as const },
    { head: "from" },
    { head: "to" },
  ];
  const rows = groups.flatMap((group): Cell[][] => linesOf(group, each));
  const fitting = columnsFor(look.width, rows.some((row) => row[4] !== null));
  const shown = <T>(cells: readonly T[]) => fitting.map((at) => cells[at]);
  const lines = [
    ...explained(findings, each),
    ...whatNext(findings),
  ];
  return {
    table: renderTable(shown(columns), rows.map(shown), look),
    text: lines.map((one) => `${one}\n`).join(""),
  };
}

/** Which columns fit a width; the sentences below the table say what is left out. */
function columnsFor(width: number, hasDevices: boolean): readonly number[] {
  if (width < 54) return [0, 1];
  if (width < 76) return [0, 1, 2, 5];
  if (!hasDevices) return [0, 1, 2, 3, 5, 6];
  return width < 98 ? [0, 1, 2, 4, 5, 6] : [0, 1, 2, 3, 4, 5, 6];
}

/** Findings of one rule about the same data of the same device. */
function groupsOf(findings: readonly Finding[]): Finding[][] {
  const groups = Map.groupBy(
    findings,
    ({ rule, siteId, table, deviceKey }) => JSON.stringify([rule, siteId, table, deviceKey]),
  );
  const worst = ([a]: Finding[], [b]: Finding[]) =>
    levels.indexOf(b.level) - levels.indexOf(a.level) ||
    ruleNames.indexOf(a.rule) - ruleNames.indexOf(b.rule) || a.siteId - b.siteId;
  return [...groups.values()].sort(worst);
}

function linesOf(group: readonly Finding[], each: boolean): Cell[][] {
  const [{ level, rule, siteId, table, deviceKey }] = group;
  const line = (from: string, to: string, more = ""): Cell[] => [
    { text: level, style: styles[level] },
    rule,
    String(siteId),
    dataNames[table] ?? table,
    deviceKey === null ? null : printable(deviceKey),
    from || null,
    `${to || "-"}${more}`,
  ];
  if (each || group.length <= mostLines) return group.map(({ from, to }) => line(from, to));
  const from = group.map((one) => one.from).sort()[0];
  const to = group.map((one) => one.to).sort().at(-1)!;
  return [line(from, to, ` (${counted(group.length, "time")})`)];
}

/** A sentence for each finding, or for the first of many of a kind. */
function explained(findings: readonly Finding[], each: boolean): string[] {
  return groupsOf(findings).flatMap((group) => {
    const listed = each || group.length <= mostLines ? group : group.slice(0, 1);
    const rest = group.length - listed.length;
    return listed.map(({ siteId, deviceKey, from, to, text }) => {
      const days = from === "" ? "" : from === to ? `, ${from}` : `, ${from} to ${to}`;
      const device = deviceKey === null ? "" : `, ${deviceKey}`;
      const more = rest > 0
        ? ` And ${counted(rest, "more finding", "more findings")} like it.`
        : "";
      return printable(`Site ${siteId}${device}${days}: ${text}${more}`);
    });
  });
}

/** The commands that may put it right: one for each site and kind of data. */
function whatNext(findings: readonly Finding[]): string[] {
  const curable = findings.flatMap((one) => one.cure ? [{ ...one.cure, siteId: one.siteId }] : []);
  const commands = [
    ...Map.groupBy(
      curable,
      (one) => JSON.stringify([one.siteId, one.dataType, one.isMissing]),
    ).values(),
  ].map((group) => {
    const [{ siteId, dataType, isMissing }] = group;
    const from = group.map((one) => one.from).sort()[0];
    const to = group.map((one) => one.to).sort().at(-1)!;
    return `  ${commandOf(siteId, { dataType, isMissing, from, to })}`;
  });
  const lines: string[] = [];
  if (commands.length > 0) {
    lines.push(
      commands.length === 1 ? "Next: this fetches it again:" : "Next: these fetch it again:",
      ...commands.slice(0, mostCommands),
    );
    if (commands.length > mostCommands) {
      lines.push("More commands are in the output of: seh check --json");
    }
  }
  if (curable.length < findings.length) {
    lines.push("What each rule looks for, and what to do: docs/check.md, or `seh check --help`.");
  }
  return lines;
}

/** What was never fetched is repaired; what is there and wrong is fetched again. */
function commandOf(siteId: number, { isMissing, dataType, from, to }: Cure): string {
  const verb = isMissing ? "repair" : "sync";
  return `seh ${verb} --site ${siteId} --only ${dataType} --from ${from} --to ${to}`;
}

/** The findings as data. Days are local days of the site, both included. */
export function findingsAsJson(findings: readonly Finding[], siteIds: readonly number[]) {
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  return {
    sites: siteIds,
    counts: { error: count("error"), warning: count("warning"), note: count("note") },
    findings: findings.map((one) => ({
      level: one.level,
      rule: one.rule,
      question: ruleFacts[one.rule].question,
      site_id: one.siteId,
      table: one.table,
      device: one.deviceKey,
      from: one.from || null,
      to: one.to || null,
      text: one.text,
      values: one.values,
      command: one.cure && commandOf(one.siteId, one.cure),
    })),
  };
}
