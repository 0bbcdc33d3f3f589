/**
 * The text with its paragraphs wrapped again between words, so that no line is longer than the width. Lines
 * that are indented (examples, lists) or stand alone as a heading are left as they are.
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
      lines.push(line);
    }
  }
  endParagraph();
  return lines.join("\n");
}
