import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../src/database/open.ts";
import { isDatabaseError, LockedError } from "../../src/database/database_error.ts";
import { powerDelivery, quarterHours } from "./deliveries.ts";

const holder = { host: "here", pid: 1, since: Temporal.Instant.from("2026-06-01T12:00:00Z") };

/** Runs the work in a folder that is gone afterwards. */
function test(name: string, work: (folder: string) => Promise<void>, ignore = false): void {
  Deno.test({
    name: `sqlite: ${name}`,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "seh-sharing-" });
      try {
        await work(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

async function filled(path: string) {
  const database = await openDatabase(`sqlite:///${path}`);
  await database.migrate();
  await database.save(powerDelivery(quarterHours("2026-05-01", 4)));
  return database;
}

test("a database that is reached through a link has one lock, whatever name is used", async (folder) => {
  const database = await filled(`${folder}/real.db`);
  await Deno.symlink("real.db", `${folder}/link.db`);
  await Deno.symlink("link.db", `${folder}/link of link.db`);
  {
    await using _lock = await database.lock(holder);
    for (const name of ["link.db", "link of link.db"]) {
      const other = await openDatabase(`sqlite:///${folder}/${name}`);
      await assert.rejects(other.lock(holder), LockedError);
      await other.close();
    }
  }
  const other = await openDatabase(`sqlite:///${folder}/link.db`);
  await (await other.lock(holder))[Symbol.asyncDispose]();
  await other.close();
  await database.close();
});

test("a link in the place of the lock is refused, and what it leads to stays as it is", async (folder) => {
  const database = await filled(`${folder}/seh.db`);
  await Deno.writeTextFile(`${folder}/precious`, "precious");
  await Deno.symlink("precious", `${folder}/seh.db.lock`);
  await assert.rejects(
    database.lock(holder),
    (error) => isDatabaseError(error, "refused") && /seh\.db\.lock.*remove it/.test(error.message),
  );
  assert.equal(await Deno.readTextFile(`${folder}/precious`), "precious");
  await database.close();
});

test("while nobody writes, another user who may only read can read", async (folder) => {
  const path = `${folder}/seh.db`;
  await (await filled(path)).close();
  // Those who only looked leave it so, too.
  await (await openDatabase(`sqlite:///${path}`, { create: false })).close();
  await Deno.chmod(path, 0o444);
  await Deno.chmod(folder, 0o555);
  try {
    // The superuser may write everything.
    const other = Deno.uid() === 0
      ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
      : [];
    const [command, ...args] = [...other, "sqlite3", path, "select count(*) from power_readings"];
    const { code, stdout, stderr } = await new Deno.Command(command, { args }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.equal(new TextDecoder().decode(stdout).trim(), "4");
  } finally {
    await Deno.chmod(folder, 0o755);
  }
}, !isThere("/usr/bin/sqlite3"));

test("while it is open, it can be read and written at once", async (folder) => {
  const database = await filled(`${folder}/seh.db`);
  const reader = new DatabaseSync(`${folder}/seh.db`, { readOnly: true });
  reader.exec("begin");
  assert.equal(reader.prepare("select count(*) as n from power_readings").get()!.n, 4);
  assert.equal((await database.save(powerDelivery(quarterHours("2026-05-02", 4)))).inserted, 4);
  reader.exec("commit");
  assert.equal(reader.prepare("select count(*) as n from power_readings").get()!.n, 8);
  // Closed while somebody reads: nothing is lost, and the last one tidies up.
  await database.close();
  assert.equal(reader.prepare("select count(*) as n from power_readings").get()!.n, 8);
  reader.close();
});

test("a loop over rows lets a signal through", async (folder) => {
  const database = await filled(`${folder}/seh.db`);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const pages = database.read({ table: "power_readings" });
  for await (const _page of pages) {
    const until = performance.now() + 120;
    while (performance.now() < until);
  }
  clearInterval(timer);
  assert.ok(ticks > 0, "nothing else had a turn");
  await database.close();
});

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
