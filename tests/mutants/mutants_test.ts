import assert from "node:assert/strict";
import { mutants, rules } from "./mutants.ts";

const root = new URL("../../", import.meta.url);
const texts = new Map<string, string>();
for (const { file } of mutants) {
  if (!texts.has(file)) texts.set(file, await Deno.readTextFile(new URL(file, root)));
}

Deno.test("each change of the list of mutants is still possible, in one place alone", () => {
  for (const { name, file, from, to } of mutants) {
    assert.equal(texts.get(file)!.split(from).length - 1, 1, `${name}: in ${file}`);
    assert.notEqual(from, to, name);
  }
});

Deno.test("the tests that are to notice a change are there", async () => {
  for (const one of new Set(mutants.flatMap((mutant) => mutant.tests))) {
    assert.ok((await Deno.stat(new URL(one, root))).isFile, one);
  }
});

Deno.test("each rule has a change that breaks it, and each change a name of its own", () => {
  assert.deepEqual(rules.filter((one) => !mutants.some(({ rule }) => rule === one)), []);
  assert.equal(new Set(mutants.map((one) => one.name)).size, mutants.length);
});
