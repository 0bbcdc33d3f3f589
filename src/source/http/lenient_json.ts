/** Parsed JSON, and how many of its numbers were none. */
export interface LenientJson {
  readonly json: unknown;
  /** `NaN`, `Infinity` and `-Infinity` that stood where a number belongs; they are null. */
  readonly noNumbers: number;
}

/**
 * Parses JSON as servers write it whose language prints what is no number as a word. Such a word is one value
 * that is not there, no reason to lose the others. Throws SyntaxError for what is no JSON even so.
 */
export function parseLeniently(text: string): LenientJson {
  try {
    return { json: JSON.parse(text), noNumbers: 0 };
  } catch (error) {
    const { clean, count } = withoutWords(text);
    if (count === 0) throw error;
    return { json: JSON.parse(clean), noNumbers: count };
  }
}

/** Replaces the words outside of strings, walking from one quote to the next. */
function withoutWords(text: string): { clean: string; count: number } {
  const parts: string[] = [];
  let count = 0;
  let from = 0;
  while (from < text.length) {
    const quote = text.indexOf('"', from);
    const end = quote < 0 ? text.length : quote;
    parts.push(
      text.slice(from, end).replace(/(?<![\w.+-])(?:NaN|-?Infinity)(?![\w.])/g, () => {
        count++;
        return "null";
      }),
    );
    if (quote < 0) break;
    from = endOfString(text, quote);
    parts.push(text.slice(quote, from));
  }
  return { clean: parts.join(""), count };
}

/** Behind the quote that ends the string which begins there. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x5c) at++;
    else if (character === 0x22) return at + 1;
  }
  return text.length;
}
