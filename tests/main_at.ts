/**
 * The program with a clock that stands where the first argument says and moves only with its own
 * waiting: `main_at.ts 2026-06-01T12:07:00Z sync`; or that shares the time of others by a file:
 * `main_at.ts /tmp/world/time sync`. For tests that run seh as a child process.
 */
import { run } from "../src/cli/program.ts";
import { realWorld } from "../src/cli/world.ts";
import { movingClock } from "./support/moving_clock.ts";
import { clockOfFile } from "./support/world_time.ts";

const [time, ...args] = Deno.args;
const isInstant = /^\d/.test(time);
const clock = isInstant ? movingClock(Temporal.Instant.from(time)) : clockOfFile(time);
Deno.exit(await run(args, { ...realWorld(), args, clock }));
