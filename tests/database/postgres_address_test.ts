import assert from "node:assert/strict";
import { DatabaseError, type DatabaseErrorKind } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import { addressOf, addressText } from "../../src/database/postgres/address.ts";
import { SettingsError } from "../../src/settings/settings.ts";
import { startPostgres } from "../support/postgres_server.ts";

const server = await startPostgres(["password_encryption=scram-sha-256"]);
/** Tests that need the settings of a server of their own. */
const ignore = !server?.folder;

const secret = "pä ss:w/o@r#d?%";
const role = "guarded";

async function refuses(url: string, kind: DatabaseErrorKind, says: RegExp) {
  await assert.rejects(openDatabase(url), (error) => {
    assert.ok(error instanceof DatabaseError, String(error));
    assert.match(error.message, says);
    assert.equal(error.kind, kind);
    assert.ok(!error.message.includes(secret) && !Deno.inspect(error).includes(secret));
    assert.ok(!Deno.inspect(error).includes(encodeURIComponent(secret)));
    return true;
  });
}

async function opens(url: string): Promise<string> {
  const database = await openDatabase(url);
  assert.equal(await database.state(), "empty");
  await database.close();
  return database.address;
}

Deno.test("every form of a PostgreSQL address is understood", () => {
  const parts = (url: string) => {
    const { host, port, user, password, database, tls, session } = addressOf(url);
    return [host, port, user, password?.reveal(), database, tls, session.options];
  };
  assert.deepEqual(
    parts(
      "postgresql+psycopg://user:p%40w%2F%3A@host:5433/db?options=-csearch_path%3Dmy_schema",
    ),
    ["host", 5433, "user", "p@w/:", "db", "prefer", "-csearch_path=my_schema"],
  );
  assert.deepEqual(parts("postgres://[::1]/db?sslmode=require"), [
    "::1",
    5432,
    undefined,
    undefined,
    "db",
    "require",
    undefined,
  ]);
  assert.deepEqual(parts("postgresql://user:pw@/db?host=/var/run/postgresql"), [
    "/var/run/postgresql",
    5432,
    "user",
    "pw",
    "db",
    "disable",
    undefined,
  ]);
  assert.deepEqual(parts("postgres://user:a:b@c@host/db").slice(0, 4), [
    "host",
    5432,
    "user",
    "a:b@c",
  ]);
  assert.equal(
    addressText(addressOf("postgres://user:hunter2@[fe80::1]:7/db")),
    "postgresql://user@[fe80::1]:7/db",
  );
});

Deno.test("a PostgreSQL address that cannot be right is reported without showing the password", () => {
  const bad = {
    "postgres://u:hunter2#x@host/db": /percent-encoded/,
    "postgres://u:hunter2%zz@host/db": /percent-encoded/,
    "postgres://u:hunter2@host:99999/db": /port/,
    "postgres://u:hunter2@host/db?sslmode=verify": /sslmode=verify;.*verify-ca, verify-full/,
    "postgres://u:hunter2@host/db?nonsense=1": /nonsense/,
    "postgres://u:hunter2@a,b/db": /several hosts/,
  };
  for (const [url, says] of Object.entries(bad)) {
    assert.throws(() => addressOf(url), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
  assert.throws(
    () => addressOf("postgres://u:hunter2@host/db?sslmode=require&sslrootcert=/nowhere.pem"),
    (error) => error instanceof DatabaseError && /nowhere\.pem/.test(error.message),
  );
});

Deno.test("postgres: IPv6 and Unix sockets reach the server", { ignore }, async () => {
  const { port, folder } = server!;
  await opens(`postgresql://seh@[::1]:${port}/postgres`);
  await opens(`postgresql://seh@/postgres?host=${folder}&port=${port}`);
  await opens(`postgresql+psycopg://seh@${encodeURIComponent(folder!)}:${port}/postgres`);
});

Deno.test("postgres: a password is needed where the server asks for it, whatever it holds", {
  ignore,
}, async () => {
  const { admin, folder, port } = server!;
  await admin(`create role ${role} login password '${secret.replaceAll("'", "''")}'`);
  const rules = `${folder}/data/pg_hba.conf`;
  const before = await Deno.readTextFile(rules);
  await Deno.writeTextFile(rules, `host all ${role} all scram-sha-256\n${before}`);
  await admin("select pg_reload_conf()");
  const url = (password: string) =>
    `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  await opens(url(secret));
  await refuses(url(`${secret}x`), "refused", /refuses this user or password/);
  await refuses(
    url(secret).replace("/postgres", "/nothing"),
    "unreachable",
    /no such database/,
  );
  await admin("create schema closed");
  await refuses(`${url(secret)}?options=-csearch_path%3Dclosed`, "refused", /may not use.*closed/);
  await refuses(
    `${url(secret)}?options=-csearch_path%3Dmissing`,
    "unreachable",
    /no schema missing.*create schema/,
  );
  const database = await openDatabase(url(secret));
  await assert.rejects(
    database.migrate(),
    (error) =>
      error instanceof DatabaseError && error.kind === "refused" &&
      /permission denied/.test(error.message),
  );
  await database.close();
});

Deno.test("postgres: a server without TLS is distinguished from one that is not there", {
  ignore,
}, async () => {
  const { port } = server!;
  const url = `postgresql://seh@127.0.0.1:${port}/postgres`;
  for (const mode of ["disable", "allow", "prefer"]) await opens(`${url}?sslmode=${mode}`);
  for (const mode of ["require", "verify-full"]) {
    await refuses(`${url}?sslmode=${mode}`, "refused", /offers no TLS/);
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: free } = listener.addr;
  listener.close();
  await refuses(`postgresql://u:x@127.0.0.1:${free}/db`, "unreachable", /no server answers/);
  await refuses(`postgresql://u:x@/db?host=/nowhere`, "unreachable", /no such socket|no server/);
});
