import CliTable from "cli-table3";
import { paint, type Style } from "./colour.ts";

/** One column: its head, on which side its cells stand, and whether it gives way when space is short. */
export interface TableColumn {
  readonly head: string;
  readonly align?: "left" | "right";
  /** May be cut (with …) to fit the terminal, `first` before others; the rest only in need. */
  readonly shrinks?: true | "first";
}

/** A cell; null shows as `-`. */
export type Cell = string | null | { readonly text: string; readonly style: Style };

/** How the terminal wants it. */
export interface Look {
  readonly borders: boolean;
  readonly colour: boolean;
  /** No line is longer than this. */
  readonly width: number;
}

/** A table as lines of text, each ended by a newline: with borders, or as plain aligned columns. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  look: Look,
): string {
  const texts = rows.map((row) => row.map(textOf));
  const widths = fit(
    columns.map((column, i) => {
      return Math.max(widthOf(column.head), ...texts.map((row) => widthOf(row[i])), 1);
    }),
    columns,
    look.width - (look.borders ? columns.length * 3 + 1 : (columns.length - 1) * gap.length),
  );
  const table = new CliTable({
    head: columns.map((one, i) => cut(one.head, widths[i])).map((text) =>
      look.colour ? paint(text, "bold") : text
    ),
    colWidths: widths.map((width) => look.borders ? width + 2 : width),
    colAligns: columns.map((one) => one.align ?? "left"),
    chars: look.borders ? rules : plain,
    style: {
      head: [],
      border: [],
      compact: true,
      "padding-left": look.borders ? 1 : 0,
      "padding-right": look.borders ? 1 : 0,
    },
  });
  for (const [i, row] of rows.entries()) {
    table.push(row.map((cell, j) => {
      const text = cut(texts[i][j], widths[j]);
      const style = cell !== null && typeof cell === "object" ? cell.style : null;
      return look.colour && style ? paint(text, style) : text;
    }));
  }
  return table.toString().split("\n").map((line) => line.trimEnd() + "\n").join("");
}

const gap = "  ";
const noRules = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  mid: "",
  "left-mid": "",
  "mid-mid": "",
  "right-mid": "",
};
const plain = { ...noRules, left: "", right: "", middle: gap };
const rules = {};

function textOf(cell: Cell): string {
  const text = cell === null ? "-" : typeof cell === "string" ? cell : cell.text;
  // Names come from the server: nothing in them may move the cursor or start a line.
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}

/** Takes width from the widest columns that may shrink, then from any, until the table fits. */
function fit(natural: readonly number[], columns: readonly TableColumn[], space: number): number[] {
  const widths = [...natural];
  const rounds: [(i: number) => boolean, number][] = [
    [(i) => columns[i].shrinks === "first", 8],
    [(i) => columns[i].shrinks !== undefined, 10],
    [(i) => columns[i].shrinks !== undefined, 4],
    [() => true, 1],
  ];
  for (const [mayShrink, least] of rounds) {
    while (widths.reduce((sum, one) => sum + one, 0) > space) {
      const widest = widths.reduce(
        (best, width, i) => mayShrink(i) && width > least && width > (widths[best] ?? 0) ? i : best,
        -1,
      );
      if (widest < 0) break;
      widths[widest]--;
    }
  }
  return widths;
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The columns of the terminal that a text takes, wide and combining characters included. */
function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  const measure = new CliTable({ style: { head: [], border: [] } });
  measure.push([text]);
  return measure.width - 4;
}
