// Also on the bundle: help, completions, exit codes and pipes.
import assert from "node:assert/strict";
import { runInWorld } from "../support/captured_world.ts";
import { runSeh } from "../support/run_seh.ts";

const cwd = await Deno.makeTempDir({ prefix: "seh-usage-" });
globalThis.addEventListener("unload", () => Deno.removeSync(cwd, { recursive: true }));

const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["a mistyped command", ["synk"], /unknown command 'synk'\. Did you mean sync\?/],
  [
    "a mistyped option",
    ["sync", "--sitee", "1"],
    /unknown option '--sitee'\. Did you mean --site\?/,
  ],
  ["a mistyped dataset", ["export", "enrgy"], /'enrgy'.*Did you mean energy\?/],
  ["a mistyped format", ["export", "energy", "-f", "jsno"], /'jsno'.*Did you mean json\?/],
  ["a mistyped data type", ["sync", "--only", "powr"], /'powr'.*Did you mean power\?/],
  [
    "a site that is no number",
    ["status", "--site", "abc"],
    /Names of sites are known after the first/,
  ],
  ["a site of zero", ["export", "energy", "-s", "0"], /number or the name of a site/],
  [
    "an empty part of a list of sites",
    ["export", "energy", "-s", "1,,2"],
    /number or the name of a site/,
  ],
  ["a date in another order", ["export", "energy", "--start", "31.05.2026"], /like 2026-05-31/],
  ["a day that no month has", ["export", "energy", "--end", "2026-02-30"], /no such day/],
  ["a range that ends before it starts", [
    "export",
    "energy",
    "--start",
    "2026-05-02",
    "--end",
    "2026-05-01",
  ], /--start 2026-05-02 lies after --end 2026-05-01/],
  ["a filter on time that the dataset does not have", [
    "export",
    "sites",
    "--start",
    "2026-05-01",
  ], /--start does not fit: the dataset sites has no time axis/],
  ["a filter on devices that the dataset does not have", [
    "export",
    "energy",
    "--serial",
    "X",
  ], /--serial does not fit: the dataset energy is not about devices/],
  ["all datasets as one CSV", ["export", "-o", "all.csv"], /-o FOLDER\//],
  ["half a range", ["sync", "--from", "2026-05-01"], /--from and --to belong together/],
  ["a mistyped data type of gaps", ["gaps", "--only", "powr"], /'powr'.*Did you mean power\?/],
  ["a repair that ends before it starts", [
    "repair",
    "--from",
    "2026-05-02",
    "--to",
    "2026-05-01",
  ], /--from 2026-05-02 lies after --to 2026-05-01/],
  ["a day that no revision can have", ["revisions", "--since", "yesterday"], /like 2026-05-31/],
  ["no requests at all", ["sync", "--max-requests", "0"], /1 or more/],
  ["an age without a unit", ["status", "--max-age", "2"], /90m, 2h or 1d/],
  ["an unknown shell", ["completions", "tcsh"], /bash, zsh, fish/],
  ["an argument too many", ["init-db", "now"], /too many arguments/],
  ["an option without its value", ["export", "--start"], /argument missing/],
];

for (const [what, args, expected] of mistakes) {
  Deno.test(`${what} ends with exit code 2 and says what is right`, async () => {
    const { code, stdout, stderr } = await runInWorld(args, { cwd });
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, expected);
    assert.match(stderr, /^seh: /);
    assert.doesNotMatch(stderr, / at .*\.ts:\d+/);
  });
}

Deno.test("a usage error names the help of its command", async () => {
  const { stderr } = await runInWorld(["export", "--nope"], { cwd });
  assert.match(stderr, /Run `seh export --help`/);
});

Deno.test("the version is printed alone", async () => {
  const { code, stdout } = await runInWorld(["--version"], { cwd });
  assert.equal(code, 0);
  assert.equal(stdout, "0.1.0\n");
});

