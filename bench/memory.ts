import manifest from "../deno.json" with { type: "json" };

/** The option that gives a process the memory that users run seh with. */
export const memoryOption = /--v8-flags=\S+/.exec(manifest.tasks.seh.command)![0];

/** What a process has used so far. */
export interface Usage {
  readonly peakBytes: number;
  /** User and system time. */
  readonly cpuSeconds: number;
}

/** The kernel counts time in hundredths of a second. */
const ticksPerSecond = 100;

/** Watches what a process uses, by the kernel's own count, until it is asked for. */
export function watchUsage({ pid }: Deno.ChildProcess): () => Usage {
  let usage: Usage = { peakBytes: 0, cpuSeconds: 0 };
  const watching = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      const peakBytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
      // After the name of the program, which may hold spaces: the 12th and 13th field.
      const [user, system] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!
        .split(" ").slice(11, 13).map(Number);
      if (peakBytes > 0) usage = { peakBytes, cpuSeconds: (user + system) / ticksPerSecond };
    } catch {
      // It has just ended.
    }
  }, 5);
  return () => {
    clearInterval(watching);
    return usage;
  };
}

/** Watches the peak of memory of a process, the kernel's own count, until it is asked for. */
export function watchPeak(child: Deno.ChildProcess): () => number {
  const usage = watchUsage(child);
  return () => usage().peakBytes;
}
