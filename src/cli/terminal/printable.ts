/** Text from a server as it may be printed: nothing in it moves the cursor or starts a line. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
