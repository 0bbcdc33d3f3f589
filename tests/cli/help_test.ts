import assert from "node:assert/strict";
import { runInWorld } from "../support/captured_world.ts";

const commands = [
  "setup",
  "init-db",
  "check-api",
  "login",
  "logout",
  "sync",
  "status",
  "gaps",
  "repair",
  "revisions",
  "export",
  "sql",
  "report",
  "chart",
  "copy",
  "import",
  "demo",
  "completions",
];
const cwd = Deno.cwd();

for (const args of [[], ...commands.map((one) => [one])]) {
  const name = ["seh", ...args].join(" ");

  Deno.test(`the help of ${name} is as reviewed and fits 80 columns`, async (t) => {
    const { code, stdout, stderr } = await runInWorld([...args, "--help"], { cwd });
    assert.equal(code, 0);
    assert.equal(stderr, "");
    const tooLong = stdout.split("\n").filter((line) => line.length > 80);
    assert.deepEqual(tooLong, []);
    await t.assertSnapshot(stdout);
  });

  Deno.test(`the help of ${name} gives examples and exit codes`, async () => {
    const { stdout } = await runInWorld([...args, "--help"], { cwd });
    assert.match(stdout, /\n(Examples|Start here):\n {2}\S/);
    assert.match(stdout, /\nExit codes:\n {3}0 {2}done\n/);
  });
}

Deno.test("help needs no permission at all", async () => {
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", main, "--help"],
    stdin: "null",
  });
  const { code, stdout, stderr } = await child.output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /^Usage: seh /);
});

Deno.test("help loads neither settings, log, database, network nor tables", async () => {
  const main = new URL("../../main.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), { args: ["info", "--json", main.pathname] });
  const { modules } = JSON.parse(new TextDecoder().decode((await child.output()).stdout));
  interface Dependency {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
  }
  const graph = new Map<string, readonly Dependency[]>(
    modules.map((one: { specifier: string; dependencies?: Dependency[] }) => [
      one.specifier,
      one.dependencies ?? [],
    ]),
  );
  const loaded = new Set<string>();
  const load = (specifier: string) => {
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    for (const { isDynamic, code } of graph.get(specifier) ?? []) {
      if (!isDynamic && code?.specifier) load(code.specifier);
    }
  };
  load(main.href);
  assert.ok(loaded.size > 10, "the graph was not read");
  const heavy =
    /zod|logtape|node:sqlite|cli-table3|cli-progress|inquirer|bomb\.sh|csv-stringify|\.sql$/;
  const ours =
    /\/src\/(settings\/load|logging\/|database\/(?!database_error)|source\/(?!source_error)|simulator\/|model\/tables)/;
  assert.deepEqual([...loaded].filter((one) => heavy.test(one) || ours.test(one)), []);
});
