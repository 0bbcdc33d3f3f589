import { dirname, join } from "node:path";
import { systemClock } from "../../model/clock.ts";
import { SourceError } from "../source_error.ts";
import { onStateFile, openStateFile, stateFileTarget } from "./state_file.ts";
import type { HttpRequest, Send } from "./send.ts";

/** Places for requests in flight. */
export interface Slots {
  /** Waits for a free place; disposing of it frees it. Throws StateFileError, and what stopped the waiting. */
  take(stop: AbortSignal): Promise<Disposable>;
}

/**
 * Lets as many requests through at once as there are slots; answers are complete when a slot is freed.
 * What was stopped in the queue goes no further, so that it costs no quota.
 */
export function withSlots(slots: Slots, stop: AbortSignal, send: Send): Send {
  return async (request) => {
    using _slot = await place(request);
    if (stop.aborted) throw stopped(request);
    return await send(request);
  };

  async function place(request: HttpRequest): Promise<Disposable> {
    try {
      return await slots.take(stop);
    } catch (error) {
      throw stop.aborted ? stopped(request) : error;
    }
  }
}

function stopped({ endpoint }: HttpRequest): SourceError {
  return new SourceError({
    kind: "interrupted",
    endpoint,
    detail: "stopped before it was sent",
    sent: false,
    noAnswer: true,
  });
}

/** How long a place that another process holds is left alone before it is tried again. */
const lookAgainMilliseconds = 25;

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
  let folder: string | null = null;
  const slotPath = async (index: number) => {
    folder ??= dirname(await stateFileTarget(options.quotaFile));
    return join(folder, `slot-${owner}-${index}.lock`);
  };

  return {
    async take(stop) {
      const release = await free(stop);
      try {
        // A lock that is waited for cannot be given up again: the places of other processes are looked at
        // again.
        while (true) {
          const first = Math.floor(random() * count);
          for (let n = 0; n < count; n++) {
            const file = await tryPlace(await slotPath((first + n) % count));
            if (file) return held(file, release);
          }
          await systemClock.sleep(lookAgainMilliseconds, stop);
        }
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

/** The file of a free place, locked; null where another process has it. */
async function tryPlace(path: string): Promise<Deno.FsFile | null> {
  const file = await openStateFile(path);
  try {
    if (await onStateFile(path, () => file.tryLock(true))) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return null;
}

function held(file: Deno.FsFile, release: () => void): Disposable {
  return {
    [Symbol.dispose]() {
      file.close();
      release();
    },
  };
}

/**
 * Lets `count` holders in at once, in the order in which they came; the result lets the next one in.
 * Who is stopped while waiting leaves the line, and gets the reason.
 */
function createSemaphore(count: number): (stop: AbortSignal) => Promise<() => void> {
  let inside = 0;
  const waiting = new Set<() => void>();
  const release = () => {
    const [next] = waiting;
    if (next) next();
    else inside--;
  };
  return async (stop) => {
    stop.throwIfAborted();
    if (inside < count) inside++;
    else {
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          waiting.delete(enter);
          stop.removeEventListener("abort", leave);
          resolve();
        };
        const leave = () => {
          waiting.delete(enter);
          reject(stop.reason);
        };
        waiting.add(enter);
        stop.addEventListener("abort", leave, { once: true });
      });
    }
    return release;
  };
}
