import assert from "node:assert/strict";
import { join } from "node:path";
import { folder } from "../http/loopback.ts";
import type { ChildReport, ChildTask } from "./grants_child.ts";
import { haveGrant } from "./homeowner.ts";
import { startTokenServer } from "./token_server.ts";

function spawn(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--allow-read",
      "--allow-write",
      join(import.meta.dirname!, "grants_child.ts"),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

async function begin(child: Deno.ChildProcess, task: ChildTask): Promise<void> {
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(task)));
  await writer.close();
}

/** What the child says: `asking` first, then the report. */
function listen(child: Deno.ChildProcess) {
  const asking = Promise.withResolvers<void>();
  const report = (async (): Promise<ChildReport> => {
    let said = "";
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += piece;
      if (said.includes("asking")) asking.resolve();
    }
    asking.reject(new Error(`it ended before it asked: ${said}`));
    assert.ok((await child.status).success);
    return JSON.parse(said.split("\n")[1]);
  })();
  // Who waits for the report alone learns of a child that never asked from that.
  asking.promise.catch(() => {});
  return { asking: asking.promise, report };
}

/** A promise that is kept when its block ends, however that ends: the server waits for who waits for it. */
function kept(): PromiseWithResolvers<void> & Disposable {
  const promise = Promise.withResolvers<void>();
  return { ...promise, [Symbol.dispose]: () => promise.resolve() };
}

const report = (child: Deno.ChildProcess) => listen(child).report;

/** The newest grant is three hours old: its access token is dead, its refresh token good. */
async function staleHome() {
  const state = folder();
  const now = Temporal.Now.instant();
  const granted = now.subtract({ hours: 3 });
  const server = startTokenServer({ now: granted.epochMilliseconds });
  const tokenFile = join(state.path, "tokens.json");
  await haveGrant(server, tokenFile, 1, granted);
  server.now = now.epochMilliseconds;
  const { origin, clientId, clientSecret } = server;
  return {
    server,
    tokenFile,
    task: { origin, clientId, clientSecret, tokenFile, requests: 3 },
    refreshes: () => server.calls.filter((one) => one === "refresh").length,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      state[Symbol.dispose]();
    },
  };
}

Deno.test("four programs whose token has expired renew it once between them", async () => {
  await using home = await staleHome();
  const children = [spawn(), spawn(), spawn(), spawn()];
  await Promise.all(children.map((one) => begin(one, home.task)));
  const reports = await Promise.all(children.map(report));
  assert.deepEqual(reports, Array(4).fill({ answered: 3, failures: [] }));
  assert.equal(home.refreshes(), 1);
  assert.ok(home.server.isAlive(1));
});

Deno.test("of four programs one is killed while it holds the lock; the others renew once", async () => {
  await using home = await staleHome();
  const reached = Promise.withResolvers<void>();
  using dead = kept();
  home.server.beforeRefresh = async () => {
    home.server.beforeRefresh = () => {};
    reached.resolve();
    // The server dies of nothing: it just has not carried out the refresh when its client is gone.
    await dead.promise;
    return new Response(null, { status: 503 });
  };
  const killed = spawn();
  await begin(killed, home.task);
  await reached.promise;
  const others = [spawn(), spawn(), spawn()];
  await Promise.all(others.map((one) => begin(one, home.task)));
  const heard = others.map(listen);
  // They stand before the lock that the first one holds.
  await Promise.all(heard.map((one) => one.asking));
  killed.kill("SIGKILL");
  assert.equal((await killed.status).signal, "SIGKILL");
  await killed.stdout.cancel();
  dead.resolve();
  const reports = await Promise.all(heard.map((one) => one.report));
  assert.deepEqual(reports, Array(3).fill({ answered: 3, failures: [] }));
  assert.equal(home.refreshes(), 2, "the killed one's, which was not carried out, and one more");
  assert.ok(home.server.isAlive(1));
});

Deno.test("a program that is killed when it has renewed and not yet used its token loses no grant", async () => {
  await using home = await staleHome();
  const first = Promise.withResolvers<void>();
  using dead = kept();
  home.server.onSite = async () => {
    home.server.onSite = () => {};
    first.resolve();
    await dead.promise;
    return new Response(null, { status: 503 });
  };
  const killed = spawn();
  await begin(killed, { ...home.task, requests: 1 });
  await first.promise;
  killed.kill("SIGKILL");
  assert.equal((await killed.status).signal, "SIGKILL");
  await killed.stdout.cancel();
  dead.resolve();
  const next = spawn();
  await begin(next, home.task);
  assert.deepEqual(await report(next), { answered: 3, failures: [] });
  assert.equal(home.refreshes(), 1);
  assert.ok(home.server.isAlive(1));
});
