import assert from "node:assert/strict";
import { join } from "node:path";
import { readRecord, readSpends } from "../../../src/source/http/quota_record.ts";
import { folder, serve } from "./loopback.ts";
import type { ChildReport, ChildTask } from "./quota_child.ts";

const limit = 30;

function start(task: ChildTask): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `--allow-read=${task.folder}`,
      `--allow-write=${task.folder}`,
      join(import.meta.dirname!, "quota_child.ts"),
      JSON.stringify(task),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Lets a child begin. */
async function begin(child: Deno.ChildProcess): Promise<void> {
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array([10]));
  writer.releaseLock();
}

async function report(child: Deno.ChildProcess): Promise<ChildReport> {
  await child.stdin.close();
  const { success, stdout } = await child.output();
  assert.ok(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Resolves when the child has said that it stands inside the critical section. */
async function inside(child: Deno.ChildProcess): Promise<void> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("inside")) {
    const { value, done } = await reader.read();
    assert.ok(!done, "the child ended before it was inside");
    said += value;
  }
  await reader.cancel();
}

Deno.test("four programs at once, one killed while it counts, never exceed the quota", async () => {
  using state = folder();
  await using server = serve(async () => {
    await new Promise((answered) => setTimeout(answered, 15));
    return Response.json({});
  });
  const task = { origin: server.origin, folder: state.path, limit, requests: 20 };
  const counted = () => {
    const record = readRecord(Deno.readTextFileSync(join(state.path, "state", "quota.json")));
    return readSpends(record.owners.owner?.["site:1"]).reduce((sum, one) => sum + one.amount, 0);
  };

  const killed = start({ ...task, holdAt: 6 });
  const others = [start(task), start(task), start(task)];
  await begin(killed);
  await inside(killed);
  // The others run into the lock that the killed one holds.
  await Promise.all(others.map(begin));
  killed.kill("SIGKILL");
  await killed.stdin.close();
  assert.equal((await killed.status).signal, "SIGKILL");

  const reports = await Promise.all(others.map(report));
  assert.deepEqual(reports.flatMap((one) => one.others), []);
  assert.equal(counted(), limit);
  // What the killed program had counted and not yet sent is lost: at most its other two slots.
  assert.ok(server.requests.length <= limit, `${server.requests.length} requests`);
  assert.ok(server.requests.length >= limit - 2, `${server.requests.length} requests`);
  assert.ok(server.mostInFlight <= 3, `${server.mostInFlight} in flight`);
  assert.ok(server.mostInFlight > 1, "the programs ran one after another: nothing was tested");

  const before = server.requests.length;
  const restarted = start({ ...task, requests: 5 });
  await begin(restarted);
  const later = await report(restarted);
  assert.deepEqual([later.answered, later.refused], [0, 5], "a restart keeps the count");
  assert.equal(server.requests.length, before);
});
