/** The longest text from outside that a note or an error shows. */
const longest = 300;

// Control characters, marks that turn the direction of writing, and halves of characters.
// deno-lint-ignore no-control-regex
const unseen = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

/**
 * A text that came from outside, as it may stand in one line of a note: cut, with what cannot be seen
 * spelled out.
 */
export function shown(text: string, most = longest): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replace(
    unseen,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Any JSON value in a few words. */
export function shownJson(value: unknown, most = 120): string {
  try {
    return shown(JSON.stringify(value) ?? String(value), most);
  } catch {
    return "something nested too deeply";
  }
}
