import type { SourceReport, TableReport } from "../import/report.ts";
import { counted, countText } from "./terminal/human.ts";
import type { Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";
import { printable } from "./terminal/printable.ts";

/** What was imported, or would be, for people. */
export function importText(
  reports: readonly SourceReport[],
  { isDryRun, distrust }: { readonly isDryRun: boolean; readonly distrust: boolean },
  look: Look,
  fit: (line: string) => string,
): string {
  const parts = reports.filter((one) => one.refusal === null || one.tables.length > 0).map((one) =>
    sourceText(one, isDryRun, distrust, look, fit)
  );
  const sum = (of: (one: TableReport) => number) =>
    reports.reduce((all, { tables }) => all + tables.reduce((rows, one) => rows + of(one), 0), 0);
  const [inserted, changed, unchanged] = [
    sum((one) => one.inserted),
    sum((one) => one.changed),
    sum((one) => one.unchanged),
  ];
  const counts = `${counted(inserted, "new row")}, ${countText(changed)} filled, ` +
    `${countText(unchanged)} unchanged`;
  const end = isDryRun
    ? `Nothing was stored. It would bring ${counts}.`
    : `${counts}. Next: seh status`;
  return `${parts.join("\n")}\n${fit(end)}\n`;
}

function sourceText(
  report: SourceReport,
  isDryRun: boolean,
  distrust: boolean,
  look: Look,
  fit: (line: string) => string,
): string {
  const lines = [fit(`${printable(report.name)}: ${report.what}`)];
  const say = (line: string) => lines.push(fit(line));
  if (report.tables.length > 0) {
    lines.push(
      renderTable(
        [
          { head: "table" },
          { head: isDryRun ? "would be new" : "new", align: "right" },
          { head: "filled", align: "right", drops: 2 },
          { head: "unchanged", align: "right", drops: 1 },
          { head: "from", drops: 3 },
          { head: "to", drops: 4 },
        ],
        report.tables.map((one) => [
          one.table,
          countText(one.inserted),
          countText(one.changed),
          countText(one.unchanged),
          one.first?.slice(0, 10) ?? "-",
          one.last?.slice(0, 10) ?? "-",
        ]),
        look,
      ).trimEnd(),
    );
  }
  for (const { table, differing } of report.tables) {
    if (differing === 0) continue;
    say(
      `${counted(differing, "row")} of ${table} ${
        differing === 1 ? "differs" : "differ"
      } from what ` +
        "seh holds. What seh holds stays.",
    );
  }
  for (const { what, count, why } of report.dropped) {
    say(`Left out of ${what}: ${counted(count, "row")} (${why}).`);
  }
  for (const note of report.notes) say(`Note: ${printable(note)}`);
  for (const { line, text } of report.bad) {
    say(`${line === null ? "Left out" : `Line ${line} is left out`}: ${printable(text)}.`);
  }
  const more = report.badCount - report.bad.length;
  if (more > 0) say(`${counted(more, "more line")} left out.`);
  if (distrust) say("Nothing of it counts as fetched (--distrust).");
  else if (report.coveredHours > 0) {
    const days = Math.max(1, Math.round(report.coveredHours / 24));
    say(
      `${counted(days, "day")} of data, all kinds together, ${
        isDryRun ? "would count" : days === 1 ? "counts" : "count"
      } as ` +
        "fetched; sync does not ask for them again.",
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The same for programs. */
export function importJson(reports: readonly SourceReport[], isDryRun: boolean): unknown {
  return {
    dry_run: isDryRun,
    sources: reports.map((one) => ({
      name: one.name,
      kind: one.what,
      tables: one.tables,
      dropped: one.dropped,
      notes: one.notes,
      left_out: one.badCount,
      left_out_lines: one.bad,
      refused: one.refusal,
      covered_hours: one.coveredHours,
    })),
  };
}
