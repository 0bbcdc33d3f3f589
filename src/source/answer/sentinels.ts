import type { Note } from "../../model/harvest.ts";
import { shown } from "./shown.ts";

/** No site measures as much, in whatever unit; what stands for "no value" (3.4e38) does. */
const beyondMeasure = 1e30;

/** What devices send where a register of 16 or 32 bits has no value. */
const emptyRegisters = new Set([
  65535,
  65534,
  32767,
  32768,
  -32768,
  4294967295,
  2147483647,
  2147483648,
  -2147483648,
]);

/** Fields whose quantity can never be as large as such a register. */
const small =
  /voltage|frequency|current$|temp|cosphi|percent|stateof|chargelevel|powerlimit|^v?l[123]to/i;
/** Powers: 65 kW are possible, 2 GW are not. */
const powers = /power$/i;
/**
 * Words that stand where a number is missing; a person or a town may be called so, thus only fields of figures
 * are looked at.
 */
const noNumber = /^[+-]?(?:nan|inf|infinity)$/i;
const figures = /^values?$|power|energy|available|resistance|revenue/i;

/** The fields that hold a value of what is named above them. */
const carriers = new Set(["value", "values"]);

/**
 * Takes out of an answer, in place, what stands where a number is missing: not-a-number and infinity as
 * text, the largest numbers that computers have, and empty registers where no such quantity exists. Each is
 * null afterwards, as if the server had said so; a note for each field counts them.
 */
export function withoutSentinels(body: unknown, siteId: number): Note[] {
  const found = new Map<string, { count: number; first: string }>();
  const visit = (holder: Record<string, unknown> | unknown[], above: string) => {
    for (const key of Object.keys(holder)) {
      const at = key as keyof typeof holder;
      const value: unknown = holder[at];
      const name = Array.isArray(holder) || carriers.has(key) ? above : key;
      if (typeof value === "object" && value !== null) {
        visit(value as Record<string, unknown>, name);
      } else if (isSentinel(value, name, key)) {
        (holder as Record<string, unknown>)[key] = null;
        const former = found.get(name);
        if (former) former.count++;
        else found.set(name, { count: 1, first: shown(String(value), 30) });
      }
    }
  };
  if (typeof body === "object" && body !== null) visit(body as Record<string, unknown>, "");
  return [...found].map(([name, { count, first }]) => ({
    siteId,
    level: "info",
    text: `${shown(name, 60)}: ${count} values that stand for none (${first}) are stored as none`,
  }));
}

function isSentinel(value: unknown, name: string, key: string): boolean {
  if (typeof value === "number") {
    return !(Math.abs(value) < beyondMeasure) ||
      (emptyRegisters.has(value) &&
        (small.test(name) || (powers.test(name) && Math.abs(value) > 1e9)));
  }
  return typeof value === "string" && value.length < 12 && noNumber.test(value) &&
    (figures.test(key) || small.test(key));
}
