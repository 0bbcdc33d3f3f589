// Not in test:fast: processes that are killed in the middle.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import { tables } from "../../src/model/tables.ts";
import { noon, powerDelivery, quarterHours } from "../database/deliveries.ts";
import { saveSmallHarvest, smallHarvestRows } from "../database/small_harvest.ts";
import { runInWorld } from "../support/captured_world.ts";
import { runSeh, spawnSeh } from "../support/run_seh.ts";
import { storedRows } from "../support/stored_rows.ts";

/** A folder with a small harvest in `seh.db`. */
function test(name: string, run: (folder: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
    try {
      await using source = await opened(`${folder}/seh.db`);
      await source.database.migrate();
      await saveSmallHarvest(source.database);
      await run(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function opened(file: string): Promise<{ database: Database } & AsyncDisposable> {
  const database = await openDatabase(`sqlite:///${file}`);
  return { database, [Symbol.asyncDispose]: () => database.close() };
}

const holder = { host: "attic", pid: 4711, since: noon };

test("a harvest is copied from the database of the settings, and both are equal", async (folder) => {
  const { code, stdout, stderr } = await runSeh(["copy", "--to", "sqlite:///./copy.db"], {
    cwd: folder,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^power_readings +500 +500 +[0-9a-f]{12} +equal$/m);
  assert.match(stdout, /^coverage +2 +2 +[0-9a-f]{12} +equal$/m);
  assert.doesNotMatch(stdout, /schema_migrations/);
  assert.match(
    stderr,
    new RegExp(`^${smallHarvestRows} rows copied; .*copy\\.db is equal to .*seh\\.db\\.$`, "m"),
  );
  await using source = await opened(`${folder}/seh.db`);
  await using target = await opened(`${folder}/copy.db`);
  for (const { name } of tables.filter((one) => one.name !== "schema_migrations")) {
    assert.deepEqual(
      await storedRows(target.database, name),
      await storedRows(source.database, name),
    );
  }
});

test("the comparison comes as JSON, and addresses from the environment", async (folder) => {
  const options = {
    cwd: folder,
    env: { OLD_URL: `sqlite:///${folder}/seh.db`, NEW_URL: `sqlite:///${folder}/copy.db` },
  };
  const args = ["copy", "--from", "env:OLD_URL", "--to", "env:NEW_URL", "--json"];
  const first = JSON.parse((await runSeh(args, options)).stdout);
  assert.equal(first.equal, true);
  assert.equal(first.rows, smallHarvestRows);
  assert.equal(first.rows_written, smallHarvestRows);
  assert.equal(first.tables.length, tables.length - 1);
  const power = first.tables.find((one: { table: string }) => one.table === "power_readings");
  assert.deepEqual(power.source, power.target);
  assert.equal(power.target.rows, 500);
  assert.match(power.target.sha256, /^[0-9a-f]{64}$/);

  const again = JSON.parse((await runSeh(args, options)).stdout);
  assert.deepEqual([again.equal, again.rows_written], [true, 0]);
});

test("a copy that is not equal ends with 1 and says where", async (folder) => {
  await using target = await opened(`${folder}/copy.db`);
  await target.database.migrate();
  using other = new DatabaseSync(`${folder}/copy.db`);
  other.exec(`create trigger lossy after insert on power_readings when new.site_id = 2
    begin delete from power_readings where site_id = 2; end`);
  const { code, stdout, stderr } = await runSeh(["copy", "--to", "sqlite:///./copy.db"], {
    cwd: folder,
  });
  assert.equal(code, 1, stderr);
  assert.match(stdout, /^power_readings +500 +250 +[0-9a-f]{12} +500 rows in the source$/m);
  assert.match(stderr, /copy\.db is not equal to .*seh\.db in power_readings\./);
});

test("a target with other data is refused with 6 and left alone", async (folder) => {
  await using target = await opened(`${folder}/copy.db`);
  await target.database.migrate();
  await target.database.save(powerDelivery(quarterHours("2026-05-01", 3)));
  const { code, stderr } = await runSeh(["copy", "--to", "sqlite:///./copy.db"], { cwd: folder });
  assert.equal(code, 6);
  assert.match(stderr, /copy\.db holds data of its own: in power_readings the row of site_id 1/);
  assert.match(stderr, /copy into an empty database/);
  assert.equal((await storedRows(target.database, "power_readings")).length, 3);
  assert.deepEqual(await storedRows(target.database, "sites"), []);
});

test("a database is not copied into itself, under whatever name", async (folder) => {
  await Deno.symlink(`${folder}/seh.db`, `${folder}/other.db`);
  for (const name of ["seh.db", "other.db"]) {
    const { code, stderr } = await runSeh(["copy", "--to", `sqlite:///./${name}`], { cwd: folder });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--from and --to are the same database/);
  }
});

test("while a sync holds the source or the target a copy waits for another time", async (folder) => {
  await using source = await opened(`${folder}/seh.db`);
  await using target = await opened(`${folder}/copy.db`);
  for (const { database } of [source, target]) {
    await using _lock = await database.lock(holder);
    const { code, stderr } = await runSeh(["copy", "--to", "sqlite:///./copy.db"], { cwd: folder });
    assert.equal(code, 75, stderr);
    assert.match(stderr, /another sync is running on attic, since \d\d:\d\d on /);
  }
  const { code } = await runSeh(["copy", "--to", "sqlite:///./copy.db"], { cwd: folder });
  assert.equal(code, 0);
});

test("a copy holds both locks until its end", async (folder) => {
  const url = (name: string) => `sqlite:///${folder}/${name}`;
  const isFree = (name: string) => {
    using file = Deno.openSync(`${folder}/${name}.lock`, { read: true, write: true });
    return file.tryLockSync(true);
  };
  const names = ["seh.db", "copy.db"];
  const during: boolean[] = [];
  const { code } = await runInWorld(
    ["copy", "--from", url("seh.db"), "--to", url("copy.db")],
    { cwd: folder, onOutput: () => during.push(...names.map(isFree)) },
  );
  assert.equal(code, 0);
  assert.deepEqual(during, [false, false]);
  assert.deepEqual(names.map(isFree), [true, true]);
});

test("from an empty or missing database nothing is copied and no target is made", async (folder) => {
  await using empty = await opened(`${folder}/empty.db`);
  await empty.database.migrate();
  for (
    const [name, says] of [["empty.db", /holds no site/], ["none.db", /no database at/]] as const
  ) {
    const { code, stderr } = await runSeh(
      ["copy", "--from", `sqlite:///./${name}`, "--to", "sqlite:///./copy.db"],
      { cwd: folder },
    );
    assert.equal(code, 6);
    assert.match(stderr, says);
    await assert.rejects(Deno.stat(`${folder}/copy.db`), Deno.errors.NotFound);
  }
});

test("a wrong address is reported under the name of its option", async (folder) => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["--to", "copy.db"], /--to is not a URL/],
    [["--to", "env:NOWHERE"], /--to env:NOWHERE: the environment variable NOWHERE is not set/],
    [["--to", ""], /--to needs the URL of a database/],
    [["--from", "oracle://x", "--to", "sqlite:///./copy.db"], /--from begins with oracle/],
    [[], /required option '--to <URL>' not specified/],
  ];
  for (const [args, says] of cases) {
    const { code, stderr } = await runSeh(["copy", ...args], { cwd: folder });
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /SEH_DATABASE_URL/);
  }
});

