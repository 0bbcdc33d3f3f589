/**
 * Runs every bench of this folder, each in a process of its own: `deno task bench [NAME…]`; with `--short` what
 * counts requests, credits and memory, in a form that takes about two minutes on a machine of any kind.
 */
import { memoryOption } from "./memory.ts";

/** A bench, and what it is asked for instead of all that it has. */
interface Part {
  readonly bench: string;
  readonly args?: readonly string[];
}

const short: readonly Part[] = [
  { bench: "requests" },
  { bench: "month", args: ["keep, 168 hours, fleet key"] },
  { bench: "export", args: ["300000"] },
];

const isShort = Deno.args.includes("--short");
const names = Deno.args.filter((one) => one !== "--short");
const all = [...Deno.readDirSync(new URL(".", import.meta.url))].map((one) => one.name)
  .filter((name) => name.endsWith("_bench.ts"))
  .map((name): Part => ({ bench: name.replace(/_bench\.ts$/, "") }))
  .sort((a, b) => a.bench < b.bench ? -1 : 1);
const parts = (isShort ? short : all)
  .filter(({ bench }) => names.length === 0 || names.some((part) => bench.includes(part)));
if (parts.length === 0) {
  console.error(`no bench is named ${names.join(" or ")}`);
  Deno.exit(2);
}
const missed: string[] = [];
for (const { bench, args = [] } of parts) {
  console.log(`\n== ${bench}`);
  const file = new URL(`${bench}_bench.ts`, import.meta.url).pathname;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", memoryOption, "--allow-all", file, ...args],
    env: isShort ? { BENCH_FORM: "short" } : {},
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) missed.push(bench);
}
if (missed.length > 0) {
  console.error(`\nnot reached, or not run to its end: ${missed.join(", ")}`);
  Deno.exit(1);
}
