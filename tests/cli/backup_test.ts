// Not in test:fast: backups while a sync runs.
import assert from "node:assert/strict";
import { sumOf } from "../../src/database/copy.ts";
import { openDatabase } from "../../src/database/open.ts";
import { tables } from "../../src/model/tables.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { saveSmallHarvest } from "../database/small_harvest.ts";
import { creditWorld } from "../support/credit_world.ts";
import { kinds } from "../support/on_each_database.ts";
import { inTurns } from "../support/scope.ts";
import { runSeh } from "../support/run_seh.ts";
import { onBundle } from "../support/scope.ts";

/** Rows and checksum of each table, as `seh copy` compares them. */
async function sums(url: string): Promise<Record<string, string>> {
  const database = await openDatabase(url, { create: false });
  try {
    const { signal } = new AbortController();
    const found: [string, string][] = [];
    for (const table of tables.filter((one) => one.name !== "schema_migrations")) {
      const { rows, sha256 } = await sumOf(database, table, { signal });
      found.push([table.name, `${rows} ${sha256}`]);
    }
    return Object.fromEntries(found);
  } finally {
    await database.close();
  }
}

Deno.test("a backup while a sync runs is whole, and a database restored from it goes on", async () => {
  const home = homeSite({ firstDay: "2026-06-08", installationDate: "2026-06-08" });
  await using world = await creditWorld("2026-06-20T10:07:00Z", [home]);
  await world.seh(["init-db", "-q"]);
  const file = `${world.folder}/seh.db`;
  await Deno.chmod(file, 0o640);
  let running = true;
  const sync = world.seh(["sync", "-q", "--full"]).finally(() => running = false);
  const backups: string[] = [];
  while (running) {
    const name = `${world.folder}/backup-${backups.length}.db`;
    const { code, stderr } = await world.seh(["backup", name]);
    assert.equal(code, 0, stderr);
    backups.push(name);
  }
  assert.equal((await sync).code, 0);
  const counts: number[] = [];
  for (const name of backups) {
    assert.equal((await Deno.stat(name)).mode! & 0o777, 0o640);
    const database = await openDatabase(`sqlite:///${name}`, { create: false });
    const [, rows] = await Promise.all([database.state(), database.query("row_counts", {})]);
    counts.push(rows.reduce((sum, one) => sum + Number(one.row_count), 0));
    await database.close();
  }
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
  assert.ok(counts.some((one) => one < counts.at(-1)!), `backups while rows came: ${counts}`);

  // The first backup takes the place of the database: the next sync fetches what had not come by then.
  const whole = await sums(`sqlite:///${file}`);
  const last = `${world.folder}/last.db`;
  assert.equal((await world.seh(["backup", last])).code, 0);
  assert.deepEqual(await sums(`sqlite:///${last}`), whole);
  await Deno.remove(file);
  await Deno.copyFile(backups[0], file);
  assert.equal((await world.seh(["sync", "-q", "--full"])).code, 0);
  const { power_readings, energy_details } = await sums(`sqlite:///${file}`);
  assert.deepEqual([power_readings, energy_details], [whole.power_readings, whole.energy_details]);
});

Deno.test("a backup replaces nothing without --force, and never the database itself", async () => {
  await using world = await creditWorld("2026-06-20T10:07:00Z", []);
  await world.seh(["init-db", "-q"]);
  await Deno.writeTextFile(`${world.folder}/notes.txt`, "mine");
  const refused = await world.seh(["backup", "notes.txt"]);
  assert.deepEqual([refused.code, refused.stderr], [
    2,
    "seh: notes.txt is there already; --force replaces it.\n",
  ]);
  assert.equal(await Deno.readTextFile(`${world.folder}/notes.txt`), "mine");
  const itself = await world.seh(["backup", "--force", "./seh.db"]);
  assert.match(itself.stderr, /^seh: \.\/seh\.db is the database itself; name another file\.$/m);
  const nowhere = await world.seh(["backup", "no/where.db"]);
  assert.match(nowhere.stderr, /^seh: There is no folder .*; make it first\.$/m);
  assert.deepEqual([itself.code, nowhere.code], [2, 2]);
  const done = await world.seh(["backup", "--force", "notes.txt", "--json"]);
  assert.equal(done.code, 0, done.stderr);
  assert.equal(JSON.parse(done.stdout).tables, tables.length);
  await world.seh(["backup", "copy.db"]);
  const files = [...Deno.readDirSync(world.folder)].map((one) => one.name);
  assert.deepEqual(files.filter((one) => one.endsWith(".part")), []);
});

Deno.test("a backup goes to a file: not to a folder, a device or stdout", async () => {
  await using world = await creditWorld("2026-06-20T10:07:00Z", []);
  await world.seh(["init-db", "-q"]);
  await Deno.mkdir(`${world.folder}/place`);
  const refusals: [string, RegExp][] = [
    ["place", /place is a folder; name a file in it, for example place\/seh\.db/],
    ["-", /A backup is read again to check it\. Name a file for it/],
  ];
  if (Deno.build.os !== "windows") refusals.push(["/dev/null", /\/dev\/null is no file/]);
  for (const [target, says] of refusals) {
    const { code, stderr } = await world.seh(["backup", target, "--force"]);
    assert.equal(code, 2, target);
    assert.match(stderr, says);
  }
  assert.deepEqual([...Deno.readDirSync(`${world.folder}/place`)], []);
});

Deno.test({
  name: "a backup for which there is no room is told by its name, and leaves nothing behind",
  ignore: onBundle || Deno.build.os !== "linux",
  async fn() {
    await using world = await creditWorld("2026-06-20T10:07:00Z", []);
    await world.seh(["init-db", "-q"]);
    // A limit on the size of files is what a full disk is to SQLite.
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh", Deno.execPath()]
        .concat(["run", "-A", "--quiet", "--no-check", "main.ts"])
        .concat(["backup", `${world.folder}/full.db`]),
      cwd: new URL("../../", import.meta.url).pathname,
      env: {
        SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
        XDG_CONFIG_HOME: world.folder,
        XDG_STATE_HOME: world.folder,
      },
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 6, said);
    assert.match(said, /full\.db: the disk (is full|failed to read or write)/);
    const files = [...Deno.readDirSync(world.folder)].map((one) => one.name);
    assert.deepEqual(files.filter((one) => one.startsWith("full")), []);
  },
});

for (const kind of inTurns(kinds.filter((one) => one.name !== "sqlite"), "backup")) {
  Deno.test(
    `${kind.name}: the backup is a copy into a file, and comes back from it`,
    { ignore: kind.fresh === null },
    async () => {
      await using server = await kind.fresh!();
      await using restored = await kind.fresh!();
      const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
      try {
        const database = await openDatabase(server.url);
        await database.migrate();
        await saveSmallHarvest(database);
        await database.close();
        const env = { SEH_DATABASE_URL: server.url, RESTORED_URL: restored.url };
        const refused = await runSeh(["backup", "seh.db"], { cwd: folder, env });
        assert.equal(refused.code, 2);
        assert.match(refused.stderr, /pg_dump or mariadb-dump.*seh copy --to sqlite/);
        const file = `sqlite:///${folder}/backup.db`;
        for (const args of [["--to", file], ["--from", file, "--to", "env:RESTORED_URL"]]) {
          const { code, stderr } = await runSeh(["copy", ...args], { cwd: folder, env });
          assert.equal(code, 0, stderr);
        }
        assert.deepEqual(await sums(restored.url), await sums(server.url));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
