/**
 * The digits of a number, as `String` gives them. That would keep each of them in a cache of the runtime, and
 * an export of millions of rows would grow with them.
 */
export function numberText(value: number): string {
  return JSON.stringify(value);
}
