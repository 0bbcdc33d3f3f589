/** What the benches hold the program to: every goal stands here, and nowhere else. */

/** A number that a bench comes to, and what it may be. */
export interface Goal {
  readonly name: string;
  readonly comparison: "at most" | "at least" | "exactly";
  readonly goal: number;
  readonly unit: string;
  /** Needs a quiet machine, or all the work: the short form does not judge it. */
  readonly onlyWhole?: boolean;
}

/** All goals, by the bench that judges them. */
export const goals = {
  "month": [
    most("keep, 7-day windows", 330, "credits"),
    most("keep, 12-hour windows", 500, "credits"),
    most("spend, after a --full", 2000, "credits"),
    exactly("history not asked for at the end of the month", 0, "requests"),
    exactly("days whose energy is not as measured", 0, "days"),
    exactly("runs with a failure or something due left", 0, "runs"),
  ],
  "history": [
    most("five years on v2", 1400, "credits"),
    most("v2: the day named at first, against the true one", 2, "days apart"),
    most("v2: days it took, against requests ÷ share", 1.1, "times"),
    most("v1: requests, against the fewest that windows allow", 1.05, "times"),
    most("v1: the day named at first, against the true one", 2, "days apart"),
    exactly("runs with a failure or something due left", 0, "runs"),
  ],
  "day": [
    most("any 24 hours of runs every 15 minutes", 300, "requests"),
    exactly("runs with a failure or something due left", 0, "runs"),
    most("age of the newest power by daylight", 60, "minutes"),
    exactly("rows of the day before that are not as measured after 00:30", 0, "rows"),
  ],
  "scale": [
    inWholeRuns(most("a plan for 1,000 sites", 3, "s of CPU")),
    most("sync --dry-run --json, peak memory", 300, "MB"),
    most("a sync of all sites, peak memory", 300, "MB"),
    inWholeRuns(most("status --json", 2, "s")),
    inWholeRuns(most("a plan of 40,000 requests, printed", 5, "s")),
  ],
  "requests": [
    exactly("asked twice within ten minutes", 0, "requests"),
    most("repeats that changed nothing", 0.1, "of all requests"),
  ],
  "schedules": [
    exactly("rows that are not as measured", 0, "rows"),
    exactly("requests beyond a limit", 0, "requests"),
    // Judged over all fifty together: a schedule whose server allows six hours at once finds that out by
    // refusals, and asks for little else.
    inWholeRuns(most("repeats that changed nothing", 0.1, "of all requests")),
  ],
  "start": [
    inWholeRuns(most("seh --help, against an empty script", 3.5, "times")),
    inWholeRuns(most("seh status of a home, against an empty script", 8, "times")),
  ],
  "save": [
    inWholeRuns(least("SQLite, against one statement in the engine", 0.6, "times")),
    inWholeRuns(least("PostgreSQL, against one statement in the engine", 0.6, "times")),
    inWholeRuns(least("MariaDB, against one statement in the engine", 0.7, "times")),
  ],
  "export": [
    // With fewer rows the smaller run has not yet used the memory that every run uses in the end.
    inWholeRuns(most("memory for ten times the rows", 1.2, "times")),
    most("peak memory", 150, "MB"),
    inWholeRuns(least("speed, against sqlite3 -csv", 0.6, "times")),
  ],
  "parquet": [
    inWholeRuns(most("memory for ten times the rows", 1.2, "times")),
    inWholeRuns(least("speed, against DuckDB's COPY", 0.5, "times")),
  ],
  "import": [
    least("speed, against sqlite3 .import", 0.3, "times"),
    most("peak memory", 150, "MB"),
  ],
} as const;

/** `deno task bench:short` does less, on a machine that may do other things meanwhile. */
const isWhole = Deno.env.get("BENCH_FORM") !== "short";

/** Name of a bench that has goals. */
export type Bench = keyof typeof goals;
type NameOf<B extends Bench> = (typeof goals)[B][number]["name"];

/** Says whether a goal is reached; a missed one makes the process end with 1. */
export function judge<B extends Bench>(bench: B, name: NameOf<B>, value: number, of = ""): void {
  const found = (goals[bench] as readonly Goal[]).find((one) => one.name === name)!;
  if (found.onlyWhole && !isWhole) return;
  const reached = isReached(found, value);
  const { comparison, goal, unit } = found;
  console.log(
    `  ${reached ? "reached    " : "not reached"} ${of ? `${of}: ` : ""}${name}: ` +
      `${figure(value)} ${unit} (goal ${comparison} ${figure(goal)})`,
  );
  if (!reached) Deno.exitCode = 1;
}

function isReached({ comparison, goal }: Goal, value: number): boolean {
  switch (comparison) {
    case "at most":
      return value <= goal;
    case "at least":
      return value >= goal;
    case "exactly":
      return value === goal;
  }
}

function figure(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

function most<const Name extends string>(name: Name, goal: number, unit: string) {
  return { name, comparison: "at most", goal, unit } as const;
}

function least<const Name extends string>(name: Name, goal: number, unit: string) {
  return { name, comparison: "at least", goal, unit } as const;
}

function exactly<const Name extends string>(name: Name, goal: number, unit: string) {
  return { name, comparison: "exactly", goal, unit } as const;
}

function inWholeRuns<const One extends Goal>(goal: One) {
  return { ...goal, onlyWhole: true } as const;
}
