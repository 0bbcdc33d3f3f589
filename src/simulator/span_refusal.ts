import type { Reply } from "./v1/reply.ts";

/**
 * What a server says to a window that is too wide.
 * - `sentence`: the words of its own, in its usual envelope
 * - `span`: words that name the widest one, in the same envelope
 * - `empty`: nothing
 * - `page`: a web page of whatever stands before it, with the widest one in a sentence
 */
export type SpanWords = "sentence" | "span" | "empty" | "page";

/** How a window that is too wide is refused. */
export interface SpanRefusal {
  readonly status: 400 | 403;
  readonly words: SpanWords;
}

/**
 * The refusal of a window that is wider than `widest`, such as `7 days`; `envelope` makes the body of a
 * sentence as v1 or v2 has it.
 */
export function spanRefusal(
  { status, words }: SpanRefusal,
  sentence: string,
  widest: string,
  envelope: (status: number, sentence: string) => Reply,
): Reply {
  switch (words) {
    case "sentence":
      return envelope(status, sentence);
    case "span":
      return envelope(status, `The maximum allowed period is ${widest}`);
    case "empty":
      return { status, body: "", contentType: "text/plain" };
    case "page":
      return { status, body: page(status, widest), contentType: "text/html" };
  }
}

/** Hours as people write them: whole days as such. */
export function spanText(hours: number): string {
  return hours % 24 === 0 ? count(hours / 24, "day") : count(hours, "hour");
}

function count(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${number} ${word}s`;
}

function page(status: number, widest: string): string {
  const title = `HTTP Status ${status} – ${status === 403 ? "Forbidden" : "Bad Request"}`;
  return `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>` +
    `<hr class="line" /><p><b>Type</b> Status Report</p><p><b>Message</b> The time frame asked for ` +
    `exceeds the allowed limit of ${widest}</p><p><b>Description</b> The server refuses to fulfil the ` +
    `request.</p><h3>Application Server</h3></body></html>`;
}
