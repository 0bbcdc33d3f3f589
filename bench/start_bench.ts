/**
 * The start of `seh --help` against an empty script, both by `deno run`, interleaved, the median of
 * many.
 */
import { fileURLToPath } from "node:url";
import { judge } from "./goals.ts";

const rounds = 15;
const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = await Deno.makeTempDir({ prefix: "seh-start-bench-" });
try {
  const empty = `${folder}/empty.ts`;
  await Deno.writeTextFile(empty, "");
  const times = { empty: [] as number[], seh: [] as number[] };
  for (let round = 0; round < rounds + 1; round++) {
    const one = await milliseconds([empty]);
    const other = await milliseconds([main, "--help"]);
    // The first round fills caches.
    if (round === 0) continue;
    times.empty.push(one);
    times.seh.push(other);
  }
  const [empties, helps] = [median(times.empty), median(times.seh)];
  console.log(`start, median of ${rounds} interleaved runs:`);
  console.log(`  empty script  ${empties.toFixed(1)} ms`);
  console.log(`  seh --help    ${helps.toFixed(1)} ms`);
  judge("start", "seh --help, against an empty script", helps / empties);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function milliseconds(program: readonly string[]): Promise<number> {
  const started = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...program],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`${program.join(" ")} failed`);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
