import type { Clock } from "../../src/model/clock.ts";

/** A clock that stands where it was set and moves only with the program's own waiting. */
export function movingClock(start: Temporal.Instant): Clock {
  let now = start;
  return {
    now: () => now,
    async sleep(milliseconds) {
      now = now.add({ milliseconds: Math.round(milliseconds) });
      // Give way to what is waited for: a turn of the event loop, not the time itself.
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}
