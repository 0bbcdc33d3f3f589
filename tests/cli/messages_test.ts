import assert from "node:assert/strict";
import { describe } from "../../src/cli/failure.ts";
import { failureLines, failureText } from "../../src/cli/sync_failure_text.ts";
import { durationText } from "../../src/cli/terminal/human.ts";
import { renderTable } from "../../src/cli/terminal/table.ts";
import { wrapped } from "../../src/cli/terminal/wrapped.ts";
import type { Failure } from "../../src/sync/report.ts";
import { runInWorld } from "../support/captured_world.ts";
import { runSeh } from "../support/run_seh.ts";

const cwd = await Deno.makeTempDir({ prefix: "seh-messages-test-" });
globalThis.addEventListener("unload", () => Deno.removeSync(cwd, { recursive: true }));

function failed(siteId: number | null, endpoint: string | null, facts: Partial<Failure> = {}) {
  const failure: Failure = {
    siteId,
    dataType: "sites",
    device: null,
    kind: "transport",
    endpoint,
    message: "HTTP 500",
    ...facts,
  };
  return failure;
}

Deno.test("a request for a hundred sites that fails is one line, and short", () => {
  const ids = Array.from({ length: 100 }, (_, i) => 5_000_001 + i);
  const endpoint = `/sites/${ids.join(",")}/overview`;
  const failures = ids.map((id) => failed(id, endpoint));
  assert.deepEqual(failureLines(failures), [
    "Failed: sites 5000001, 5000002, 5000003 and 97 more, sites (/sites/5000001,…/overview): HTTP 500",
  ]);
  assert.equal(
    failureText(failures[7]),
    "100 sites: sites failed: /sites/5000001,…/overview: HTTP 500",
  );
});

Deno.test("sites that fail alike share a line; other failures keep their own", () => {
  const lines = failureLines([
    failed(11, "/site/11/overview"),
    failed(12, "/site/12/overview"),
    failed(12, "/site/12/power", { dataType: "power" }),
    failed(12, "/site/12/power", { dataType: "power" }),
    failed(13, null, { kind: "unknown-site", message: "site 13 is not among the sites" }),
    failed(14, null, { kind: "unknown-site", message: "site 14 is not among the sites" }),
    failed(null, "/sites/list"),
  ]);
  assert.deepEqual(lines, [
    "Failed: sites 11, 12, sites (/site/…/overview): HTTP 500",
    "Failed: site 12, power (/site/12/power): HTTP 500 (2 times)",
    "Failed: site 13 is not among the sites",
    "Failed: site 14 is not among the sites",
    "Failed: sites (/sites/list): HTTP 500",
  ]);
});

Deno.test("a file that cannot be written is named, with what to do", () => {
  const text = (error: Error) => describe(error).text;
  assert.equal(
    text(
      new Deno.errors.NotFound(
        "No such file or directory (os error 2): open '/nosuch/energy.csv.part'",
      ),
    ),
    "/nosuch/energy.csv: no such file or directory. Does the folder exist?",
  );
  assert.equal(
    text(new Error("No space left on device (os error 28)")),
    "writing failed: no space left on device. Make room and run again.",
  );
  assert.equal(describe(new Error("No space left on device (os error 28)")).code, 1);
  assert.match(text(new TypeError("x is not a function")), /^unexpected: /);
});

Deno.test("on a terminal long messages break between words; in a pipe they stay one line", async () => {
  const env = { SEH_API_BASE_URL: "ftp://example.com/" };
  const terminal = await runInWorld(["status"], { cwd, env, terminal: true, columns: 60 });
  assert.ok(terminal.stderr.trim().split("\n").every((line) => line.length <= 60), terminal.stderr);
  assert.match(terminal.stderr, /\n {2}SEH_API_BASE_URL .*\n {4}\w/);
  const pipe = await runInWorld(["status"], { cwd, env });
  assert.equal(pipe.stderr.trim().split("\n").length, 2);
  assert.equal(wrapped("  a b\nlonger than that", 9), "  a b\nlonger\n  than\n  that");
  assert.equal(wrapped("an/unbreakable/path is kept", 9), "an/unbreakable/path\n  is kept");
});

Deno.test("wrong usage is answered in few words, with what was probably meant", async () => {
  const stderr = async (...args: string[]) => {
    const result = await runInWorld(args, { cwd });
    assert.deepEqual([result.code, result.stdout], [2, ""], args.join(" "));
    return result.stderr;
  };
  assert.match(
    await stderr("export", "powr"),
    /^seh: unknown dataset 'powr'\. Did you mean power\?/,
  );
  assert.match(await stderr("statsu"), /^seh: unknown command 'statsu'\. Did you mean status\?\n/);
  assert.match(await stderr("help", "statsu"), /^seh: unknown command 'statsu'/);
  assert.match(
    await stderr("-c", "nosuch.env", "status"),
    /nosuch\.env cannot be read: no such file or directory\n/,
  );
});

Deno.test("choosing no type of data at all is wrong usage", async () => {
  const { code, stderr } = await runInWorld(["sync", "--only", "power", "--skip", "power"], {
    cwd,
    env: { SEH_API_KEY: "key", SEH_API_VERSION: "1" },
  });
  assert.equal(code, 2);
  assert.match(stderr, /leave no type of data to fetch/);
});

Deno.test("a duration keeps its two largest units", () => {
  assert.deepEqual([60, 116, 3599].map(durationText), ["1 min", "1 min 56 s", "59 min 59 s"]);
});

Deno.test("a narrow table takes the space from what matters least", () => {
  const text = renderTable(
    [{ head: "name", shrinks: true }, { head: "location", shrinks: "first" }],
    [["Fleet site 0001", "Sampleton, United States"]],
    { borders: false, colour: false, width: 29 },
  );
  assert.equal(text.split("\n")[1], "Fleet site 0001  Sampleton, …");
});

Deno.test("the shell is offered files where a file is wanted, and the next of several types", async () => {
  const folder = await Deno.makeTempDir({ dir: cwd });
  await Deno.writeTextFile(`${folder}/home.env`, "");
  await Deno.mkdir(`${folder}/exports`);
  await Deno.writeTextFile(`${folder}/exports/all.json`, "");
  const offered = async (...words: string[]) => {
    const { stdout } = await runSeh(["complete", "--", ...words], { cwd: folder });
    return stdout.trim().split("\n").map((line) => line.split("\t")[0]);
  };
  assert.deepEqual(await offered("-c", "h"), ["home.env", ":4"]);
  assert.deepEqual(await offered("export", "-o", "ex"), ["exports/", ":6"]);
  assert.deepEqual(await offered("export", "-o", "exports/"), ["exports/all.json", ":4"]);
  assert.deepEqual(await offered("export", "-o", "nosuch/"), [":4"]);
  const types = await offered("sync", "--only", "energy,power-d");
  assert.deepEqual(types, ["energy,power-details", ":4"]);
});
