import assert from "node:assert/strict";
import { FileBusy, openFileSink } from "../../src/export/file_sink.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function test(name: string, work: (folder: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "seh-sink-" });
    try {
      await work(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map((one) => one.name).toSorted();

test("of two exports to one file at once the second is refused, and the first stays whole", async (folder) => {
  const path = `${folder}/t.csv`;
  const first = await openFileSink(path);
  await first.write(bytes("first"));
  await assert.rejects(openFileSink(path), FileBusy);
  // Another file of the same folder is nobody's business.
  const other = await openFileSink(`${folder}/u.csv`);
  await other.abandon();
  await first.finish();
  assert.equal(await Deno.readTextFile(path), "first");
  const next = await openFileSink(path);
  await next.write(bytes("next"));
  await next.finish();
  assert.equal(await Deno.readTextFile(path), "next");
  assert.deepEqual(names(folder), ["t.csv"]);
});

test("many that begin at the same moment: one writes, whole; the others are refused", async (folder) => {
  const path = `${folder}/t.csv`;
  const sinks = await Promise.allSettled(Array.from({ length: 8 }, () => openFileSink(path)));
  const opened = sinks.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  assert.equal(opened.length, 1);
  await opened[0].write(bytes("whole"));
  await opened[0].finish();
  assert.equal(await Deno.readTextFile(path), "whole");
  assert.deepEqual(names(folder), ["t.csv"]);
});

test("what an export that died has left is taken away by the next one", async (folder) => {
  await Deno.writeTextFile(`${folder}/.t.csv.0123456789abcdef.part`, "half");
  await Deno.writeTextFile(`${folder}/.u.csv.0123456789abcdef.part`, "another's");
  const sink = await openFileSink(`${folder}/t.csv`);
  await sink.finish();
  assert.deepEqual(names(folder), [".u.csv.0123456789abcdef.part", "t.csv"]);
});

test("links that somebody put beside the file are not followed", async (folder) => {
  await Deno.writeTextFile(`${folder}/precious`, "precious");
  await Deno.symlink("precious", `${folder}/t.csv.part`);
  await Deno.symlink("precious", `${folder}/.t.csv.0123456789abcdef.part`);
  const sink = await openFileSink(`${folder}/t.csv`);
  await sink.write(bytes("data"));
  await sink.finish();
  assert.equal(await Deno.readTextFile(`${folder}/precious`), "precious");
  assert.equal(await Deno.readTextFile(`${folder}/t.csv`), "data");
});

test("a link to a file stays a link, and who may read the file stays as it was", async (folder) => {
  await Deno.writeTextFile(`${folder}/real.csv`, "old");
  await Deno.chmod(`${folder}/real.csv`, 0o600);
  await Deno.symlink("real.csv", `${folder}/link.csv`);
  await Deno.symlink("not yet.csv", `${folder}/dangling.csv`);
  for (const name of ["link.csv", "dangling.csv"]) {
    const sink = await openFileSink(`${folder}/${name}`);
    await sink.write(bytes("new"));
    await sink.finish();
    assert.ok((await Deno.lstat(`${folder}/${name}`)).isSymlink, name);
  }
  assert.equal(await Deno.readTextFile(`${folder}/real.csv`), "new");
  assert.equal(await Deno.readTextFile(`${folder}/not yet.csv`), "new");
  assert.equal((await Deno.stat(`${folder}/real.csv`)).mode! & 0o777, 0o600);
});
