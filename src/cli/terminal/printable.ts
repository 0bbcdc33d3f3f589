/** More of a name helps nobody to see which site is meant. */
const longestName = 80;

/**
 * Text from a server as it may be printed: nothing in it moves the cursor, starts a line or turns the direction
 * in which its neighbours are read.
 */
export function printable(text: string): string {
  return text
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ")
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "");
}

/** The same of a name, cut where it is longer than any that was meant to be read. */
export function printableName(name: string): string {
  const text = printable(name.slice(0, 4 * longestName)).trim();
  const letters = [...text];
  return letters.length > longestName ? `${letters.slice(0, longestName - 1).join("")}…` : text;
}
