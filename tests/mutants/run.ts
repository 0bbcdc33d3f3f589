/**
 * `deno task mutants [WORDS|NUMBER]`: makes each change of the list, or those whose rules or names hold the words,
 * or from that number on, in a copy of the project, one at a time, and runs the tests that must notice. Ends with 1 where one does not, or where a change
 * is not possible any more.
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutant, mutants } from "./mutants.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const left = new Set([".git", "dist", "node_modules"]);

/** What came of one: the tests failed, as they should, or why that says nothing. */
async function tryOut({ file, from, to, tests, only }: Mutant, copy: string): Promise<string> {
  const path = join(copy, file);
  const whole = await Deno.readTextFile(path);
  if (whole.split(from).length !== 2) return "not possible: its text does not stand there once";
  await Deno.writeTextFile(path, whole.replace(from, () => to));
  const words = only === undefined ? [] : ["--filter", only];
  try {
    for (const test of tests) {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "--allow-all", "--quiet", "--no-check", "--fail-fast", ...words, test],
        cwd: copy,
        // What a usual run leaves out may be what notices.
        env: { TEST_SCOPE: "all" },
        stdin: "null",
      }).output();
      if (code === 0) continue;
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      // A file that does not even load has tested nothing.
      return /\d+ passed/.test(said) && !/SyntaxError/.test(said)
        ? "noticed"
        : `the tests did not run: ${said.slice(-300)}`;
    }
    return "SURVIVED";
  } finally {
    await Deno.writeTextFile(path, whole);
  }
}

const words = Deno.args.join(" ");
const first = Number(words) || 1;
const chosen = mutants.filter(({ rule, name }, at) =>
  first > 1 ? at + 1 >= first : `${rule}: ${name}`.includes(words)
);
const copy = await Deno.makeTempDir({ prefix: "seh-mutants-" });
let bad = 0;
try {
  for (const { name, isDirectory } of Deno.readDirSync(root)) {
    if (!left.has(name)) await cp(join(root, name), join(copy, name), { recursive: isDirectory });
  }
  for (const [i, one] of chosen.entries()) {
    const came = await tryOut(one, copy);
    if (came !== "noticed") bad++;
    console.log(`${i + 1}/${chosen.length} ${one.rule}: ${one.name}: ${came}`);
  }
} finally {
  await Deno.remove(copy, { recursive: true });
}
console.log(`${chosen.length - bad} of ${chosen.length} changes were noticed.`);
if (bad > 0 || chosen.length === 0) Deno.exit(1);
