import type { Value } from "../model/table.ts";

/** Whether two values are the same: integers too, whether a driver gave them as numbers or bigints. */
export function isSameValue(a: Value, b: Value): boolean {
  return a === b || isNumeric(a) && isNumeric(b) && String(a) === String(b);
}

function isNumeric(value: Value): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

/** For `JSON.stringify`: integers exact beyond 2^53. */
export function digits(_name: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value));
}
