/** What the exit codes mean; the same in every help text and in the README. */
export const exitCodes = [
  { code: 0, name: "done", meaning: "done" },
  { code: 1, name: "failed", meaning: "unexpected failure" },
  { code: 2, name: "usage", meaning: "wrong usage or settings" },
  { code: 3, name: "stale", meaning: "status --max-age exceeded" },
  { code: 4, name: "credentials", meaning: "the API refused the credentials" },
  { code: 5, name: "partial", meaning: "some sites or data types failed, the rest is saved" },
  { code: 6, name: "database", meaning: "the database is unreachable, refused or not ours" },
  {
    code: 75,
    name: "later",
    meaning: "quota spent or another sync running: run again later, nothing is lost",
  },
] as const;

export type ExitCode = typeof exitCodes[number]["code"];
type ExitName = typeof exitCodes[number]["name"];

/** The code by its name: `exitCode("usage")` is 2. */
export function exitCode(name: ExitName): ExitCode {
  return exitCodes.find((one) => one.name === name)!.code;
}

/** The most serious first. */
const precedence: readonly ExitCode[] = [6, 4, 2, 1, 5, 75, 3, 0];

/** The code that the program ends with when several apply; 0 for none. */
export function mostSerious(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((one) => codes.includes(one)) ?? 0;
}

/** The part of a help text that lists the codes that a command can end with. */
export function exitCodesHelp(names: readonly ExitName[]): string {
  const lines = exitCodes.filter((one) => names.includes(one.name))
    .map((one) => `  ${String(one.code).padStart(2)}  ${one.meaning}`);
  return ["Exit codes:", ...lines].join("\n");
}