test("no password of either address is ever shown", async (folder) => {
  const url = "postgresql://user:s3cret%21word@127.0.0.1:1/db";
  const options = { cwd: folder, env: { TARGET_URL: url } };
  for (
    const args of [
      ["--to", url],
      [`--to=${url}`],
      ["--to", "env:TARGET_URL"],
      ["--from", url, "--to", "sqlite:///./copy.db"],
      ["--to", url, url],
      ["--to", url, `--too=${url}`],
    ]
  ) {
    const { code, stdout, stderr } = await runSeh(["copy", "--verbose", ...args], options);
    assert.notEqual(code, 0);
    assert.notEqual(stderr, "");
    assert.doesNotMatch(stdout + stderr, /s3cret/);
  }
});

test("progress is shown on a terminal alone, and --quiet leaves nothing but errors", async (folder) => {
  const url = (name: string) => `sqlite:///${folder}/${name}`;
  const args = (name: string) => ["copy", "--from", url("seh.db"), "--to", url(name)];
  const shown = await runInWorld(args("a.db"), { cwd: folder, terminal: true });
  assert.match(shown.stderr, /copying power_readings: 500 rows/);
  assert.match(shown.stderr, /checking coverage: 2 rows/);
  const piped = await runInWorld(args("b.db"), { cwd: folder });
  assert.doesNotMatch(piped.stderr, /copying|checking/);
  const quiet = await runInWorld([...args("c.db"), "--quiet"], { cwd: folder, terminal: true });
  assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
});

test("a copy that is interrupted ends with 130, and the next one goes on", async (folder) => {
  const args = [
    "copy",
    "--from",
    `sqlite:///${folder}/seh.db`,
    "--to",
    `sqlite:///${folder}/to.db`,
  ];
  const interrupt = new AbortController();
  interrupt.abort(new DOMException("interrupted", "AbortError"));
  const stopped = await runInWorld(args, { cwd: folder, signal: interrupt.signal });
  assert.equal(stopped.code, 130);
  assert.match(stopped.stderr, /Stopped\. What was saved before stays saved\./);
  const next = await runInWorld(args, { cwd: folder });
  assert.equal(next.code, 0, next.stderr);
});

test("a copy of many rows stops within seconds when it is interrupted, and goes on when started again", async (folder) => {
  const rows = 150_000;
  {
    const raw = new DatabaseSync(`${folder}/seh.db`);
    raw.exec(`
      insert into power_readings (site_id, timestamp, interval_s, local_time, power_w, source, updated_at)
      with recursive n(i) as (select 0 union all select i + 1 from n where i < ${rows - 1})
      select 1234567, strftime('%Y-%m-%dT%H:%M:%SZ', 900 * i, 'unixepoch'), 900,
        strftime('%Y-%m-%dT%H:%M:%S', 900 * i, 'unixepoch'), i, 'v1', '2026-06-01T12:00:00Z'
      from n`);
    raw.close();
  }
  const child = spawnSeh(["copy", "--to", "sqlite:///./copy.db"], { cwd: folder });
  const output = child.output();
  // While it writes.
  for (let waits = 0; waits < 500; waits++) {
    const size = Math.max(...["copy.db", "copy.db-wal"].map((name) => {
      try {
        return Deno.statSync(`${folder}/${name}`).size;
      } catch {
        return 0;
      }
    }));
    if (size > 4_000_000) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const asked = performance.now();
  child.kill("SIGINT");
  const { code } = await output;
  assert.ok(performance.now() - asked < 5000, `${performance.now() - asked} ms`);
  assert.notEqual(code, 0);
  const raw = new DatabaseSync(`${folder}/copy.db`, { readOnly: true });
  const { n } = raw.prepare("select count(*) as n from power_readings").get()!;
  raw.close();
  assert.ok(Number(n) < rows, String(n));
  const again = await runSeh(["copy", "--to", "sqlite:///./copy.db"], { cwd: folder });
  assert.equal(again.code, 0, again.stderr);
});
