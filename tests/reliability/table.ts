import type { Api, Outcome, Trouble } from "./trial.ts";

/** One trial and what came of it. */
export interface Tried {
  readonly trouble: Trouble;
  readonly api: Api;
  readonly database: string;
  readonly outcome: Outcome;
}

/** Where the table stands. */
export const tableFile = new URL("../../docs/reliability.md", import.meta.url);

/** A line of the table, as it stands in the file. */
export function tableLine({ trouble, api, database, outcome }: Tried): string {
  const { exit, next, lost, lostADayLater, doubled } = outcome;
  const healed = lost === 0 ? "next run" : lostADayLater === 0 ? "next day" : "no";
  const cells = [trouble.name, api, database, exit, next, lostADayLater, doubled, healed];
  return `| ${cells.map((one) => String(one).replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The whole page. */
export function tablePage(all: readonly Tried[]): string {
  return `${head}
| what happens | API | database | exit code | of the next run | rows lost | rows doubled | healed by |
| ------------ | --- | -------- | --------- | --------------- | --------- | ------------ | --------- |
${all.map(tableLine).join("\n")}
`;
}

const head = `# What goes wrong, and what it costs

Written by \`deno task reliability\`; \`deno task test\` tries a part of it anew, \`deno task test:all\`
the whole, and fails where this page says otherwise.

Each line is a home with inverters, a battery and meters whose server is simulated, and four runs of
\`seh sync\`: a healthy one; one a day later, in which the thing named happens to every request that it
concerns; the next two hours after it; and one of the day after. What goes wrong is made by a server
that stands between seh and the simulated one. In the end each reading of the days that had ended is
held against the simulator's own model, row by row and column by column.

- **exit code**: of the run in trouble; [what each means](../README.md#exit-codes).
- **rows lost**: rows of the model that are missing, or stored with other values, in the end.
- **rows doubled**: rows stored that the model does not have.
- **healed by**: the run after which nothing was missing any more. A refusal or an empty answer of one
  kind of data is asked again on the next day, whatever failed otherwise an hour later.
`;
