import assert from "node:assert/strict";
import { commands } from "../../src/cli/commands.ts";
import { runInWorld } from "../support/captured_world.ts";

const cwd = Deno.cwd();

for (const args of [[], ...commands.map((one) => [one.name])]) {
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

Deno.test("on 40 and 60 columns options and commands are broken between words", async () => {
  for (const args of [[], ["status"], ["export"], ["sync"], ["chart"], ["report"]]) {
    for (const columns of [40, 60]) {
      const { stdout } = await runInWorld([...args, "--help"], { cwd, columns });
      // Commands stay whole, and so does what is longer than a line by itself.
      const tooLong = stdout.split("\n").filter((line) =>
        line.length > columns && / \S+ +\S/.test(line) && !/^ +seh /.test(line)
      );
      assert.deepEqual(tooLong, [], `${args} on ${columns}`);
    }
  }
});

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

Deno.test("help loads neither settings, log, database, network nor tables, and no command", async () => {
  const loaded = await loadedBy("main.ts");
  const heavy =
    /zod|logtape|node:sqlite|cli-table3|cli-progress|inquirer|bomb\.sh|csv-stringify|\.sql$/;
  const ours =
    /\/src\/(settings\/load|logging\/|database\/(?!database_error)|source\/(?!source_error)|simulator\/|model\/tables|cli\/(status|sync|export|setup|demo)\.ts)/;
  assert.deepEqual(loaded.filter((one) => heavy.test(one) || ours.test(one)), []);
});

Deno.test("the status of a home loads no parser, nothing that sends requests, and no library but commander", async () => {
  // What it loads on the way, in addition to what stands in its imports.
  const parts = ["cli/status.ts", "cli/status_action.ts", "cli/source_facts.ts"];
  const loaded = await Promise.all(
    [...parts, "source/v2/endpoints.ts", "source/http/quota.ts", "database/sqlite/sqlite.ts"]
      .map((one) => loadedBy(`src/${one}`)),
  );
  const heavy =
    /zod|logtape|cli-table3|cli-progress|node:crypto|\/source\/(http\/client|answer\/read_answer|v\d\/(power|devices|source)\.ts)|\/database\/save\.ts/;
  assert.deepEqual(loaded.flat().filter((one) => heavy.test(one)), []);
  const libraries = loaded.flat().filter((one) => one.startsWith("npm:") && !/commander/.test(one));
  assert.deepEqual(libraries, []);
});

/** All that is read before a file of the program can run; what it imports only when used is not among it. */
async function loadedBy(path: string): Promise<string[]> {
  const file = new URL(`../../${path}`, import.meta.url);
  const child = new Deno.Command(Deno.execPath(), { args: ["info", "--json", file.pathname] });
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
  load(file.href);
  assert.ok(loaded.size > 1, "the graph was not read");
  return [...loaded];
}

Deno.test("a command that does not exist is answered with the one that was meant, and its help too", async () => {
  for (const args of [["statsu"], ["help", "statsu"]]) {
    const { code, stdout, stderr } = await runInWorld(args, { cwd });
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /unknown command 'statsu'/);
  }
  assert.match((await runInWorld(["statsu"], { cwd })).stderr, /Did you mean status\?/);
  const helped = await runInWorld(["help", "status"], { cwd });
  assert.equal(helped.stdout, (await runInWorld(["status", "--help"], { cwd })).stdout);
});
