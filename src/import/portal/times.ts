/** How the time column of a portal file is read: the order of day and month, and the clock. */
export type DateOrder = "month-first" | "day-first";

/** A time column that has been read. */
export interface Times {
  /** `2026-03-29T03:15:00`, by row. */
  readonly labels: readonly string[];
  /** True when no row has a time of day. */
  readonly isDays: boolean;
  /** The commonest step between neighbours, in seconds. */
  readonly step: number;
}

const form = new RegExp(
  "^(?<a>\\d{1,4})(?<sign>[./-])(?<b>\\d{1,2})\\k<sign>(?<c>\\d{1,4})" +
    "(?:,?[\\s\\u202f]+(?<hour>\\d{1,2}):(?<minute>\\d\\d)(?::(?<second>\\d\\d))?" +
    "(?:[\\s\\u202f]*(?<half>[AaPp])\\.?[Mm]\\.?)?)?$",
);

/** Whether a cell is a time in one order or the other. */
export function isTime(cell: string): boolean {
  return readTime(cell, "month-first") !== null || readTime(cell, "day-first") !== null;
}

/**
 * Reads the whole time column at once: one cell alone does not show the order of day and month. Gives each
 * reading that fits all rows and has even steps; none for a column that is no time, with the first row that
 * fits none.
 */
export function readTimes(
  cells: readonly string[],
  given: DateOrder | null,
  latest: string,
): { readonly readings: readonly Times[]; readonly misfit: number } {
  let misfit = 0;
  const readings: Times[] = [];
  const orders: DateOrder[] = given ? [given] : ["month-first", "day-first"];
  for (const order of orders) {
    const labels: string[] = [];
    let isDays = true;
    for (const cell of cells) {
      const read = readTime(cell.trim(), order);
      if (read === null) break;
      isDays &&= !read.hasTime;
      labels.push(read.label);
    }
    misfit = Math.max(misfit, labels.length);
    if (labels.length < cells.length || labels.some((one) => one > latest)) continue;
    const one = { labels, isDays, step: commonestStep(labels) ?? (isDays ? 86_400 : 900) };
    if (!readings.some((other) => other.labels.join() === labels.join())) readings.push(one);
  }
  // Read with day and month exchanged, the days of one month become the first days of twelve.
  const even = readings.filter((one) => one.step <= 86_400);
  return { readings: even.length > 0 ? even : readings, misfit };
}

function readTime(cell: string, order: DateOrder): { label: string; hasTime: boolean } | null {
  const parts = form.exec(cell)?.groups;
  if (!parts) return null;
  const { a, sign, b, c, hour, minute, second = "00", half } = parts;
  // Points stand between day and month, an ISO date begins with the year.
  const isIso = a.length === 4;
  if (sign === "-" && !isIso) return null;
  const [day, month] = isIso ? [c, b] : sign === "." || order === "day-first" ? [a, b] : [b, a];
  const yearText = isIso ? a : c;
  if (yearText.length !== 4 && yearText.length !== 2) return null;
  const year = yearText.length === 2 ? `20${yearText}` : yearText;
  let hours = Number(hour ?? 0);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return null;
    hours = hours % 12 + (half.toLowerCase() === "p" ? 12 : 0);
  }
  const two = (value: number | string) => String(value).padStart(2, "0");
  const label = `${year}-${two(month)}-${two(day)}T${two(hours)}:${minute ?? "00"}:${second}`;
  try {
    Temporal.PlainDateTime.from(label, { overflow: "reject" });
  } catch {
    return null;
  }
  return { label, hasTime: hour !== undefined };
}

function commonestStep(labels: readonly string[]): number | undefined {
  const steps = new Map<number, number>();
  let previous = NaN;
  for (const label of labels) {
    const at = Date.parse(`${label}Z`) / 1000;
    const step = Math.abs(at - previous);
    if (step > 0) steps.set(step, (steps.get(step) ?? 0) + 1);
    previous = at;
  }
  return [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
}
