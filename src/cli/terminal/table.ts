import CliTable from "cli-table3";
import { paint, type Style } from "./colour.ts";
import { fitColumns } from "./table_fit.ts";

/** One column: its head, on which side its cells stand, and whether it gives way when space is short. */
export interface TableColumn {
  readonly head: string;
  readonly align?: "left" | "right";
  /** May be cut (with …) to fit the terminal, `first` before others; the rest only in need. */
  readonly shrinks?: true | "first";
  /** May be left out on a narrow terminal, the smallest number first; others only where nothing else helps. */
  readonly drops?: number;
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

/** The library takes 0.2 ms for a row, and more the more there are: longer tables are laid out here. */
const mostRows = 200;

/**
 * A table as lines of text, each ended by a newline: with borders, or as plain aligned columns. A long one has no
 * borders.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  { borders: wantsBorders, colour, width }: Look,
): string {
  const borders = wantsBorders && rows.length <= mostRows;
  const texts = rows.map((row) => row.map(textOf));
  const { kept, widths } = fitColumns(
    columns.map((column, i) =>
      texts.reduce(
        (widest, row) => Math.max(widest, widthOf(row[i])),
        Math.max(widthOf(column.head), 1),
      )
    ),
    columns,
    width,
    (count) => borders ? count * 3 + 1 : (count - 1) * gap.length,
  );
  const painted = rows.map((row, at) =>
    kept.map((i, place) => {
      const cell = row[i];
      const text = cut(texts[at][i], widths[place]);
      const style = cell !== null && typeof cell === "object" ? cell.style : null;
      return colour && style ? paint(text, style) : text;
    })
  );
  const heads = kept.map((i, place) => cut(columns[i].head, widths[place]))
    .map((text) => colour ? paint(text, "bold") : text);
  if (rows.length > mostRows) {
    return [heads, ...painted].map((row) =>
      `${
        row.map((text, place) => padded(text, widths[place], columns[kept[place]].align)).join(gap)
          .trimEnd()
      }\n`
    ).join("");
  }
  const table = new CliTable({
    head: heads,
    colWidths: widths.map((one) => borders ? one + 2 : one),
    colAligns: kept.map((i) => columns[i].align ?? "left"),
    chars: borders ? rules : plain,
    style: {
      head: [],
      border: [],
      compact: true,
      "padding-left": borders ? 1 : 0,
      "padding-right": borders ? 1 : 0,
    },
  });
  table.push(...painted);
  return table.toString().split("\n").map((line) => `${line.trimEnd()}\n`).join("");
}

function padded(text: string, width: number, align: TableColumn["align"] = "left"): string {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "right" ? space + text : text + space;
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
  if (/^[ -~…]*$/.test(text)) return text.length;
  const measure = new CliTable({ style: { head: [], border: [] } });
  measure.push([text]);
  return measure.width - 4;
}
