/** Which columns of a table get narrower, or are left out, on a narrow terminal; pure. */
export interface FitColumn {
  readonly align?: "left" | "right";
  readonly shrinks?: true | "first";
  readonly drops?: number;
}

/** The columns that stay, by index, and the width of each. */
export interface Fitted {
  readonly kept: readonly number[];
  readonly widths: readonly number[];
}

/** Rounds of shrinking: which columns, and down to what width. Numbers, on the right, are never cut. */
const rounds: readonly [(column: FitColumn) => boolean, number][] = [
  [(column) => column.shrinks === "first", 8],
  [(column) => column.shrinks !== undefined, 12],
];
const inNeed: typeof rounds = [[(column) => column.shrinks !== undefined, 4]];
const atLast: typeof rounds = [[(column) => column.align !== "right", 1]];

/**
 * Takes width from texts that may be cut, a little at first; then leaves out whole columns, those that may go in
 * the order of their `drops`; only then cuts more, and at the very end leaves out columns from the right: dates and numbers are never cut.
 * `taken(n)` is what n columns need besides their cells.
 */
export function fitColumns(
  natural: readonly number[],
  columns: readonly FitColumn[],
  width: number,
  taken: (columns: number) => number,
): Fitted {
  const widths = [...natural];
  let kept = columns.map((_, i) => i);
  const tooWide = () => kept.reduce((sum, i) => sum + widths[i], 0) + taken(kept.length) > width;
  const shrink = (rules: typeof rounds) => {
    for (const [may, least] of rules) {
      while (tooWide()) {
        const widest = kept.filter((i) => may(columns[i]) && widths[i] > least)
          .sort((a, b) => widths[b] - widths[a]).at(0);
        if (widest === undefined) break;
        widths[widest]--;
      }
    }
  };
  shrink(rounds);
  for (const next of dropOrder(columns)) {
    if (!tooWide()) break;
    kept = kept.filter((i) => i !== next);
    // What was cut for a column that has gone gets its width back.
    for (const i of kept) widths[i] = natural[i];
    shrink(rounds);
  }
  shrink(inNeed);
  while (tooWide() && kept.length > 1) kept = kept.slice(0, -1);
  shrink(atLast);
  return { kept, widths: kept.map((i) => widths[i]) };
}

function dropOrder(columns: readonly FitColumn[]): number[] {
  return columns.flatMap(({ drops }, i) => drops === undefined ? [] : [{ drops, i }])
    .sort((a, b) => a.drops - b.drops).map((one) => one.i);
}
