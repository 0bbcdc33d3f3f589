const longestText = 200;

/**
 * What the body of an error says, for people: one line of at most 200 characters, redacted; empty when it
 * says nothing. Reads RFC 9457 problems, `{"String": …}`, `{"message": …}`, `{"error": …}`, plain text,
 * and of a web page the title alone.
 */
export function errorText(body: string, redact: (text: string) => string): string {
  // Redacted before it is cut: half a key is still half a key.
  const line = redact(wordsOf(body)).replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
}

function wordsOf(body: string): string {
  const text = body.trim();
  if (text.startsWith("<")) return markupTitle(text);
  try {
    return jsonWords(JSON.parse(text)) ?? text;
  } catch {
    return text;
  }
}

function jsonWords(json: unknown): string | null {
  if (typeof json === "string") return json;
  if (typeof json !== "object" || json === null) return null;
  const field = json as Record<string, unknown>;
  const words = [field.title, field.detail, field.String, field.message, field.error_description]
    .filter((one) => typeof one === "string" && one !== "");
  if (words.length > 0) return words.join(": ");
  return jsonWords(field.error);
}

function markupTitle(markup: string): string {
  const title = /<(title|h1)\b[^>]*>([^<]+)</i.exec(markup)?.[2];
  return title ? `a web page: ${title.trim()}` : "a web page without a title";
}
