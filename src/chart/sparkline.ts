import type { Glyphs } from "./glyphs.ts";

/**
 * A line of values, a sign each, the highest as a full block: for a site in a table. What is not known is a
 * blank; a value of nothing is the lowest sign.
 */
export function sparkline(values: readonly (number | null)[], { levels }: Glyphs): string {
  const most = Math.max(0, ...values.map((one) => one ?? 0));
  return values.map((one) => {
    if (one === null) return " ";
    const share = most === 0 ? 0 : Math.max(0, one) / most;
    return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))];
  }).join("");
}
