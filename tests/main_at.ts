/**
 * The program with a clock that stands where the first argument says and moves only with its own
 * waiting: `main_at.ts 2026-06-01T12:07:00Z sync`. For tests that run seh as a child process.
 */
import { run } from "../src/cli/program.ts";
import { realWorld } from "../src/cli/world.ts";
import { movingClock } from "./support/moving_clock.ts";

const [start, ...args] = Deno.args;
const clock = movingClock(Temporal.Instant.from(start));
Deno.exit(await run(args, { ...realWorld(), args, clock }));
