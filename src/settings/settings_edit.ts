/**
 * The text of a settings file with these values: each takes the place of the line that sets it, else of the
 * first that mentions it as `NAME=` behind a `#`, else it stands at the end. Everything else stays as it is.
 */
export function withSettings(
  text: string,
  values: Readonly<Record<string, string>>,
): string {
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  for (const [name, value] of Object.entries(values)) {
    const line = `${name}=${value}`;
    const at = [new RegExp(`^\\s*(export\\s+)?${name}\\s*=`), new RegExp(`^\\s*#\\s*${name}\\s*=`)]
      .map((pattern) => lines.findIndex((one) => pattern.test(one)))
      .find((one) => one >= 0);
    if (at === undefined) lines.push(line);
    else lines[at] = line;
  }
  return `${lines.join("\n")}\n`;
}

/** What is wrong with a credential that somebody pasted, in words; null: it can stand in a settings file. */
export function credentialProblem(text: string): string | null {
  const value = text.trim();
  if (value === "") return "Please paste it here.";
  if (/\s/.test(value)) return "There is a space in it. Please paste the value alone.";
  if (/["'`#\\]/.test(value)) {
    return "There is a quote, # or \\ in it. Please paste the value alone.";
  }
  if (/^SEH_\w+=/.test(value)) return "Please paste the value alone, without the name before it.";
  return null;
}
