import assert from "node:assert/strict";
import { examineClock } from "../../src/cli/doctor/machine.ts";
import { examineRuns, examineTimer, type Run } from "../../src/cli/doctor/harvest.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { creditWorld } from "../support/credit_world.ts";
import { folderOfLength } from "../support/folder_of_length.ts";
import { homeownerWorld } from "../support/homeowner_world.ts";

const noon = "2026-06-01T12:07:00Z";
const home = homeSite({ firstDay: "2026-05-30", installationDate: "2026-05-30" });

interface Finding {
  readonly topic: string;
  readonly verdict: string;
  readonly text: string;
  readonly cure?: string;
}

function findingsIn(stdout: string): Map<string, Finding> {
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return new Map(findings.map((one) => [one.topic, one]));
}

Deno.test("a harvest that works: nothing is wrong, exit code 0, and one request was sent", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q"]);
  world.simulator.clearRequests();
  const { code, stdout, stderr } = await world.seh(["doctor", "--json"]);
  assert.equal(code, 0, stderr + stdout);
  const found = findingsIn(stdout);
  for (const topic of ["settings", "access", "quota", "clock", "database", "last runs"]) {
    assert.equal(found.get(topic)?.verdict, "ok", `${topic}: ${found.get(topic)?.text}`);
  }
  assert.equal(world.simulator.requests.length, 1);
  world.simulator.clearRequests();
  const offline = await world.seh(["doctor", "--offline"]);
  assert.equal(offline.code, 0);
  assert.match(offline.stdout, /not tried \(--offline\)/);
  assert.equal(world.simulator.requests.length, 0);
});

Deno.test("three faults at once: each has a line and a cure, on 80 and on 40 columns", async (t) => {
  await using world = await creditWorld(noon, [home]);
  await using folder = await folderOfLength();
  await Deno.chmod(folder.path, 0o777);
  const look = (columns: number) =>
    runInWorld(["doctor"], {
      cwd: folder.path,
      // The clock of this machine is 25 minutes late.
      now: world.now().subtract({ minutes: 25 }),
      terminal: true,
      columns,
      env: {
        NO_COLOR: "1",
        SEH_API_BASE_URL: world.simulator.url,
        SEH_API_KEY: "a-key-that-nobody-knows",
        SEH_API_VERSION: "2",
        SEH_DATABASE_URL: `sqlite:///${folder.path}/seh.db`,
      },
    });
  const { code, stdout } = await look(80);
  assert.equal(code, 1);
  assert.match(stdout, /^wrong +access /m);
  assert.match(stdout, /^wrong +clock +The clock is 25 min behind SolarEdge's server\./m);
  assert.match(stdout, /^warning +files +Others can change /m);
  assert.doesNotMatch(stdout, /a-key-that/);
  const plain = (text: string) =>
    text.replaceAll(folder.path, "/home/sun/seh").replaceAll(/\d+\.\d [kMGT]B/g, "SIZE");
  await t.assertSnapshot(plain(stdout));
  const narrow = await look(40);
  assert.deepEqual(
    plain(narrow.stdout).split("\n").filter((line) => line.length > 40),
    [],
  );
  await t.assertSnapshot(plain(narrow.stdout));
});

Deno.test("a server that nobody reaches is told once, with what to do, and no quota is blamed for it", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q"]);
  await world.simulator.close();
  const day = ["--from", "2026-05-31", "--to", "2026-05-31"];
  assert.equal((await world.seh(["sync", "-q", ...day])).code, 75);
  const { stdout } = await world.seh(["doctor", "--json"]);
  const found = findingsIn(stdout);
  const { text, cure } = found.get("access")!;
  assert.match(text, /^SolarEdge's API, .*: .*refused\.$/);
  assert.match(cure!, /^Check the network and SEH_API_BASE_URL/);
  assert.match(found.get("last runs")!.text, /the rest is fetched by a later run\.$/);
});

Deno.test("a login that ends soon is a warning, and one that has ended is wrong", async () => {
  await using world = await homeownerWorld();
  await world.have(world.sites[0]);
  const fresh = await world.seh(["doctor", "--json", "--offline"]);
  assert.equal(findingsIn(fresh.stdout).get("access")!.verdict, "ok", fresh.stdout + fresh.stderr);
  const later = world.now.add({ hours: 20 * 24 });
  const soon = await world.seh(["doctor", "--json", "--offline"], { clock: later });
  assert.equal(findingsIn(soon.stdout).get("access")!.verdict, "warning", soon.stdout);
  assert.match(findingsIn(soon.stdout).get("access")!.cure!, /seh sync/);
  const over = await world.seh(["doctor", "--json"], { clock: world.now.add({ hours: 31 * 24 }) });
  assert.equal(over.code, 1);
  assert.match(findingsIn(over.stdout).get("access")!.cure!, /seh login/);
});

Deno.test("without access, settings or database it says what to do first", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "seh-doctor-" });
  try {
    const bare = await runInWorld(["doctor"], {
      cwd,
      env: { SEH_DATABASE_URL: `sqlite:///${cwd}/seh.db` },
    });
    assert.equal(bare.code, 1);
    assert.match(bare.stdout, /^wrong +access .*Run: seh setup/m);
    assert.match(bare.stdout, /^warning +database +There is no database yet\. Run: seh sync$/m);
    const mistaken = await runInWorld(["doctor"], { cwd, env: { SEH_MAX_RETRIES: "many" } });
    assert.equal(mistaken.code, 1);
    assert.match(mistaken.stdout, /^wrong +settings +SEH_MAX_RETRIES is "many"/m);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

const at = (text: string) => Temporal.Instant.from(text);
const hourly = (codes: readonly (number | null)[]): Run[] =>
  codes.map((exitCode, i) => ({
    startedAt: at("2026-06-01T12:00:00Z").subtract({ hours: i }),
    exitCode,
  }));

Deno.test("one run that failed is a warning, three in a row are wrong, and waiting is neither", () => {
  const now = at("2026-06-01T12:30:00Z");
  assert.equal(examineRuns(hourly([75, 0, 0, 0]), now, false).verdict, "ok");
  assert.equal(examineRuns(hourly([1, 0, 0]), now, false).verdict, "warning");
  assert.equal(examineRuns(hourly([1, 1, 1, 0]), now, false).verdict, "wrong");
  assert.equal(examineRuns([], now, false).verdict, "warning");
});

Deno.test("a timer is known by the habit of the runs, and reported when it stands still", async () => {
  const runs = hourly([0, 0, 0, 0, 0]);
  const steady = await examineTimer(runs, "/nowhere", at("2026-06-01T12:30:00Z"));
  assert.deepEqual([steady.verdict, steady.text], ["ok", "Syncs begin about every 1 h."]);
  const still = await examineTimer(runs, "/nowhere", at("2026-06-02T12:30:00Z"));
  assert.equal(still.verdict, "warning");
  assert.match(still.text, /seems to stand still/);
});

Deno.test("the clock is held against the server's, else against what is stored", () => {
  const now = at(noon);
  assert.equal(examineClock(now, "Mon, 01 Jun 2026 12:07:40 GMT", null).verdict, "ok");
  assert.equal(examineClock(now, "Mon, 01 Jun 2026 12:11:00 GMT", null).verdict, "warning");
  assert.equal(examineClock(now, "Mon, 01 Jun 2026 13:07:00 GMT", null).verdict, "wrong");
  assert.equal(examineClock(now, "no date", null).verdict, "ok");
  assert.match(
    examineClock(now, null, at("2026-06-01T18:07:00Z")).text,
    /6 h behind the newest stored/,
  );
});
