import type { Clock } from "../../src/model/clock.ts";

/** The time of a simulated world: all who are in it, processes too, have one and the same. */
export interface WorldTime {
  now(): Temporal.Instant;
  set(now: Temporal.Instant): void;
  /**
   * A clock in that time, wrong by so much. Whoever waits moves the time on to when the wait is over; several
   * who wait at once wait together.
   */
  clock(error?: Temporal.Duration): Clock;
  /** Keeps the time in a file while other processes take part, whose clock is `clockOfFile`. */
  share(path: string): Disposable;
}

/** Begins at a moment, and stands still while nobody waits. */
export function worldTime(start: Temporal.Instant): WorldTime {
  let moment = start;
  let shared: string | null = null;
  const time = {
    now: () => shared === null ? moment : readTime(shared),
    set(now: Temporal.Instant) {
      if (shared === null) moment = now;
      else writeTime(shared, now);
    },
  };
  return {
    ...time,
    clock: (error = new Temporal.Duration()) => clockOf(time, error),
    share(path) {
      writeTime(path, moment);
      shared = path;
      return {
        [Symbol.dispose]() {
          moment = readTime(path);
          shared = null;
        },
      };
    },
  };
}

/** The clock of a process that shares the time of a world by a file. */
export function clockOfFile(path: string): Clock {
  return clockOf(
    { now: () => readTime(path), set: (now) => writeTime(path, now) },
    new Temporal.Duration(),
  );
}

function clockOf(
  { now, set }: Pick<WorldTime, "now" | "set">,
  error: Temporal.Duration,
): Clock {
  return {
    now: () => now().add(error),
    async sleep(milliseconds) {
      const until = now().add({ milliseconds: Math.ceil(milliseconds) });
      // Give way to what is waited for: a turn of the event loop, not the time itself.
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (Temporal.Instant.compare(now(), until) < 0) set(until);
    },
  };
}

function readTime(path: string): Temporal.Instant {
  return Temporal.Instant.from(Deno.readTextFileSync(path));
}

/** As a whole: whoever reads it meanwhile gets the time before or the new one. */
function writeTime(path: string, now: Temporal.Instant): void {
  const next = `${path}.${Deno.pid}`;
  Deno.writeTextFileSync(next, now.toString());
  Deno.renameSync(next, path);
}
