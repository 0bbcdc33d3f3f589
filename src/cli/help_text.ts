import type { Help } from "@commander-js/extra-typings";

/**
 * The text with its paragraphs and lists wrapped again between words, so that no line is longer than the width.
 * Commands stay whole, to be copied.
 */
export function reflow(text: string, width: number): string {
  const lines: string[] = [];
  let words: string[] = [];
  const endParagraph = () => {
    let line = "";
    for (const word of words) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line += line === "" ? word : ` ${word}`;
    }
    if (line !== "") lines.push(line);
    words = [];
  };
  for (const line of text.split("\n")) {
    if (/^\S/.test(line)) words.push(...line.split(/\s+/).filter((one) => one !== ""));
    else {
      endParagraph();
      lines.push(...listed(line, width));
    }
  }
  endParagraph();
  return lines.join("\n");
}

/** A line of a list; what does not fit goes on below, under the text of the line or a little further in. */
function listed(line: string, width: number): string[] {
  const [, head, text] = /^( +(?:\S+ {2,})?)(\S.*)$/.exec(line) ?? [];
  if (line.length <= width || text === undefined || /^ +seh\b/.test(line)) return [line];
  const further = " ".repeat(head.length <= width / 2 ? head.length : 6);
  const lines: string[] = [];
  let current = head.trimEnd();
  for (const word of text.split(" ")) {
    const isFirst = lines.length === 0 && current === head.trimEnd();
    const longer = isFirst ? `${head}${word}` : `${current} ${word}`;
    if (longer.length > width && current.trim() !== "") {
      lines.push(current);
      current = `${further}${word}`;
    } else current = longer;
  }
  return [...lines, current];
}

/** Below this width a column of terms leaves too little beside it. */
const narrow = 60;

/** An option, argument or command with its description: beside it, or below it where there is little room. */
export function helpItem(
  term: string,
  description: string,
  helper: Help,
  beside: () => string,
): string {
  const width = helper.helpWidth ?? 80;
  if (width >= narrow || description === "") return beside();
  const below = helper.boxWrap(description, width - 6);
  return `  ${term}\n${below.split("\n").map((line) => `      ${line}`).join("\n")}`;
}
