import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const notOurs = new Set([".git", "dist", "coverage", "node_modules", "deno.lock"]);
const text = /\.(ts|sql|md|json|service|timer|sh|example)$|^(run|LICENSE|crontab|\.gitignore)$/;

function* files(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (notOurs.has(name)) continue;
    if (isDirectory) yield* files(new URL(`${name}/`, folder));
    else if (text.test(name)) yield new URL(name, folder);
  }
}

Deno.test("no file of the project names its folder on this machine, or a package registry", () => {
  const folder = fileURLToPath(root).replace(/[/\\]$/, "");
  const path = new RegExp(`(?:^|[\\s"'\`(=:])${RegExp.escape(folder)}[/\\\\]`, "m");
  // In parts, so that this file does not find itself.
  const registry = new RegExp("npm" + "js\\.|registry" + "\\.npm|jsr" + "\\.io");
  let seen = 0;
  for (const file of files(root)) {
    seen++;
    const content = Deno.readTextFileSync(file);
    const name = file.pathname.slice(root.pathname.length);
    assert.ok(!path.test(content), `${name} names ${folder}`);
    assert.equal(registry.exec(content)?.[0], undefined, name);
  }
  assert.ok(seen > 50, `only ${seen} files were looked at`);
});
