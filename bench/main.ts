/** Runs every bench of this folder, each in a process of its own: `deno task bench [NAME…]`. */
import manifest from "../deno.json" with { type: "json" };

const names = [...Deno.readDirSync(new URL(".", import.meta.url))].map((one) => one.name)
  .filter((name) => name.endsWith("_bench.ts"))
  .filter((name) => Deno.args.length === 0 || Deno.args.some((part) => name.includes(part)))
  .sort();
if (names.length === 0) {
  console.error(`no bench is named ${Deno.args.join(" or ")}`);
  Deno.exit(2);
}
// With the memory that users run it with.
const memory = /--v8-flags=\S+/.exec(manifest.tasks.seh.command)![0];
let failed = false;
for (const name of names) {
  console.log(`\n== ${name.replace(/_bench\.ts$/, "")}`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", memory, "--allow-all", new URL(name, import.meta.url).pathname],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  failed ||= !success;
}
if (failed) Deno.exit(1);
