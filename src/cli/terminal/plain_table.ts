import { paint, type Style } from "./colour.ts";
import type { Cell, Look, TableColumn } from "./cells.ts";
import { fitColumns } from "./table_fit.ts";

/** The columns of the terminal that a text takes. */
export type WidthOf = (text: string) => number;

/** A cell as it is shown: cut to the width of its column. */
interface Shown {
  readonly text: string;
  readonly style: Style | null;
}

/** A table that fits: the columns that stay with their widths, the heads and the rows. */
export interface Fitted {
  readonly columns: readonly TableColumn[];
  readonly widths: readonly number[];
  readonly heads: readonly Shown[];
  readonly rows: readonly (readonly Shown[])[];
}

const gap = "  ";

/**
 * A table without borders as lines of text, each ended by a newline. Every character takes one column unless
 * `widthOf` knows better: what may hold a name goes through `renderTable`, which knows, and loads a library for it.
 */
export function plainTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  { colour, width }: Pick<Look, "colour" | "width">,
  widthOf: WidthOf = (text) => text.length,
): string {
  const between = (count: number) => (count - 1) * gap.length;
  const table = fitTable(columns, rows, width, widthOf, between);
  const line = (row: readonly Shown[]) =>
    row.map((one, i) => {
      const space = " ".repeat(Math.max(0, table.widths[i] - widthOf(one.text)));
      const text = painted(one, colour);
      return table.columns[i].align === "right" ? space + text : text + space;
    }).join(gap).trimEnd();
  return [table.heads, ...table.rows].map((row) => `${line(row)}\n`).join("");
}

/** Fits a table into a width; `taken(n)` is what n columns need besides their cells. */
export function fitTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
  widthOf: WidthOf,
  taken: (columns: number) => number,
): Fitted {
  const texts = rows.map((row) => row.map(textOf));
  const natural = columns.map(({ head }, i) =>
    texts.reduce((widest, row) => Math.max(widest, widthOf(row[i])), Math.max(widthOf(head), 1))
  );
  const { kept, widths } = fitColumns(natural, columns, width, taken);
  return {
    columns: kept.map((i) => columns[i]),
    widths,
    heads: kept.map((i, place) => ({
      text: cut(columns[i].head, widths[place], widthOf),
      style: "bold",
    })),
    rows: rows.map((row, at) =>
      kept.map((i, place) => {
        const cell = row[i];
        const style = cell !== null && typeof cell === "object" ? cell.style : null;
        return { text: cut(texts[at][i], widths[place], widthOf), style };
      })
    ),
  };
}

/** The text of a cell in its style, where colour is wanted. */
export function painted({ text, style }: Shown, colour: boolean): string {
  return colour && style ? paint(text, style) : text;
}

/** What a cell says. */
export function textOf(cell: Cell): string {
  const text = cell === null ? "-" : typeof cell === "string" ? cell : cell.text;
  // Names come from the server: nothing in them may move the cursor or start a line.
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}

function cut(text: string, width: number, widthOf: WidthOf): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