Deno.test("global options work before and after the command", async () => {
  const folder = await Deno.makeTempDir({ dir: cwd });
  for (const args of [["-q", "init-db"], ["init-db", "-q"], ["init-db", "--quiet"]]) {
    const { code, stderr } = await runInWorld(args, { cwd: folder, env: databaseIn(folder) });
    assert.equal(code, 0);
    assert.equal(stderr, "");
  }
  const config = `${folder}/other.env`;
  await Deno.writeTextFile(config, `SEH_DATABASE_URL=sqlite:///${folder}/other.db\n`);
  for (const args of [["-c", config, "init-db"], ["init-db", "--config", config]]) {
    const { stderr } = await runInWorld(args, { cwd: folder });
    assert.match(stderr, /other\.db: /);
  }
});

Deno.test("a settings file that was named and is not there is a mistake", async () => {
  const { code, stderr } = await runInWorld(["-c", "missing.env", "status"], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /missing\.env cannot be read/);
});

Deno.test("all mistakes in the settings are reported at once", async () => {
  const env = { SEH_API_DAILY_LIMIT: "-1", SEH_LOG_LEVEL: "LOUD", SEH_SITE_ID: "1" };
  const { code, stderr } = await runInWorld(["status"], { cwd, env });
  assert.equal(code, 2);
  for (const name of Object.keys(env)) assert.ok(stderr.includes(name), name);
});

Deno.test("init-db says what it did, and that there is nothing to do the second time", async () => {
  const folder = await Deno.makeTempDir({ dir: cwd });
  const options = { cwd: folder };
  const first = await runSeh(["init-db"], options);
  assert.deepEqual([first.code, first.stdout], [0, ""]);
  assert.match(first.stderr, /seh\.db: the tables are made \(version \d+, \d+ views\)\./);
  const second = await runSeh(["init-db"], options);
  assert.match(second.stderr, /the tables were up to date already/);
});

Deno.test("without a database an export ends with exit code 6 and makes none", async () => {
  const folder = await Deno.makeTempDir({ dir: cwd });
  const { code, stdout, stderr } = await runSeh(["export", "energy"], { cwd: folder });
  assert.deepEqual([code, stdout], [6, ""]);
  assert.match(
    stderr,
    /^seh: There is no database at .*seh\.db yet\. Run: seh sync; where .* seh setup\n$/,
  );
  await assert.rejects(Deno.stat(`${folder}/seh.db`), Deno.errors.NotFound);
});

Deno.test("without a key check-api ends with exit code 2 and says how to get one", async () => {
  const { code, stderr } = await runSeh(["check-api"], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /needs access to SolarEdge\. Run: seh setup .*seh login.*SEH_API_KEY/s);
});

Deno.test("a failure shows where it happened with --verbose only", async () => {
  const folder = await Deno.makeTempDir({ dir: cwd });
  const quiet = await runInWorld(["export", "energy"], { cwd: folder, env: databaseIn(folder) });
  assert.doesNotMatch(quiet.stderr, /\.ts:\d+/);
  const verbose = await runInWorld(["export", "energy", "-v"], {
    cwd: folder,
    env: databaseIn(folder),
  });
  assert.match(verbose.stderr, /\.ts:\d+/);
});

Deno.test("the completion script of each shell asks seh", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await runSeh(["completions", shell], { cwd });
    assert.equal(code, 0);
    assert.match(stdout, /seh complete -- /);
  }
});

Deno.test("the shell is offered commands, options and choices", async () => {
  const offered = async (...words: string[]) => {
    const { stdout } = await runSeh(["complete", "--", ...words], { cwd });
    return stdout.split("\n").map((line) => line.split("\t")[0]);
  };
  assert.ok((await offered("s")).includes("status"));
  assert.ok(!(await offered("")).includes("complete"));
  assert.ok((await offered("export", "--")).includes("--format"));
  assert.deepEqual((await offered("export", "--format", "")).slice(0, 3), [
    "csv",
    "json",
    "ndjson",
  ]);
  assert.ok((await offered("export", "")).includes("sensor-list"));
});

function databaseIn(folder: string): Record<string, string> {
  return { SEH_DATABASE_URL: `sqlite:///${folder}/seh.db` };
}
