/**
 * The digits of a number, as `String` gives them. `String` itself keeps each of its results in a cache of the
 * runtime, so that the memory of an export would grow with its rows.
 */
export function numberText(value: number): string {
  return JSON.stringify(value);
}
