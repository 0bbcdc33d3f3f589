/** The signs that a chart is drawn with: eighths of a block, or ASCII for terminals that know no more. */
export interface Glyphs {
  readonly isAscii: boolean;
  /** From the lowest to the full one; columns grow in these steps. */
  readonly levels: readonly string[];
  /** Of a horizontal bar. */
  readonly bar: string;
  /** Shades from nothing to the most. */
  readonly shades: readonly string[];
  /** A day of which nothing is known. */
  readonly unknown: string;
  readonly axis: string;
}

const blocks: Glyphs = {
  isAscii: false,
  levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  bar: "█",
  shades: ["·", "░", "▒", "▓", "█"],
  unknown: " ",
  axis: "│",
};

const ascii: Glyphs = {
  isAscii: true,
  levels: [".", ":", "#"],
  bar: "#",
  shades: [".", "-", "+", "*", "#"],
  unknown: " ",
  axis: "|",
};

/** The signs for an environment: ASCII where TERM is dumb. */
export function glyphsFor(environment: Readonly<Record<string, string>>): Glyphs {
  return environment.TERM === "dumb" ? ascii : blocks;
}
