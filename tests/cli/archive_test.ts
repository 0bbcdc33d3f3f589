// Not in test:fast: whole harvests, read again.
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { creditWorld } from "../support/credit_world.ts";
import { runSeh } from "../support/run_seh.ts";

const since = { firstDay: "2026-06-18", installationDate: "2026-06-18" };

/** A sync of two sites with its answers kept in `answers`. */
async function archived() {
  const sites = [homeSite(since), houseSite(since)];
  const world = await creditWorld("2026-06-20T16:07:00Z", sites);
  const env = { SEH_ARCHIVE_DIR: "answers" };
  const synced = await world.seh(["sync", "-q", "--full"], env);
  assert.equal(synced.code, 0, synced.stderr);
  return {
    ...world,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    seh: (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      world.seh(args, { ...env, ...more }),
  };
}

/** Every file of a folder and those below it, by its path. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

Deno.test("every answer is kept, a file for each day and site, without a credential in any form", async () => {
  await using world = await archived();
  const folder = `${world.folder}/answers`;
  const files = filesIn(folder).map((one) => one.slice(folder.length + 1)).sort();
  assert.deepEqual(files, [
    "1234567/2026-06-20.ndjson.gz",
    "2345678/2026-06-20.ndjson.gz",
    "account/2026-06-20.ndjson.gz",
  ]);
  const texts = files.map((one) => {
    assert.equal(Deno.statSync(`${folder}/${one}`).mode! & 0o777, 0o600);
    // As zcat reads it.
    return gunzipSync(Deno.readFileSync(`${folder}/${one}`)).toString();
  });
  const lines = texts.flatMap((one) => one.trimEnd().split("\n").map((line) => JSON.parse(line)));
  assert.equal(lines.length, world.simulator.requests.length);
  const statuses = new Set(lines.map((one) => one.status));
  assert.ok(statuses.has(200));
  for (const one of lines) {
    assert.match(one.at, /^2026-06-20T16:\d\d:/);
    assert.match(one.endpoint, /^\/sites/);
    assert.equal(typeof one.body, "string");
  }
  const key = world.simulator.fleetKey;
  for (const form of [key, btoa(key), encodeURIComponent(key)]) {
    assert.ok(!texts.join("").includes(form));
  }
});

Deno.test("a key that the server repeats in an answer is not kept either", async () => {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const key = request.headers.get("x-api-key") ?? "";
    const repeated = { message: `${key} is refused`, address: `${request.url}?api_key=${key}` };
    return Response.json({ ...repeated, escaped: encodeURIComponent(key) }, { status: 401 });
  });
  const cwd = await Deno.makeTempDir({ prefix: "seh-test-" });
  try {
    const key = "W+RONG/KEY=123";
    const { code } = await runSeh(["check-api"], {
      cwd,
      env: {
        SEH_ARCHIVE_DIR: "answers",
        SEH_API_KEY: key,
        SEH_API_VERSION: "2",
        SEH_API_BASE_URL: `http://127.0.0.1:${server.addr.port}`,
      },
    });
    assert.equal(code, 4);
    const [text, ...more] = filesIn(`${cwd}/answers`).map((one) =>
      gunzipSync(Deno.readFileSync(one)).toString()
    );
    assert.deepEqual(more, []);
    assert.match(text, /"status":401/);
    assert.match(text, /\*\*\* is refused/);
    assert.doesNotMatch(text, /RONG|KEY=|KEY%3D/);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("a reparse needs no key, sends nothing, and goes on where the last one stopped", async () => {
  await using world = await archived();
  const syncAt = async (now: string) => {
    world.setNow(now);
    assert.equal((await world.seh(["sync", "-q"])).code, 0);
  };
  await syncAt("2026-06-21T16:07:00Z");
  world.simulator.clearRequests();
  const into = { SEH_DATABASE_URL: "sqlite:///./again.db", SEH_API_KEY: "" };
  const first = await world.seh(["reparse", "--json"], into);
  assert.equal(first.code, 0, first.stderr);
  const report = JSON.parse(first.stdout);
  assert.ok(report.answers > 5 && report.inserted > 1000);
  const exported = (env: Record<string, string>) =>
    world.seh(["export", "power", "-f", "csv", "-o", "-"], env);
  const [a, b] = [await exported({}), await exported(into)];
  const withoutWriting = (text: string) => text.replaceAll(/,[^,]*$/gm, "");
  assert.equal(withoutWriting(b.stdout), withoutWriting(a.stdout));
  const asked = world.simulator.requests.length;
  await syncAt("2026-06-22T16:07:00Z");
  const fresh = world.simulator.requests.length - asked;
  world.simulator.clearRequests();
  const second = await world.seh(["reparse", "--json"], into);
  const more = JSON.parse(second.stdout);
  assert.ok(more.inserted > 0);
  assert.ok(more.answers >= fresh && more.answers < report.answers, second.stdout);
  const [c, d] = [await exported({}), await exported(into)];
  assert.equal(withoutWriting(d.stdout), withoutWriting(c.stdout));
  const { code, stdout } = await world.seh(["status"], into);
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /reparse/);
  assert.deepEqual(world.simulator.requests, []);
});

Deno.test("a reparse into a database with other data asks for --all", async () => {
  await using world = await archived();
  const refused = await world.seh(["reparse"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /holds data that did not come from this archive\..*--all/s);
  const all = await world.seh(["reparse", "--all"]);
  assert.equal(all.code, 0, all.stderr);
  assert.match(all.stderr, /^[\d,]+ answers read: 0 new rows/m);
  const none = await world.seh(["reparse"], { SEH_ARCHIVE_DIR: "" });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /Set SEH_ARCHIVE_DIR/);
});

Deno.test("--prune deletes the days that are too old, and nothing else", async () => {
  await using world = await archived();
  const folder = `${world.folder}/answers`;
  const before = filesIn(folder).length;
  const site = `${folder}/1234567`;
  for (const day of ["2025-05-15", "2025-05-16", "2025-05-17"]) {
    await Deno.writeTextFile(`${site}/${day}.ndjson.gz`, "x");
  }
  await Deno.writeTextFile(`${site}/notes.txt`, "mine");
  const { code, stderr } = await world.seh(["reparse", "--prune", "400d"]);
  assert.deepEqual([code, stderr], [0, "1 file of answers before 2025-05-16 deleted (1 bytes).\n"]);
  assert.equal(filesIn(folder).length, before + 3);
  const wrong = await world.seh(["reparse", "--prune", "old"]);
  assert.equal(wrong.code, 2);
});

Deno.test("an archive that cannot be written is reported once and costs no data", async () => {
  await using world = await creditWorld("2026-06-20T16:07:00Z", [houseSite(since)]);
  await Deno.writeTextFile(`${world.folder}/answers`, "a file, no folder");
  const { code, stderr } = await world.seh(["sync"], { SEH_ARCHIVE_DIR: "answers" });
  assert.equal(code, 0, stderr);
  assert.equal(stderr.match(/answers are not kept in .*\(SEH_ARCHIVE_DIR\)/g)?.length, 1);
});
