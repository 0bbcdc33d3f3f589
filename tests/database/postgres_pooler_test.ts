import assert from "node:assert/strict";
import { isDatabaseError } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import { startPostgres } from "../support/postgres_server.ts";

const server = await startPostgres([], { own: true });
const program = "/usr/sbin/pgbouncer";
const there = (path: string) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
};
const ignore = !server || !there(program);

/** A pooler before the server; in `transaction` mode its connections have no session of their own. */
async function pooler(mode: "transaction" | "session") {
  const folder = await Deno.makeTempDir({ prefix: "seh-pooler-" });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await Deno.writeTextFile(
    `${folder}/pooler.ini`,
    `[databases]
* = host=127.0.0.1 port=${server!.port} user=seh
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
pool_mode = ${mode}
default_pool_size = 5
unix_socket_dir =
`,
  );
  await Deno.chmod(folder, 0o755);
  const isRoot = Deno.uid() === 0;
  const [command, ...args] = [
    ...isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [],
    program,
    "--quiet",
    `${folder}/pooler.ini`,
  ];
  const child = new Deno.Command(command, { args, stdout: "null", stderr: "null" }).spawn();
  for (let tries = 0;; tries++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return {
    url: (query = "") => `postgresql://seh@127.0.0.1:${port}/postgres${query}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The refusal of everything that needs the database. */
async function refusal(url: string): Promise<string> {
  try {
    await (await openDatabase(url)).close();
  } catch (error) {
    assert.ok(isDatabaseError(error, "refused"), String(error));
    return error.message;
  }
  assert.fail("it was opened");
}

Deno.test({
  name: "a pooler in transaction mode is found before anything is written, with what to do",
  ignore,
  async fn() {
    await using one = await pooler("transaction");
    const sentence = /stands before the server \(transaction mode\); write the port of the server/;
    assert.match(await refusal(one.url()), sentence);
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => refusal(one.url())));
    // No lock stays behind for those who come to the server itself.
    const [{ locks }] = await server!.admin(
      "select count(*)::integer as locks from pg_locks where locktype = 'advisory'",
    );
    assert.equal(locks, 0);
  },
});

Deno.test({
  name: "a pooler that takes no options is found with the option, and is no lost connection",
  ignore,
  async fn() {
    await using one = await pooler("session");
    for (
      const [query, name] of [["?options=-csearch_path%3Dsol", "options"], [
        "?search_path=sol",
        "search_path",
      ]]
    ) {
      const found = await refusal(one.url(query));
      assert.match(found, new RegExp(`does not take ${name}.*write the port of the server itself`));
      assert.doesNotMatch(found, /connection was lost/);
    }
  },
});

Deno.test({
  name: "a pooler in session mode is as good as the server",
  ignore,
  async fn() {
    await using one = await pooler("session");
    await using place = await server!.fresh();
    await server!.admin(`alter role seh set search_path = ${place.schema}`);
    try {
      const database = await openDatabase(one.url());
      await database.migrate();
      const since = Temporal.Instant.from("2026-06-01T12:00:00Z");
      const lock = await database.lock({ host: "test", pid: 1, since });
      assert.equal(await database.state(), "current");
      await lock[Symbol.asyncDispose]();
      await database.close();
    } finally {
      await server!.admin("alter role seh reset search_path");
    }
  },
});
