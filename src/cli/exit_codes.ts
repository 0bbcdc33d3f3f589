import { Interrupted } from "./world.ts";

/** What the exit codes mean; the same in every help text and in the README. */
export const exitCodes = [
  { code: 0, name: "done", meaning: "done" },
  { code: 1, name: "failed", meaning: "unexpected failure" },
  { code: 2, name: "usage", meaning: "wrong usage or settings" },
  { code: 3, name: "stale", meaning: "status --max-age exceeded" },
  { code: 4, name: "credentials", meaning: "the API refused the credentials" },
  { code: 5, name: "partial", meaning: "some sites or data types failed, the rest is saved" },
  { code: 6, name: "database", meaning: "the database is unreachable, refused or not ours" },
  { code: 7, name: "findings", meaning: "check found something" },
  {
    code: 75,
    name: "later",
    meaning: "quota spent, another sync running or API not reached: run again later",
  },
  { code: 130, name: "interrupted", meaning: "interrupted (SIGINT); what was saved stays" },
  { code: 143, name: "terminated", meaning: "ended by the system (SIGTERM); what was saved stays" },
] as const;

export type ExitCode = typeof exitCodes[number]["code"];
type ExitName = typeof exitCodes[number]["name"];

/** The code by its name: `exitCode("usage")` is 2. */
export function exitCode(name: ExitName): ExitCode {
  return exitCodes.find((one) => one.name === name)!.code;
}

/** The most serious first; 7 and 3 only where nothing else applies. */
const precedence: readonly ExitCode[] = [130, 143, 6, 4, 2, 1, 5, 75, 7, 3, 0];

/** The code that the program ends with when several apply; 0 for none. */
export function mostSerious(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((one) => codes.includes(one)) ?? 0;
}

/** The code of a run that was interrupted, from the reason of `world.interrupted()`: 143 for SIGTERM, else 130. */
export function interruptedCode(reason: unknown): ExitCode {
  const isTermination = reason instanceof Interrupted && reason.signal === "SIGTERM";
  return exitCode(isTermination ? "terminated" : "interrupted");
}

/** The part of a help text that lists the codes that a command can end with. */
export function exitCodesHelp(names: readonly ExitName[]): string {
  const lines = exitCodes.filter((one) => names.includes(one.name))
    .map((one) => `  ${String(one.code).padStart(2)}  ${one.meaning}`);
  return ["Exit codes:", ...lines].join("\n");
}
