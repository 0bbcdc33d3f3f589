import type { Output } from "../world.ts";

/** Each line broken between words, so that it fits the width; what follows is indented by two more. */
export function wrapped(text: string, width: number): string {
  return text.split("\n").map((line) => line.length > width ? broken(line, width) : line)
    .join("\n");
}

/** The text as this output wants it: wrapped on a terminal, else as it is, for `grep`. */
export function fitted(text: string, output: Pick<Output, "isTerminal" | "columns">): string {
  return output.isTerminal ? wrapped(text, output.columns) : text;
}

function broken(text: string, width: number): string {
  const indent = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(/\s+/)) {
    const isFirst = line.trim() === "";
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/**
 * The text broken between words, so that no line is longer than the width where each line begins after so many
 * spaces; the first line only where asked for.
 */
export function wrappedAfter(
  text: string,
  width: number,
  indent: number,
  indentsFirst: boolean,
): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/)) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line += line === "" ? word : ` ${word}`;
  }
  lines.push(line);
  const spaces = " ".repeat(indent);
  return `${indentsFirst ? spaces : ""}${lines.join(`\n${spaces}`)}`;
}
