/**
 * What can be read on a web page. Its text comes from strangers, so it is walked through once, from one
 * bracket to the next: no pattern tries again from each of a hundred thousand beginnings.
 */
export function pageText(markup: string): string {
  const lower = lowerCase(markup);
  const texts: string[] = [];
  let from = 0;
  while (from < markup.length) {
    const start = markup.indexOf("<", from);
    if (start < 0) {
      texts.push(markup.slice(from));
      break;
    }
    texts.push(markup.slice(from, start));
    const end = endOfTag(lower, start);
    if (end === start) texts.push("<");
    from = end === start ? start + 1 : end;
  }
  return decoded(texts.join(" ")).replace(/\s+/g, " ").trim();
}

/** The title of a page, else its first heading; empty where it has neither. */
export function pageTitle(markup: string): string {
  const lower = lowerCase(markup);
  return textOf("title", markup, lower) || textOf("h1", markup, lower);
}

/** The text of the first element of that name that holds any. */
function textOf(name: string, markup: string, lower: string): string {
  const opening = `<${name}`;
  for (let at = lower.indexOf(opening); at >= 0;) {
    const after = at + opening.length;
    if (!/[\s/>]/.test(lower.charAt(after))) {
      at = lower.indexOf(opening, after);
      continue;
    }
    const start = markup.indexOf(">", after) + 1;
    const end = start > 0 ? markup.indexOf("<", start) : -1;
    if (end < 0) return "";
    const text = decoded(markup.slice(start, end)).replace(/\s+/g, " ").trim();
    if (text !== "") return text;
    at = lower.indexOf(opening, end);
  }
  return "";
}

/** Where reading goes on behind what begins with a bracket; the bracket itself where it is only text. */
function endOfTag(lower: string, start: number): number {
  if (lower.startsWith("<!--", start)) return behind(lower, "-->", start);
  if (!/[a-z/!?]/.test(lower.charAt(start + 1))) return start;
  for (const hidden of ["title", "script", "style"]) {
    // The title is no part of what stands on the page.
    if (lower.startsWith(`<${hidden}`, start)) {
      return behind(lower, ">", lower.indexOf(`</${hidden}`, start));
    }
  }
  return behind(lower, ">", start);
}

function behind(text: string, mark: string, from: number): number {
  const at = from < 0 ? -1 : text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** Of the letters of tags alone: others may change their length with their case. */
function lowerCase(markup: string): string {
  return markup.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
};

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi,
    (all, ten, hex, name) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? all;
      const code = ten !== undefined ? Number(ten) : parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
