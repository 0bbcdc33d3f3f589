// Not in test:fast: weeks of a random timer.
import assert from "node:assert/strict";
import { oneOf, scope } from "../support/scope.ts";

// The bench of random schedules judges them; here is which of its fifty a run takes.
const all = Array.from({ length: 50 }, (_, at) => at + 1);
const seeds = scope === "all" ? all : [oneOf(all, "timer")];

for (const seed of seeds) {
  Deno.test(`what a timer of random schedule ${seed} stores is the truth, and no limit is passed`, async () => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", "bench/schedules_bench.ts"],
      cwd: new URL("../../", import.meta.url),
      env: { SEH_SCHEDULES: String(seed), BENCH_FORM: "short" },
      stderr: "inherit",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stdout));
  });
}
