/** Runs every bench of this folder, each in a process of its own: `deno task bench [NAME…]`. */
import { memoryOption } from "./memory.ts";

const names = [...Deno.readDirSync(new URL(".", import.meta.url))].map((one) => one.name)
  .filter((name) => name.endsWith("_bench.ts"))
  .filter((name) => Deno.args.length === 0 || Deno.args.some((part) => name.includes(part)))
  .sort();
if (names.length === 0) {
  console.error(`no bench is named ${Deno.args.join(" or ")}`);
  Deno.exit(2);
}
let failed = false;
for (const name of names) {
  console.log(`\n== ${name.replace(/_bench\.ts$/, "")}`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", memoryOption, "--allow-all", new URL(name, import.meta.url).pathname],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  failed ||= !success;
}
if (failed) Deno.exit(1);
