import assert from "node:assert/strict";
import { createConnection } from "mysql2/promise";
import { DatabaseError, type DatabaseErrorKind } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { newName } from "../support/new_name.ts";
import { rows } from "./conformance/dialect.ts";
import { noon, powerDelivery, quarterHours } from "./deliveries.ts";

const server = await startMariadb();
const ignore = server === null;

type Place = Awaited<ReturnType<NonNullable<typeof server>["fresh"]>>;

/** A test with an empty database of its own. */
function test(name: string, run: (place: Place) => Promise<void>): void {
  Deno.test(`mariadb: ${name}`, { ignore }, async () => {
    await using place = await server!.fresh();
    await run(place);
  });
}

async function refuses(url: string, kind: DatabaseErrorKind, says: RegExp): Promise<void> {
  await assert.rejects(openDatabase(url), (error) => {
    assert.ok(error instanceof DatabaseError, String(error));
    assert.match(error.message, says);
    assert.equal(error.kind, kind);
    assert.doesNotMatch(error.message + Deno.inspect(error), /hunter/);
    return true;
  });
}

async function migrated(url: string) {
  const database = await openDatabase(url);
  await database.migrate();
  return database;
}

test("addresses as SQLAlchemy writes them, of sockets and of IPv6 lead to the database", async (place) => {
  const { folder, port } = server!;
  await server!.admin(`
    grant all on ${place.database}.* to 'per cent'@'%' identified by 'hunter/2:@#?%é';
    grant all on ${place.database}.* to 'per cent'@localhost identified by 'hunter/2:@#?%é'`);
  const login = "per%20cent:hunter%2F2%3A%40%23%3F%25%C3%A9";
  const urls = [
    `mariadb+mariadbconnector://${login}@${server!.host}:${port}/${place.database}`,
    `mysql+pymysql://${login}@${server!.host}:${port}/${place.database}?charset=utf8mb4`,
    `mysql://${login}@${server!.host}:${port}/${place.database}?ssl=false`,
  ];
  if (folder) {
    urls.push(`mariadb://${login}@/${place.database}?unix_socket=${folder}/socket`);
    urls.push(`mariadb://${login}@[::1]:${port}/${place.database}`);
  }
  for (const url of urls) {
    const database = await openDatabase(url);
    assert.equal(await database.state(), "empty");
    assert.doesNotMatch(database.address, /hunter/);
    await database.close();
  }
  await server!.admin("drop user 'per cent'@'%'; drop user 'per cent'@localhost");
});

test("each kind of failure is reported, without a password", async (place) => {
  const { host, port, folder } = server!;
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const unused = silent.addr.port;
  silent.close();
  await refuses(
    `mariadb://root:hunter2@127.0.0.1:${unused}/db`,
    "unreachable",
    /no server answers/,
  );
  await refuses(
    "mariadb://root:hunter2@/db?unix_socket=/nowhere/hunted",
    "unreachable",
    /no such socket/,
  );
  await refuses(
    `mariadb://nobody_here:hunter2@${host}:${port}/${place.database}`,
    "refused",
    /user or password/,
  );
  await refuses(server!.url("not_there"), "unreachable", /no such database/);
  if (folder) {
    await refuses(`${place.url}?sslmode=require`, "refused", /no TLS/);
    await refuses(`${place.url}?ssl=verify-full`, "refused", /no TLS/);
  }
  const user = newName("reader");
  await server!.admin(`create user ${user}@'%' identified by 'hunter2'`);
  const reader = `mariadb://${user}:hunter2@${host}:${port}/${place.database}`;
  await refuses(reader, "refused", /may not use the database/);
  await server!.admin(`grant select on ${place.database}.* to ${user}@'%'`);
  const reading = await openDatabase(reader);
  await assert.rejects(
    reading.migrate(),
    (error) => error instanceof DatabaseError && error.kind === "refused",
  );
  await reading.close();
  await server!.admin(`drop user ${user}@'%'`);
});

Deno.test("mariadb: an address that cannot be right is reported without showing a password", async () => {
  const bad = [
    "mariadb://user:hunter2@host",
    "mariadb://user:hunter2@host/",
    "mariadb://user:hunter2@host:port/db",
    "mariadb://user:hunter2@host/db?ssl=perhaps",
    "mariadb://user:hunter2@host/db?init_command=x",
    "mariadb://user:hunter%2@host/db",
    "mysql+pymysql://user:hunter2@host:99999/db",
  ];
  for (const url of bad) {
    await assert.rejects(openDatabase(url), (error) => {
      assert.match(String(error), /SEH_DATABASE_URL/);
      assert.doesNotMatch(String(error), /hunter2/);
      return true;
    }, url);
  }
});

test("a delivery whose connection is lost leaves nothing, and the next delivery is saved", async (place) => {
  const database = await migrated(place.url);
  const times = quarterHours("2026-03-01", 300);
  const [power] = powerDelivery(times).harvest.rows;
  const details = {
    ...power,
    table: "power_details" as const,
    columns: ["site_id", "timestamp", "local_time", "interval_s", "production_w"],
  };
  const blocking = await createConnection(
    server!.url(place.database).replace(/^\w+(\+\w+)?:/, "mysql:"),
  );
  await blocking.query("start transaction");
  await blocking.query(`
    insert into power_details (site_id, timestamp, local_time, interval_s, source, updated_at)
    values (1, '2026-03-01', '2026-03-01', 900, 'v1', now())`);
  const saving = database.save(powerDelivery(times, { harvest: { rows: [power, details] } }));
  const rejected = assert.rejects(
    saving,
    (error) => error instanceof DatabaseError && error.kind === "unreachable",
  );
  let waiting: Record<string, unknown>[] = [];
  while (waiting.length === 0) {
    waiting = await server!.admin(`
      select id from information_schema.processlist
      where db = '${place.database}' and info like 'insert into power_details%'`);
  }
  await server!.admin(`kill ${waiting[0].id}`);
  await rejected;
  await blocking.query("rollback");
  await blocking.end();
  assert.deepEqual(await rows(database, { table: "power_readings" }), []);
  assert.equal((await database.save(powerDelivery(times))).inserted, 300);
  await database.close();
});

test("a holder of the lock learns that its connection was lost, and the lock is free", async (place) => {
  const database = await migrated(place.url);
  const lock = await database.lock({ host: "here", pid: 1, since: noon });
  assert.equal(lock.lost.aborted, false);
  const lost = new Promise((resolve) => lock.lost.addEventListener("abort", resolve));
  await killAll(place.database);
  await lost;
  assert.match(String(lock.lost.reason), /lock against a second sync was lost/);
  await (await database.lock({ host: "there", pid: 2, since: noon }))[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();
  await database.close();
});

test("two databases of one server are synced side by side", async (place) => {
  await using other = await server!.fresh();
  const [one, two] = [await migrated(place.url), await migrated(other.url)];
  const holder = { host: "here", pid: 1, since: noon };
  const locks = [await one.lock(holder), await two.lock(holder)];
  for (const lock of locks) await lock[Symbol.asyncDispose]();
  await one.close();
  await two.close();
});

/** Ends every connection to a database, as an administrator would. */
async function killAll(database: string): Promise<void> {
  const there = await server!.admin(
    `select id from information_schema.processlist where db = '${database}'`,
  );
  for (const { id } of there) await server!.admin(`kill ${id}`).catch(() => {});
}
