import assert from "node:assert/strict";
import { join } from "node:path";
import { openQuota } from "../../../src/source/http/quota.ts";
import { createSlots } from "../../../src/source/http/slots.ts";
import {
  openStateFile,
  StateFileError,
  stateFileTarget,
} from "../../../src/source/http/state_file.ts";
import { clockAt, folder } from "./loopback.ts";

const site = [{ allowance: "site:1", amount: 1 }];

function quotaAt(path: string) {
  return openQuota({
    path,
    owner: "owner",
    windows: [{ allowance: "site:", amount: 5, per: "rolling-day" }],
    clock: clockAt("2026-06-01T12:00:00Z"),
  });
}

const names = (path: string) => [...Deno.readDirSync(path)].map((one) => one.name).sort();

Deno.test("a quota file that is a link stays one, and both names share one count and one lock", async () => {
  using place = folder();
  Deno.mkdirSync(join(place.path, "real"));
  const [link, real] = [join(place.path, "link.json"), join(place.path, "real", "quota.json")];
  Deno.symlinkSync("real/quota.json", link);
  // The link leads to a file that is not there yet.
  await quotaAt(link).spend(site);
  await Promise.all([quotaAt(link).spend(site), quotaAt(real).spend(site)]);
  assert.ok(Deno.lstatSync(link).isSymlink);
  assert.equal((await quotaAt(real).remaining(site)).requests, 2);
  assert.deepEqual(names(place.path), ["link.json", "real"]);
  assert.deepEqual(names(join(place.path, "real")), [
    "quota.json",
    "quota.json.bak",
    "quota.json.lock",
  ]);
});

Deno.test("places in flight are shared by the names of one quota file", async () => {
  using place = folder();
  Deno.mkdirSync(join(place.path, "real"));
  const [link, real] = [join(place.path, "link.json"), join(place.path, "real", "quota.json")];
  Deno.symlinkSync(real, link);
  const slots = (quotaFile: string) =>
    createSlots({ quotaFile, owner: "owner", count: 1, random: () => 0 });
  const stop = new AbortController();
  {
    using _held = await slots(link).take(stop.signal);
    const other = slots(real).take(AbortSignal.timeout(80));
    await assert.rejects(other);
  }
  using _free = await slots(real).take(stop.signal);
});

Deno.test("whatever the umask, a state file is for the user alone and can be used by him", async () => {
  using place = folder();
  const path = join(place.path, "quota.json");
  // In a process of its own: the umask holds for all files that are tested in this one.
  const script = `
    import { replaceStateFile } from "${
    import.meta.resolve("../../../src/source/http/state_file.ts")
  }";
    for (const umask of [0o000, 0o022, 0o077, 0o277]) {
      Deno.umask(umask);
      await replaceStateFile("${path}", "text");
      console.log((Deno.lstatSync("${path}").mode & 0o777).toString(8));
    }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
    stderr: "inherit",
  }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).trim().split("\n"), Array(4).fill("600"));
});

for (const what of ["fifo", "folder", "device"] as const) {
  Deno.test(`a ${what} in place of the quota file, its lock or a place is reported, and nobody waits for it`, async () => {
    for (const name of ["quota.json", "quota.json.lock"]) {
      using place = folder();
      const path = join(place.path, name);
      if (what === "folder") Deno.mkdirSync(path);
      else if (what === "device") Deno.symlinkSync("/dev/null", path);
      else assert.ok(new Deno.Command("mkfifo", { args: [path] }).outputSync().success);
      await assert.rejects(quotaAt(join(place.path, "quota.json")).spend(site), (error) => {
        assert.ok(error instanceof StateFileError);
        assert.match(error.reason, /directory|FIFO|device|link/);
        return true;
      });
    }
  });
}

Deno.test("what others have put beside the quota file is neither followed nor overwritten", async () => {
  using place = folder();
  const victim = join(place.path, "victim");
  Deno.writeTextFileSync(victim, "mine");
  const path = join(place.path, "quota.json");
  for (const name of [`${path}.new`, `${path}.bak`]) Deno.symlinkSync(victim, name);
  for (let n = 0; n < 3; n++) await quotaAt(path).spend(site);
  assert.equal(Deno.readTextFileSync(victim), "mine");
  assert.ok(!Deno.lstatSync(`${path}.bak`).isSymlink);
  await assert.rejects(async () => {
    Deno.symlinkSync(victim, join(place.path, "a.lock"));
    (await openStateFile(join(place.path, "a.lock"))).close();
  }, /is a link/);
});

Deno.test("what a writer that died has left is removed, and nothing else", async () => {
  using place = folder();
  const path = join(place.path, "quota.json");
  const left = `quota.json.${"0a".repeat(12)}.new`;
  const others = ["quota.json.new", "quota.json.0a.new", "other.json.0a0a0a0a0a0a0a0a0a0a0a0a.new"];
  for (const name of [left, ...others]) Deno.writeTextFileSync(join(place.path, name), "");
  await quotaAt(path).spend(site);
  assert.deepEqual(names(place.path), [...others, "quota.json", "quota.json.lock"].sort());
});

Deno.test("links that lead in a circle are reported", async () => {
  using place = folder();
  const [a, b] = [join(place.path, "a"), join(place.path, "b")];
  Deno.symlinkSync(a, b);
  Deno.symlinkSync(b, a);
  await assert.rejects(stateFileTarget(a), /circle/);
});
