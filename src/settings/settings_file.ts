import { parseEnv } from "node:util";

/** What a settings file holds, and what in it would be read otherwise than it was meant. */
export interface SettingsFile {
  readonly values: Readonly<Record<string, string>>;
  readonly mistakes: readonly string[];
}

/**
 * Reads the text of a `.env` file: `NAME=value` lines, comments, `export`, quotes. A line for this
 * program that the format would drop or cut silently is a mistake.
 */
export function readSettingsText(path: string, text: string): SettingsFile {
  const clean = text.replace(/^\uFEFF/, "");
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(clean))) values[name] = value ?? "";
  const mistakes: string[] = [];

  clean.split(/\r?\n/).forEach((line, index) => {
    const [, name, rest] = /^\s*(?:export\s+)?(SEH_\w*)(.*)$/.exec(line) ?? [];
    if (name === undefined) return;
    const where = `${name} (${path}, line ${index + 1})`;
    const value = /^\s*=\s*(.*)$/.exec(rest)?.[1];
    if (value === undefined) {
      mistakes.push(`${where}: the line is not read; allowed: the name, = and the value`);
    } else if (/^[^'"`#][^#]*(?<!\s)#/.test(value)) {
      mistakes.push(
        `${where}: # begins a comment; allowed: the value in quotes, or a space before the comment`,
      );
    }
  });
  for (const [name, value] of Object.entries(values)) {
    const quote = /^["'`]/.exec(value)?.[0];
    if (name.startsWith("SEH_") && quote && (value.length === 1 || !value.endsWith(quote))) {
      mistakes.push(`${name} (${path}): begins with ${quote} that is not closed on the same line`);
    }
  }
  return { values, mistakes };
}
