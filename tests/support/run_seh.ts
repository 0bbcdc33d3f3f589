/** Runs the program as a user does: a child process with arguments, environment and streams of its own. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };

/** Where and how the program runs. */
export interface RunOptions {
  /** A throw-away folder: `./seh.db`, `.env` and, unless `env` says otherwise, the state files are there. */
  readonly cwd: string;
  /** All the environment beside what Deno needs; nothing of the test's own comes along. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for stdin; without it stdin is empty. */
  readonly stdin?: string;
  /** The time at which the program starts; without it, the time of the machine. */
  readonly at?: Temporal.Instant | string;
  /** Ends the program with SIGTERM. */
  readonly signal?: AbortSignal;
}

/** What a run left behind. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const project = fileURLToPath(new URL("../../", import.meta.url));

/** From source, or from the bundles in `dist/` when PROGRAM_UNDER_TEST is `bundle`. */
const bundled = Deno.env.get("PROGRAM_UNDER_TEST") === "bundle";

/** The options of `deno run` in the task that users run: its permissions hold for the tests too. */
const runFlags = (() => {
  const { command } = manifest.tasks.seh;
  const flags = /^deno run (.+) main\.ts$/.exec(command)?.[1].split(" ");
  if (!flags) throw new Error(`the task seh is not of the form "deno run … main.ts": ${command}`);
  return flags;
})();

/** Runs seh to its end. Rejects only when it cannot be started; a failure of seh is its exit code. */
export async function runSeh(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = spawnSeh(args, options, options.stdin === undefined ? "null" : "piped");
  const written = options.stdin === undefined ? null : write(child, options.stdin);
  const { code, stdout, stderr } = await child.output();
  await written;
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts seh with its output piped, for tests that signal it or read while it runs. */
export function spawnSeh(
  args: readonly string[],
  { cwd, env = {}, at, signal }: RunOptions,
  stdin: "null" | "piped" = "null",
): Deno.ChildProcess {
  const [source, bundle] = at === undefined
    ? ["main.ts", "dist/seh.js"]
    : ["tests/main_at.ts", "dist/main_at.js"];
  // The bundle must need nothing beside itself.
  const program = bundled
    ? ["--no-config", "--no-npm", "--no-remote", join(project, bundle)]
    : [join(project, source)];
  const clock = at === undefined ? [] : [String(at)];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...runFlags, ...program, ...clock, ...args],
    cwd,
    clearEnv: true,
    env: {
      ...forDeno(),
      XDG_STATE_HOME: join(cwd, "state"),
      XDG_CONFIG_HOME: join(cwd, "config"),
      ...env,
    },
    stdin,
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
}

/** What Deno itself needs to find its cache. */
function forDeno(): Record<string, string> {
  const names = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

async function write(child: Deno.ChildProcess, text: string): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    // A program that does not read its input closes the pipe; that is its right.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
