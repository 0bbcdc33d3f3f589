/**
 * The value of a JSON text. Some servers write a number that is none as `NaN` or `Infinity`, which is no
 * JSON: it is that word as text here. Throws SyntaxError for anything else that is no JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const cleaned = withQuotedWords(text);
    if (cleaned === text) throw error;
    return JSON.parse(cleaned);
  }
}

/** The words stand between the strings of the text; one pass, whatever is in it. */
function withQuotedWords(text: string): string {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const quote = text.indexOf('"', from);
    const end = quote < 0 ? text.length : quote;
    parts.push(text.slice(from, end).replace(/-?\b(?:NaN|Infinity)\b/g, '"$&"'));
    from = endOfString(text, end);
    parts.push(text.slice(end, from));
  }
  return parts.join("");
}

function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return Math.min(at + 1, text.length);
}
