import CliTable from "cli-table3";
import type { Cell, Look, TableColumn } from "./cells.ts";
import { fitTable, painted, plainTable, textOf } from "./plain_table.ts";

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

/** Whether a table would leave out columns, since the terminal is too narrow for all of them. */
export function leavesOut(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  { borders, width }: Look,
): boolean {
  const taken = borders && rows.length <= mostRows
    ? (count: number) => count * 3 + 1
    : (count: number) => (count - 1) * 2;
  return fitTable(columns, rows, width, widthOf, taken).columns.length < columns.length;
}

/** Rows one below the other, a line for each cell: nothing of them is left out or cut. */
export function renderBlocks(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  { colour }: Look,
): string {
  const widest = Math.max(...columns.map(({ head }) => widthOf(head)));
  const line = (row: readonly Cell[]) =>
    columns.map(({ head }, at) => {
      const space = " ".repeat(widest - widthOf(head));
      return `${painted({ text: head, style: "bold" }, colour)}${space}  ${textOf(row[at])}\n`;
    }).join("");
  return rows.map(line).join("\n");
}

/** The columns of the terminal that a text takes, wide and combining characters included. */
function widthOf(text: string): number {
  if (/^[ -~…]*$/.test(text)) return text.length;
  const measure = new CliTable({ style: { head: [], border: [] } });
  measure.push([text]);
  return measure.width - 4;
}
