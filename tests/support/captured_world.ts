import { join } from "node:path";
import { run } from "../../src/cli/program.ts";
import type { Prompter } from "../../src/cli/terminal/prompts.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { Output, World } from "../../src/cli/world.ts";

/** What may be different about the world of a run. */
export interface WorldChoice {
  readonly cwd: string;
  readonly now?: Temporal.Instant | string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether stdout and stderr are a terminal; they are not by default. */
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** Answers what is asked; without it nobody is there. */
  readonly prompter?: Prompter;
  /** Without it the clock stands at `now`, and waiting takes no time. */
  readonly clock?: Clock;
  /** Called with each piece that goes to stderr. */
  readonly onNote?: (text: string) => void;
  /** Called with each piece that goes to stdout, before it is taken. */
  readonly onOutput?: (text: string) => void;
}

/** What a run left behind. */
export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the program within the test, in a world whose clock stands still and whose streams are kept:
 * for what a child process cannot have, such as a terminal.
 */
export async function runInWorld(args: readonly string[], choice: WorldChoice): Promise<Captured> {
  const { terminal = false, columns = 80 } = choice;
  const now = Temporal.Instant.from(choice.now ?? "2026-06-01T12:00:00Z");
  const texts = { stdout: "", stderr: "" };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const output = (name: "stdout" | "stderr"): Output => {
    const take = (text: string) => {
      if (name === "stdout") choice.onOutput?.(text);
      else choice.onNote?.(text);
      texts[name] += text;
    };
    return {
      isTerminal: terminal,
      columns,
      print: take,
      write(bytes) {
        take(decoders[name].decode(bytes, { stream: true }));
        return Promise.resolve();
      },
    };
  };
  const world: World = {
    args,
    environment: {
      HOME: choice.cwd,
      SEH_QUOTA_FILE: join(choice.cwd, "quota.json"),
      ...choice.env,
    },
    clock: choice.clock ?? { now: () => now, sleep: () => Promise.resolve() },
    random: () => 0.5,
    stdout: output("stdout"),
    stderr: output("stderr"),
    cwd: choice.cwd,
    readFile: (path) => Deno.readFileSync(path),
    hostname: () => "test-host",
    pid: 4711,
    version: "0.1.0",
    stdin: () => new Blob([]).stream(),
    prompter: () => Promise.resolve(choice.prompter ?? null),
    interrupted: () => choice.signal ?? new AbortController().signal,
  };
  const code = await run(args, world);
  return { code, ...texts };
}
