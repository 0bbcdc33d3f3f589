/**
 * Runs the program as a user does: with arguments, environment, folder and streams of its own. On the bundle
 * it is a child process, with the permissions that users give it; from source it runs within the test, which
 * takes a fraction of the time, unless the test needs a process.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { run } from "../../src/cli/program.ts";
import type { Output, World } from "../../src/cli/world.ts";
import { systemClock } from "../../src/model/clock.ts";
import { movingClock } from "./moving_clock.ts";
import { onBundle } from "./scope.ts";

/** Where and how the program runs. */
export interface RunOptions {
  /** A throw-away folder: `./seh.db`, `.env` and, unless `env` says otherwise, the state files are there. */
  readonly cwd: string;
  /** All the environment beside what Deno needs; nothing of the test's own comes along. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for stdin; without it stdin is empty. */
  readonly stdin?: string;
  /** Runs it as a child process from source too: the test is about processes. */
  readonly asProcess?: boolean;
  /** The time at which the program starts; without it, the time of the machine. */
  readonly at?: Temporal.Instant | string;
  /** Instead of `at`, for a process of its own: the file by which it shares the time of a world. */
  readonly clockFile?: string;
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

/** The options of `deno run` in the task that users run: its permissions hold for the tests too. */
const runFlags = (() => {
  const { command } = manifest.tasks.seh;
  const flags = /^deno run (.+) main\.ts$/.exec(command)?.[1].split(" ");
  if (!flags) throw new Error(`the task seh is not of the form "deno run … main.ts": ${command}`);
  return flags;
})();

/** Whether a run is going on within this file: its log belongs to the whole of the program. */
let isRunning = false;

/** Runs seh to its end. Rejects only when it cannot be started; a failure of seh is its exit code. */
export async function runSeh(args: readonly string[], options: RunOptions): Promise<RunResult> {
  if (onBundle || isRunning || needsProcess(args, options)) return await runProcess(args, options);
  isRunning = true;
  try {
    return await runWithin(args, options);
  } finally {
    isRunning = false;
  }
}

/** Whether it takes what a process alone has: its stdin, its signals, its time zone, its stdout. */
function needsProcess([command]: readonly string[], options: RunOptions): boolean {
  return options.asProcess === true || options.stdin !== undefined ||
    options.signal !== undefined || options.env?.TZ !== undefined ||
    // The library that completes words prints by itself; a login waits for what is typed.
    ["complete", "completions", "login"].includes(command);
}

async function runProcess(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = spawnSeh(args, options, options.stdin === undefined ? "null" : "piped");
  const written = options.stdin === undefined ? null : write(child, options.stdin);
  const { code, stdout, stderr } = await child.output();
  await written;
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function runWithin(
  args: readonly string[],
  { cwd, env = {}, at }: RunOptions,
): Promise<RunResult> {
  const environment = environmentOf(cwd, env);
  const [stdout, stderr] = [capture(environment), capture(environment)];
  const world: World = {
    args,
    environment,
    clock: at === undefined ? systemClock : movingClock(Temporal.Instant.from(at)),
    random: Math.random,
    stdout,
    stderr,
    cwd,
    readFile: (path) => Deno.readFileSync(path),
    hostname: () => Deno.hostname(),
    pid: Deno.pid,
    version: manifest.version,
    interrupted: () => new AbortController().signal,
    stdin: () => new Blob([]).stream(),
    prompter: () => Promise.resolve(null),
  };
  const code = await run(args, world);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A pipe whose end is kept. */
function capture({ COLUMNS }: Readonly<Record<string, string>>): Output & { text(): string } {
  const pieces: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => void pieces.push(bytes.slice());
  return {
    isTerminal: false,
    columns: Number(COLUMNS) || 80,
    print: (text) => take(new TextEncoder().encode(text)),
    write: (bytes) => Promise.resolve(take(bytes)),
    text: () => new TextDecoder().decode(Buffer.concat(pieces)),
  };
}

/** Starts seh with its output piped, for tests that signal it or read while it runs. */
export function spawnSeh(
  args: readonly string[],
  { cwd, env = {}, at, clockFile, signal }: RunOptions,
  stdin: "null" | "piped" = "null",
): Deno.ChildProcess {
  const time = clockFile ?? at;
  const [source, bundle] = time === undefined
    ? ["main.ts", "dist/seh.js"]
    : ["tests/main_at.ts", "dist/main_at.js"];
  // The bundle must need nothing beside itself.
  const program = onBundle
    ? ["--no-config", "--no-npm", "--no-remote", join(project, bundle)]
    : [join(project, source)];
  const clock = time === undefined ? [] : [String(time)];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...runFlags, ...program, ...clock, ...args],
    cwd,
    clearEnv: true,
    env: environmentOf(cwd, env),
    stdin,
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
}

function environmentOf(
  cwd: string,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...forDeno(),
    XDG_STATE_HOME: join(cwd, "state"),
    XDG_CONFIG_HOME: join(cwd, "config"),
    ...env,
  };
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
