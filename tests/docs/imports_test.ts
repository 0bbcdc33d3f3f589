import assert from "node:assert/strict";
import { relative, resolve } from "node:path";

const root = resolve(import.meta.dirname!, "../..");

/** What each file of `src` imports: at its start, later by `import()`, and as a type alone. */
function importsOf(folder: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = resolve(folder, name);
    if (isDirectory) {
      for (const [file, imports] of importsOf(path)) found.set(file, imports);
      continue;
    }
    if (!name.endsWith(".ts")) continue;
    const named = Deno.readTextFileSync(path).matchAll(
      /(?:\bfrom|\bimport|\bimport\() ?"(\.[^"]+)"/g,
    );
    found.set(
      relative(root, path),
      [...named].map(([, to]) => relative(root, resolve(folder, to))),
    );
  }
  return found;
}

/** A way from a file over its imports back to itself, the files in order; null: there is none. */
function circleFrom(
  start: string,
  imports: ReadonlyMap<string, readonly string[]>,
): string[] | null {
  const before = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of imports.get(file) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = file; at !== start; at = before.get(at)!) way.unshift(at);
        return [start, ...way];
      }
      if (before.has(next)) continue;
      before.set(next, file);
      queue.push(next);
    }
  }
  return null;
}

Deno.test("no file of the program is imported by what it imports itself", () => {
  const imports = importsOf(resolve(root, "src"));
  assert.ok(imports.get("src/cli/status_action.ts")!.length > 10);
  const circles = new Map<string, string>();
  for (const file of imports.keys()) {
    const circle = circleFrom(file, imports);
    if (circle) circles.set(circle.slice(1).sort().join(), circle.join(" → "));
  }
  assert.deepEqual([...circles.values()], []);
});
