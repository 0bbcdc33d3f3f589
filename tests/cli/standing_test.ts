// Not in test:fast: a harvest for each way in which a user may stand.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "../../src/database/open.ts";
import { haveGrant } from "../support/have_grant.ts";
import { sample } from "../import/python_truth.ts";
import { type FirstHour, firstHour } from "../support/first_hour.ts";
import { runSeh } from "../support/run_seh.ts";

/** What `seh` alone says; it never fails. */
async function standing(home: FirstHour): Promise<string> {
  const { code, screen } = await home.seh([]);
  assert.equal(code, 0);
  assert.deepEqual(screen.filter((line) => line.length > 80), []);
  return screen.join("\n");
}

const first = (text: string) => /Next:\n {2}(seh \S+)/.exec(text)?.[1];

Deno.test("seh alone says where a homeowner stands and what is next, from nothing to up to date", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  const nothing = await standing(home);
  assert.match(nothing, /^seh is not set up in this folder yet\./);
  assert.equal(first(nothing), "seh setup");

  await Deno.writeTextFile(
    join(home.cwd, ".env"),
    `SEH_OAUTH_CLIENT_ID=${home.clientId}\nSEH_OAUTH_CLIENT_SECRET=${home.clientSecret}\n`,
    { mode: 0o600 },
  );
  const application = await standing(home);
  assert.match(application, /^You are not logged in\./);
  assert.equal(first(application), "seh login");

  const tokens = join(home.cwd, ".local/state/seh/tokens.json");
  await haveGrant(home.server, tokens, 1234567, home.now());
  const settings = await Deno.readTextFile(join(home.cwd, ".env"));
  await Deno.writeTextFile(join(home.cwd, ".env"), "");
  const elsewhere = await standing(home);
  assert.match(elsewhere, /^A login is kept on this machine, but the settings here do not name/);
  assert.equal(first(elsewhere), "seh setup");
  await Deno.writeTextFile(join(home.cwd, ".env"), settings);

  const login = await standing(home);
  assert.match(login, /^seh may read site 1234567\..*Nothing has been fetched yet\./s);
  assert.match(login, /57 of the 2,000 credits\s+a month and takes about 6 minutes/);
  assert.equal(first(login), "seh sync");

  assert.equal((await home.seh(["sync"])).code, 0);
  home.pass({ minutes: 9 });
  const fresh = await standing(home);
  assert.match(fresh, /^Example Home: everything up to date 9 min ago\./);
  assert.equal(first(fresh), "seh status");

  home.pass({ hours: 24 * 31 });
  const over = await standing(home);
  assert.match(over, /^seh may no longer read site 1234567: the access ended on/);
  assert.equal(first(over), "seh login");
  const requests = home.server.requests.length;
  await standing(home);
  assert.equal(home.server.requests.length, requests);
});

Deno.test("seh alone names a sync that did not go well, and a wrong setting, and does not fail", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  const file = join(home.cwd, ".env");
  const settings = `SEH_API_KEY=${home.fleetKey}\nSEH_API_VERSION=2\n`;
  await Deno.writeTextFile(file, settings, { mode: 0o600 });
  home.server.inject({ kind: "wrong-shape", endpoint: "/v2/sites/{id}/power", times: Infinity });
  assert.equal((await home.seh(["sync"])).code, 5);
  assert.match(await standing(home), /The last sync ended with some data missing\./);
  await Deno.writeTextFile(file, "SEH_API_KEYY=1\n");
  assert.match(await standing(home), /^Something is wrong: a setting is wrong:\n.*SEH_API_KEY/s);
});

Deno.test("seh alone says that data is here where it was imported and seh has no access", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-standing-" });
  try {
    // A process of its own: only that has the permissions of those who use seh.
    const imported = await runSeh(["import", sample("python-tool-new.db")], {
      cwd,
      asProcess: true,
    });
    assert.equal(imported.code, 0, imported.stderr);
    const { code, stdout } = await runSeh([], { cwd });
    assert.equal(code, 0);
    assert.match(stdout, /: data is here\. seh has no access to SolarEdge yet\./);
    assert.equal(first(stdout), "seh status");
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("a sync that is still running is found from one that was broken off, by seh, status and doctor", async () => {
  await using home = await firstHour(80, { perMinute: 1000 });
  const settings = `SEH_API_KEY=${home.fleetKey}\nSEH_API_VERSION=2\n`;
  await Deno.writeTextFile(join(home.cwd, ".env"), settings, { mode: 0o600 });
  assert.equal((await home.seh(["sync"])).code, 0);
  home.pass({ minutes: 2 });
  const holder = { host: "here", pid: 1, since: home.now() };
  const database = await openDatabase(`sqlite:///${home.cwd}/seh.db`);
  await database.recordRun({ runId: `${holder.since} here`, holder });
  const found = async () => [
    await standing(home),
    (await home.seh(["status"])).screen.join("\n"),
    (await home.seh(["doctor", "--offline"])).screen.join("\n"),
  ];
  {
    await using _lock = await database.lock(holder);
    await database.close();
    const running = await found();
    for (const text of running) {
      assert.match(text, /A sync began 0 s ago\s+and\s+is\s+still\s+running\./);
    }
    assert.equal(first(running[0]), "seh status");
  }
  const over = await found();
  for (const text of over) assert.match(text, /The last sync \(0 s ago\)\s+did\s+not\s+finish\./);
  assert.equal(first(over[0]), "seh sync");
});
