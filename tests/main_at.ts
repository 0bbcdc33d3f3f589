/**
 * The program with a clock that stands where the first argument says and moves only with its own
 * waiting: `main_at.ts 2026-06-01T12:07:00Z sync`. For tests that run seh as a child process.
 */
import { run } from "../src/cli/program.ts";
import { realWorld } from "../src/cli/world.ts";

const [start, ...args] = Deno.args;
let now = Temporal.Instant.from(start);
const clock = {
  now: () => now,
  sleep: async (milliseconds: number) => {
    now = now.add({ milliseconds: Math.round(milliseconds) });
    // Give way to what is waited for: a turn of the event loop, not the time itself.
    await new Promise((resolve) => setTimeout(resolve, 1));
  },
};
Deno.exit(await run(args, { ...realWorld(), args, clock }));
