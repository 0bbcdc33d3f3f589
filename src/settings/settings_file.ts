/** What a settings file holds, and what in it would be read otherwise than it was meant. */
export interface SettingsFile {
  /** The values by name, those of other programs among them. */
  readonly values: Readonly<Record<string, string>>;
  /** On which line each name stands, counted from 1. */
  readonly lines: Readonly<Record<string, number>>;
  /** Each names the line; none quotes a value, which may be a secret. */
  readonly mistakes: readonly string[];
}

/** A name like those of this program, in upper or lower case: what is nearly a setting is reported. */
const ourName = /(?<![A-Za-z0-9_])SEH_\w+|^\s*(?:export\s+|set\s+)?SEH[-.][\w.-]+/i;
const assignment = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)$/;
/** A setting that has got into the value of another one. */
const swallowed = /(?:(?<![A-Za-z0-9_])|\\[nr])SEH_\w+\s*=/i;

/**
 * Reads the text of a `.env` file: `NAME=value` lines, comments, `export`, quotes. Nothing within quotes is
 * replaced: a backslash is a backslash. Each line that names a setting of this program is read as it stands or
 * is a mistake; lines of other programs may be anything, as long as they swallow none of ours.
 */
export function readSettingsText(path: string, text: string): SettingsFile {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const values = new Map<string, string>();
  const lineOf = new Map<string, number>();
  const mistakes: string[] = [];

  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    const at = (name: string) => `${name} (${path}, line ${index + 1})`;
    if (line.includes("\0")) {
      // Of an encoding that is not known here no name could be recognised.
      mistakes.push(`${path}, line ${index + 1}${problems.encoding}`);
      break;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, rest] = assignment.exec(line) ?? [];
    const isOurs = name?.startsWith("SEH_") ?? false;
    if (!isOurs && (name === undefined || /^seh[_.]/i.test(name))) {
      const nearly = ourName.exec(line)?.[0].trim().replace(/^(?:export|set)\s+/i, "");
      if (nearly) mistakes.push(at(nearly) + notRead(nearly));
      continue;
    }
    const value = valueOf(rest);
    if (!isOurs && value.problem === "open") {
      const end = endOfQuoted(lines, index, rest[0]);
      const ours = lines.slice(index, end.next).findIndex((one) => swallowed.test(one));
      if (ours >= 0) {
        mistakes.push(
          `${at(name)}: the quote ${
            rest[0]
          } at its beginning is not closed on the same line, and a setting ` +
            `stands within it on line ${index + 1 + ours}; allowed: a closed quote`,
        );
      }
      // Text of several lines, of another program; where it never ends, only its own line is skipped.
      if (end.isClosed) index = end.next - 1;
      continue;
    }
    if (swallowed.test(value.text)) {
      mistakes.push(`${at(name)}: another setting stands in its value; allowed: a line for each`);
      continue;
    }
    if (!isOurs) {
      values.set(name, value.text);
      continue;
    }
    if (value.problem) mistakes.push(at(name) + problems[value.problem]);
    else if (line.includes("\uFFFD")) mistakes.push(at(name) + problems.encoding);
    const before = lineOf.get(name);
    if (before !== undefined) {
      mistakes.push(
        `${at(name)}: it is set on line ${before} already; allowed: one line for a setting`,
      );
    }
    values.set(name, value.text);
    lineOf.set(name, index + 1);
  }
  return {
    values: Object.fromEntries(values),
    lines: Object.fromEntries(lineOf),
    mistakes,
  };
}

const problems = {
  open:
    ": the quote at its beginning is not closed on the same line; allowed: a closed quote, or none",
  after: ": something follows the closing quote; allowed: a comment with # after a space",
  comment: ": # begins a comment; allowed: the value in quotes, or a space before the comment",
  encoding: ": the line is not UTF-8; allowed: a file that is saved as UTF-8",
} as const;

interface ReadValue {
  readonly text: string;
  readonly problem?: Exclude<keyof typeof problems, "encoding">;
}

/** What follows the `=`: quoted up to the next quote of the kind, else up to a comment. */
function valueOf(rest: string): ReadValue {
  const quote = /^["'`]/.exec(rest)?.[0];
  if (quote) {
    const end = rest.indexOf(quote, 1);
    if (end < 0) return { text: rest.slice(1), problem: "open" };
    const text = rest.slice(1, end);
    return /^\s*$|^\s+#/.test(rest.slice(end + 1)) ? { text } : { text: rest, problem: "after" };
  }
  if (/^#\S/.test(rest) || /[^\s#][^#]*(?<!\s)#/.test(rest.replace(/\s#.*$/, ""))) {
    return { text: rest, problem: "comment" };
  }
  return { text: rest.replace(/(^|\s)#.*$/, "").trim() };
}

/** The line after the one that closes the quote; the line after the last where none does. */
function endOfQuoted(
  lines: readonly string[],
  first: number,
  quote: string,
): { readonly next: number; readonly isClosed: boolean } {
  const closing = lines.findIndex((line, index) => index > first && line.includes(quote));
  return closing < 0
    ? { next: lines.length, isClosed: false }
    : { next: closing + 1, isClosed: true };
}

function notRead(name: string): string {
  const meant = name.toUpperCase().replaceAll(/[-.]/g, "_");
  if (/[-.]/.test(name)) return `: names are written with _; allowed: ${meant}, = and the value`;
  return name === meant
    ? ": the line is not read; allowed: the name, = and the value"
    : `: names are written in capitals; allowed: ${meant}, = and the value`;
}
