import type { Glyphs } from "./glyphs.ts";

/** How a picture of columns is drawn. */
export interface ColumnsOptions {
  /** Signs that a line may have. */
  readonly width: number;
  /** Lines of the columns, without the ground line. */
  readonly height: number;
  readonly glyphs: Glyphs;
  /** The number at the side. */
  readonly label: (value: number) => string;
  /** What stands under the columns, from the left, at equal distances. */
  readonly marks: readonly string[];
  readonly paint: (text: string) => string;
}

/**
 * Upright columns from left to right over an axis. Values that do not fit side by side are drawn as their
 * means; what is not known is a gap.
 */
export function columnsChart(
  values: readonly (number | null)[],
  options: ColumnsOptions,
): string[] {
  const { height, glyphs, label } = options;
  const most = Math.max(0, ...values.map((one) => one ?? 0));
  const heads = Array.from({ length: height }, (_, row) => {
    const isNamed = row === 0 || row === Math.floor(height / 2);
    return isNamed ? label(most * (height - row) / height) : "";
  });
  const margin = Math.max(...heads.map((one) => one.length)) + 1;
  const room = Math.max(1, options.width - margin - 1);
  const columns = fitted(values, room);
  const steps = glyphs.levels.length;
  const rows = heads.map((head, row) => {
    const from = height - 1 - row;
    const line = columns.map((value) => {
      if (value === null || most === 0) return " ";
      const filled = Math.round(value / most * height * steps) - from * steps;
      return filled <= 0 ? " " : glyphs.levels[Math.min(filled, steps) - 1];
    }).join("").trimEnd();
    return `${head.padStart(margin - 1)} ${glyphs.axis}${line && options.paint(line)}`;
  });
  return [...rows, " ".repeat(margin + 1) + marksLine(options.marks, columns.length)];
}

/** As many values as there is room for; each the mean of those that it stands for. */
function fitted(values: readonly (number | null)[], room: number): (number | null)[] {
  if (values.length * 2 <= room) return values.flatMap((one) => [one, one]);
  if (values.length <= room) return [...values];
  const each = Math.ceil(values.length / room);
  return Array.from({ length: Math.ceil(values.length / each) }, (_, at) => {
    const known = values.slice(at * each, (at + 1) * each).filter((one) => one !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
  });
}

function marksLine(marks: readonly string[], width: number): string {
  const line = new Array<string>(width).fill(" ");
  let free = 0;
  marks.forEach((mark, at) => {
    const start = Math.round(at * width / marks.length);
    if (start < free || start + mark.length > width) return;
    [...mark].forEach((sign, index) => line[start + index] = sign);
    free = start + mark.length + 1;
  });
  return line.join("").trimEnd();
}
