/** A command, and what it does. */
export type NextStep = readonly [command: string, does: string];

/** The steps as lines in two columns; on a terminal too narrow for them what a step does stands below it. */
export function nextStepsText(steps: readonly NextStep[], columns: number): string {
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, does]) => `  ${command.padEnd(width)}  ${does}\n`);
  return lines.every((one) => one.length <= columns + 1)
    ? lines.join("")
    : steps.map(([command, does]) => `  ${command}\n    ${does}\n`).join("");
}
