import { dirname, join } from "node:path";
import { SourceError } from "../source_error.ts";
import { onStateFile, openStateFile } from "./state_file.ts";
import type { Send } from "./send.ts";

/** Places for requests in flight. */
export interface Slots {
  /** Waits for a free place; disposing of it frees it. Throws StateFileError. */
  take(): Promise<Disposable>;
}

/**
 * Lets as many requests through at once as there are slots; answers are complete when a slot is freed.
 * What was stopped in the queue goes no further, so that it costs no quota.
 */
export function withSlots(slots: Slots, stop: AbortSignal, send: Send): Send {
  return async (request) => {
    using _slot = await slots.take();
    if (stop.aborted) {
      const { endpoint } = request;
      throw new SourceError({ kind: "transport", endpoint, detail: "stopped before it was sent" });
    }
    return await send(request);
  };
}

/**
 * Places for requests in flight, shared by all processes that use the same folder and quota owner: the
 * vendor counts the requests of an address, not of a program. A place is a locked file; the operating
 * system unlocks it when its process dies, however it dies.
 */
export function createSlots(options: {
  /** Path of the quota file; the slots lie beside it. */
  readonly quotaFile: string;
  readonly owner: string;
  readonly count: number;
  readonly random: () => number;
}): Slots {
  const { owner, count, random } = options;
  const free = createSemaphore(count);
  const slotPath = (index: number) =>
    join(dirname(options.quotaFile), `slot-${owner}-${index}.lock`);

  return {
    async take() {
      // Waiting for a file occupies a thread of the runtime, so no more than `count` may wait at once.
      const release = await free();
      let file: Deno.FsFile | null = null;
      try {
        const first = Math.floor(random() * count);
        for (let n = 0; n < count; n++) {
          const path = slotPath((first + n) % count);
          file = await openStateFile(path);
          if (await onStateFile(path, () => file!.tryLock(true))) return held(file, release);
          file.close();
          file = null;
        }
        // All taken by other processes: queue at one of them. No request lasts longer than its timeout.
        const path = slotPath(first);
        file = await openStateFile(path);
        await onStateFile(path, () => file!.lock(true));
        return held(file, release);
      } catch (error) {
        file?.close();
        release();
        throw error;
      }
    },
  };
}

function held(file: Deno.FsFile, release: () => void): Disposable {
  return {
    [Symbol.dispose]() {
      file.close();
      release();
    },
  };
}

/** Lets `count` holders in at once, in the order in which they came; the result lets the next one in. */
function createSemaphore(count: number): () => Promise<() => void> {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else inside--;
  };
  return async () => {
    if (inside < count) inside++;
    else await new Promise<void>((enter) => waiting.push(enter));
    return release;
  };
}
