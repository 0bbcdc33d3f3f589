import CliTable from "cli-table3";
import type { Cell, Look, TableColumn } from "./cells.ts";
import { fitTable, painted, plainTable } from "./plain_table.ts";

/** The library takes 0.2 ms for a row, and more the more there are: longer tables have no borders. */
const mostRows = 200;

/**
 * A table as lines of text, each ended by a newline: with borders, or as plain aligned columns. A long one has no
 * borders.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  { borders, colour, width }: Look,
): string {
  if (!borders || rows.length > mostRows) {
    return plainTable(columns, rows, { colour, width }, widthOf);
  }
  const fitted = fitTable(columns, rows, width, widthOf, (count) => count * 3 + 1);
  const table = new CliTable({
    head: fitted.heads.map((one) => painted(one, colour)),
    colWidths: fitted.widths.map((one) => one + 2),
    colAligns: fitted.columns.map((one) => one.align ?? "left"),
    style: { head: [], border: [], compact: true },
  });
  table.push(...fitted.rows.map((row) => row.map((one) => painted(one, colour))));
  return table.toString().split("\n").map((line) => `${line.trimEnd()}\n`).join("");
}

/** The columns of the terminal that a text takes, wide and combining characters included. */
function widthOf(text: string): number {
  if (/^[ -~…]*$/.test(text)) return text.length;
  const measure = new CliTable({ style: { head: [], border: [] } });
  measure.push([text]);
  return measure.width - 4;
}
