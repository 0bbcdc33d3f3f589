import manifest from "../deno.json" with { type: "json" };

/** The option that gives a process the memory that users run seh with. */
export const memoryOption = /--v8-flags=\S+/.exec(manifest.tasks.seh.command)![0];

/** Watches the peak of memory of a process, the kernel's own count, until it is asked for. */
export function watchPeak({ pid }: Deno.ChildProcess): () => number {
  let peakBytes = 0;
  const watching = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      peakBytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024 || peakBytes;
    } catch {
      // It has just ended.
    }
  }, 5);
  return () => {
    clearInterval(watching);
    return peakBytes;
  };
}
