import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../src/database/open.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { startPostgres } from "../support/postgres_server.ts";
import { type RunResult, runSeh } from "../support/run_seh.ts";

const [postgres, mariadb] = await Promise.all([
  startPostgres(["password_encryption=scram-sha-256"]),
  startMariadb([], { own: true }),
]);
const now = Temporal.Instant.from("2026-06-01T12:07:00Z");
const secret = "hunter2/ü@:";
const login = (user: string) => `${user}:${encodeURIComponent(secret)}`;
const free = freePort();

/** A run in a folder of its own, which is gone afterwards. */
async function seh(
  args: readonly string[],
  url: string,
  env: Record<string, string> = {},
): Promise<RunResult> {
  const cwd = await Deno.makeTempDir({ prefix: "seh-failures-test-" });
  try {
    // A driver that was refused may say it once more, which ends nobody but a test that it runs within.
    return await runSeh(args, {
      cwd,
      at: now,
      env: { SEH_DATABASE_URL: url, ...env },
      asProcess: true,
    });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** One sentence: where, what, what to do; the exit code of the database, and no password. */
function assertRefused({ code, stdout, stderr }: RunResult, where: string, says: RegExp): void {
  assert.equal(code, 6, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^seh: the database: [^\n]+\n$/);
  assert.ok(stderr.includes(where), stderr);
  assert.match(stderr, says);
  assert.doesNotMatch(stderr, /hunter2/);
}

const postgresAt = (place: string) => `postgresql+psycopg://${login("u")}@${place}`;
const mariadbAt = (place: string) => `mariadb+mariadbconnector://${login("u")}@${place}`;

for (
  const [name, url, where, says] of [
    ["postgres", postgresAt(`127.0.0.1:${free}/db`), `u@127.0.0.1:${free}/db`, /no server answers/],
    [
      "postgres",
      postgresAt("no-such-host.invalid/db"),
      "no-such-host.invalid",
      /no host|looked up/,
    ],
    ["postgres", postgresAt("/db?host=/nowhere"), "/nowhere", /no such socket.*start the server/],
    ["mariadb", mariadbAt(`127.0.0.1:${free}/db`), `u@127.0.0.1:${free}/db`, /no server answers/],
    ["mariadb", mariadbAt("no-such-host.invalid/db"), "no-such-host.invalid", /no host|looked up/],
    ["mariadb", mariadbAt("/db?unix_socket=/nowhere"), "/nowhere", /no such socket.*start/],
  ] as const
) {
  Deno.test(`a ${name} server that cannot be reached is reported: ${where}`, async () => {
    for (const args of [["init-db"], ["status"], ["export", "sites", "-o", "-"]]) {
      assertRefused(await seh(args, url), where, says);
    }
    // Nobody knows what is stored there, so there is no plan.
    const plan = await seh(["sync", "--dry-run"], url, { SEH_API_KEY: "K".repeat(32) });
    assertRefused(plan, where, says);
  });
}

Deno.test("postgres: what keeps a user out is said, each in a sentence", {
  ignore: postgres === null,
}, async () => {
  const { admin, folder, port } = postgres!;
  await admin(`
    create role guarded login password '${secret}';
    create schema closed;
    create schema bare;
    grant usage on schema bare to guarded`);
  const rules = `${folder}/data/pg_hba.conf`;
  const before = await Deno.readTextFile(rules);
  await Deno.writeTextFile(rules, `host all guarded all scram-sha-256\n${before}`);
  await admin("select pg_reload_conf()");
  const server = `127.0.0.1:${port}`;
  const at = (user: string, rest: string) => `postgres://${login(user)}@${server}/${rest}`;
  const guarded = `guarded@${server}/postgres`;
  const wrong = at("guarded", "postgres").replace("hunter2", "hunter22");
  for (
    const [url, where, says] of [
      [wrong, guarded, /refuses this user or password.*correct them/],
      [at("nobody", "postgres"), `nobody@${server}`, /refuses this user or password/],
      [at("guarded", "missing"), "/missing", /no such database.*createdb/],
      [
        at("guarded", "postgres?options=-csearch_path%3Dgone"),
        guarded,
        /no schema gone.*create schema gone/,
      ],
      [
        at("guarded", "postgres?search_path=closed"),
        server,
        /may not use the schema closed.*grant/,
      ],
      [
        at("guarded", "postgres?search_path=bare"),
        guarded,
        /permission denied.*give this user the right/,
      ],
      [
        at("guarded", "postgres?sslmode=require"),
        guarded,
        /offers no TLS, which sslmode=require asks for; set it up there$/m,
      ],
      [at("guarded", "postgres?sslmode=verify-full"), guarded, /offers no TLS/],
    ] as const
  ) assertRefused(await seh(["init-db"], url), where, says);
});

Deno.test(
  "postgres: another server behind the port is reported",
  { ignore: mariadb === null },
  async () => {
    const place = `127.0.0.1:${mariadb!.port}/db`;
    assertRefused(await seh(["init-db"], postgresAt(place)), place, /no PostgreSQL server/);
  },
);

Deno.test("mariadb: what keeps a user out is said, each in a sentence", {
  ignore: mariadb === null,
}, async () => {
  const { admin, port } = mariadb!;
  await admin(`
    create database guarded;
    create user guarded identified by '${secret}';
    create user reader identified by '${secret}';
    grant select on guarded.* to reader`);
  const server = `127.0.0.1:${port}`;
  const at = (user: string, rest: string) => `mysql+pymysql://${login(user)}@${server}/${rest}`;
  const wrong = at("guarded", "guarded").replace("hunter2", "hunter22");
  const root = (rest: string) => `mariadb://root@${server}/${rest}`;
  for (
    const [url, where, says] of [
      [wrong, `guarded@${server}`, /refuses this user or password.*correct them/],
      [at("nobody", "guarded"), `nobody@${server}`, /refuses this user or password/],
      [root("missing"), `${server}/missing`, /no such database.*create database/],
      [at("guarded", "guarded"), `guarded@${server}`, /may not use the database.*give this user/],
      [at("reader", "guarded"), `reader@${server}`, /permission denied.*give this user the right/],
      [
        root("guarded?ssl=required"),
        server,
        /offers no TLS, which the address asks for.*; set it up there$/m,
      ],
      [root("guarded?sslmode=verify-full"), server, /offers no TLS/],
    ] as const
  ) assertRefused(await seh(["init-db"], url), where, says);
});

Deno.test("who may read but not write learns it from a sync, and may look", {
  ignore: postgres === null || mariadb === null,
}, async () => {
  await using server = await startSimulator({
    sites: [homeSite({ firstDay: "2026-05-30" })],
    now: () => now,
  });
  const env = {
    SEH_API_KEY: server.apiKey,
    SEH_API_BASE_URL: server.url,
    SEH_API_VERSION: "1",
  };
  await using first = await postgres!.fresh();
  await using second = await mariadb!.fresh();
  for (const { url } of [first, second]) {
    const { code, stderr } = await seh(["sync", "--only", "sites,energy"], url, env);
    assert.equal(code, 0, stderr);
  }
  await postgres!.admin(`
    create role looking login password '${secret}';
    grant usage on schema ${first.schema} to looking;
    grant select on all tables in schema ${first.schema} to looking`);
  await mariadb!.admin(`
    create user looking identified by '${secret}';
    grant select on ${second.database}.* to looking`);
  for (const { url } of [first, second]) {
    const looking = url.replace(/\/\/\w+@/, `//${login("looking")}@`);
    assertRefused(
      await seh(["sync"], looking, env),
      "looking@",
      /permission denied.*give this user/,
    );
    const energy = await seh(["export", "energy", "-o", "-"], looking);
    assert.equal(energy.code, 0, energy.stderr);
    assert.match(energy.stdout, /^1234567,DAY,2026-05-31,/m);
    assert.equal((await seh(["status"], looking)).code, 0);
  }
});

onEachDatabase("a database of a newer version is refused by every command", async (fresh) => {
  await using place = await fresh();
  const database = await openDatabase(place.url);
  await database.migrate();
  await database.close();
  await place.change(
    "insert into schema_migrations values (99, '0099_of_tomorrow', '2030-01-01 00:00:00')",
  );
  for (const args of [["init-db"], ["status"], ["export", "sites", "-o", "-"]]) {
    assertRefused(
      await seh(args, place.url),
      "",
      /newer version of seh \(schema 99;.*Use that version/,
    );
  }
});

Deno.test("why a file cannot be the database is said, each in a sentence", async () => {
  const folder = await Deno.makeTempDir({ prefix: "seh-failures-test-" });
  try {
    await Deno.writeTextFile(`${folder}/notes.txt`, "no database");
    await Deno.mkdir(`${folder}/a folder`);
    await Deno.symlink("round.db", `${folder}/round.db`);
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    using foreign = new DatabaseSync(`${folder}/python.db`);
    foreign.exec("create table sites (id integer primary key, name text)");
    for (
      const [path, says] of [
        ["nowhere/seh.db", /the folder .*nowhere does not exist; make it/],
        ["a folder", /is a folder; name a file in it/],
        ["pipe", /pipe is no plain file; name one/],
        ["round.db", /cannot be opened.*look at the permissions/],
        ["notes.txt", /not an SQLite database.*name another file/],
        ["python.db", /tables of another program \(sites\).*Set SEH_DATABASE_URL/],
      ] as const
    ) assertRefused(await seh(["init-db"], `sqlite:///${folder}/${path}`), folder, says);
    // Where nobody may write, not even root.
    assertRefused(
      await seh(["init-db"], "sqlite:////proc/seh.db"),
      "/proc/seh.db",
      /permission denied|cannot be opened.*look at the permissions/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a path with spaces is taken as it is", async () => {
  const folder = await Deno.makeTempDir({ prefix: "seh failures test " });
  try {
    const { code, stderr } = await seh(["init-db"], `  sqlite:///${folder}/my home.db `);
    assert.equal(code, 0, stderr);
    assert.deepEqual([...Deno.readDirSync(folder)].map((one) => one.name), ["my home.db"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an address that cannot be right is a mistake in the settings, and shows no password", async () => {
  for (
    const [url, says] of [
      ["seh.db", /sqlite:\/\/\/\.\/seh\.db/],
      ["sqlite://seh.db", /three slashes before a relative file/],
      ["oracle://u:hunter2@host/db", /begins with oracle/],
      ["postgresql://u:hunter2@host:0/db", /port that is no number from 1 to 65535/],
      ["postgresql://u:hunter2@host/db?sslmode=perhaps", /sslmode=perhaps; allowed are disable/],
      ["postgresql://u:hunter2 x@ho st/db?nonsense=1", /unknown parameter nonsense/],
      ["mariadb://u:hunter2@host:0/db", /port that is no number from 1 to 65535/],
      ["mariadb://u:hunter2@host", /names no database/],
      ["mariadb://u:hunter2@host/db?ssl=perhaps", /ssl=perhaps; allowed: disable/],
    ] as const
  ) {
    const { code, stderr } = await seh(["init-db"], url);
    assert.equal(code, 2, `${url}: ${stderr}`);
    assert.match(stderr, /SEH_DATABASE_URL/);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /hunter2/);
  }
});

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

onEachDatabase("a table that somebody has taken away is told, with what to do", async (fresh) => {
  await using place = await fresh();
  assert.equal((await seh(["init-db"], place.url)).code, 0);
  await place.change("alter table sync_metadata rename to taken");
  const { code, stderr } = await seh(["status"], place.url);
  assert.equal(code, 6, stderr);
  assert.match(stderr, /its tables are not those that seh made .*restore a copy/);
});
