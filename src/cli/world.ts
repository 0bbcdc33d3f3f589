import manifest from "../../deno.json" with { type: "json" };
import { type Clock, systemClock } from "../model/clock.ts";
import type { Prompter } from "./terminal/prompts.ts";

/** A place that text and bytes are written to: stdout or stderr. */
export interface Output {
  readonly isTerminal: boolean;
  /** Width in characters; `COLUMNS`, the terminal's own, else 80. */
  readonly columns: number;
  /** Writes text at once. Throws Deno.errors.BrokenPipe when the reader has gone. */
  print(text: string): void;
  /** Writes all the bytes; resolves when the reader has taken them. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Everything that the program takes from outside, so that a test can be its world. */
export interface World {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  random(): number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absolute; relative paths given by the user start here. */
  readonly cwd: string;
  /** Throws Deno's own errors. */
  readFile(path: string): Uint8Array;
  hostname(): string;
  readonly pid: number;
  readonly version: string;
  /**
   * Aborts at the first SIGINT or SIGTERM, with an `Interrupted` as its reason; from then on the program ends
   * in its own way, with `interruptedCode(signal.reason)`.
   */
  interrupted(): AbortSignal;
  /** What is typed or piped in. */
  stdin(): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Asks the person at the terminal; null where there is none. */
  prompter(): Promise<Prompter | null>;
}

/** Why `World.interrupted` has aborted. */
export class Interrupted extends DOMException {
  constructor(readonly signal: "SIGINT" | "SIGTERM") {
    super("interrupted", "AbortError");
  }
}

/** The machine, its clock and its terminal. */
export function realWorld(): World {
  const world: World = {
    args: Deno.args,
    // Read on first use: `seh --help` needs no permission.
    get environment() {
      return Deno.env.toObject();
    },
    clock: systemClock,
    random: Math.random,
    stdout: output(Deno.stdout),
    stderr: tolerant(output(Deno.stderr)),
    get cwd() {
      return Deno.cwd();
    },
    readFile: (path) => Deno.readFileSync(path),
    hostname: () => Deno.hostname(),
    pid: Deno.pid,
    version: manifest.version,
    interrupted: listenForSignals,
    stdin: () => Deno.stdin.readable,
    async prompter() {
      const { terminalPrompter } = await import("./terminal/prompts.ts");
      return await terminalPrompter(world);
    },
  };
  return world;
}

type Stream = typeof Deno.stdout | typeof Deno.stderr;

function output(stream: Stream): Output {
  const encoder = new TextEncoder();
  return {
    isTerminal: stream.isTerminal(),
    get columns() {
      return columns();
    },
    print(text) {
      let rest: Uint8Array = encoder.encode(text);
      while (rest.length > 0) rest = rest.subarray(patiently(() => stream.writeSync(rest)));
    },
    async write(bytes) {
      let rest = bytes;
      while (rest.length > 0) {
        try {
          rest = rest.subarray(await stream.write(rest));
        } catch (error) {
          if (!(error instanceof Deno.errors.WouldBlock)) throw error;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    },
  };
}

/** Another program that shares the pipe may have made it non-blocking; a full one is tried again. */
function patiently(write: () => number): number {
  while (true) {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Notes that nobody reads any more are no reason to fail. */
function tolerant(inner: Output): Output {
  return {
    isTerminal: inner.isTerminal,
    get columns() {
      return inner.columns;
    },
    print(text) {
      try {
        inner.print(text);
      } catch (error) {
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
    write: (bytes) => inner.write(bytes),
  };
}

function columns(): number {
  try {
    const columns = Number(Deno.env.get("COLUMNS"));
    if (Number.isInteger(columns) && columns > 0) return columns;
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

/** Clears what stands on the line of a progress bar, which hides the cursor. */
const showCursor = "\r\x1b[2K\x1b[?25h";

let signals: AbortController | null = null;

function listenForSignals(): AbortSignal {
  if (signals) return signals.signal;
  const controller = signals = new AbortController();
  const stop = (signal: Interrupted["signal"]) => () => {
    // A second signal ends everything that is waited for, but the cursor is still given back.
    if (controller.signal.aborted) {
      const knowsCodes = Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
      if (knowsCodes) Deno.stderr.writeSync(new TextEncoder().encode(showCursor));
      Deno.exit(signal === "SIGTERM" ? 143 : 130);
    }
    controller.abort(new Interrupted(signal));
  };
  Deno.addSignalListener("SIGINT", stop("SIGINT"));
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop("SIGTERM"));
  return controller.signal;
}
