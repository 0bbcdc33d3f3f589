// Not in test:fast: a harvest for each test.
import assert from "node:assert/strict";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { creditWorld } from "../support/credit_world.ts";
import { inTurns } from "../support/scope.ts";

const noon = "2026-06-20T10:07:00Z";
const since = { firstDay: "2026-05-02", installationDate: "2026-05-02" };
const home = homeSite(since);

Deno.test("a repair fetches what was never fetched, nothing else, and then nothing is missing", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q"]);
  world.simulator.clearRequests();
  const { code, stderr } = await world.seh(["repair", "--only", "power"]);
  assert.equal(code, 0, stderr);
  const { requests } = world.simulator;
  assert.match(
    stderr,
    new RegExp(
      `^This sends about ${requests.length} requests and costs ${requests.length} credits; ` +
        "1,\\d\\d\\d of this month's 2,000 credits are left\\.$",
      "m",
    ),
  );
  // 42 days, a week each.
  assert.equal(requests.length, 6);
  assert.ok(requests.every((one) => /\/power$/.test(one.path)));
  const first = Temporal.Instant.from("2026-05-01T22:00:00Z").epochMilliseconds / 1000;
  const fetched = Temporal.Instant.from("2026-06-12T22:00:00Z").epochMilliseconds / 1000;
  assert.equal(Math.min(...requests.map((one) => one.window!.from)), first);
  assert.ok(Math.max(...requests.map((one) => one.window!.to)) <= fetched);
  assert.equal((await world.seh(["gaps", "--only", "power"])).stdout, "Nothing is missing.\n");

  world.simulator.clearRequests();
  const again = await world.seh(["repair", "--only", "power"]);
  assert.deepEqual([again.code, again.stderr], [0, "Nothing to fetch: nothing is missing.\n"]);
  assert.equal(world.simulator.requests.length, 0);
});

Deno.test("a repair of some days asks for these, with the balance of each", async () => {
  await using world = await creditWorld(noon, [home]);
  await world.seh(["sync", "-q"]);
  world.simulator.clearRequests();
  const { code, stderr } = await world.seh([
    "repair",
    "--from",
    "2026-05-10",
    "--to",
    "2026-05-11",
  ]);
  assert.equal(code, 0, stderr);
  const midnight = (day: string) =>
    Temporal.PlainDate.from(day).toZonedDateTime("Europe/Berlin").epochMilliseconds / 1000;
  for (const { window, path } of world.simulator.requests) {
    assert.ok(
      window!.from >= midnight("2026-05-10") && window!.to <= midnight("2026-05-12"),
      path,
    );
  }
  assert.equal(world.asked(/\/overview$/), 2);
  assert.equal(world.asked(/\/sites$/), 0);
});

Deno.test("what is not available is not asked for by a repair", async () => {
  const bare = homeSite({ ...since, batteries: [] });
  await using world = await creditWorld(noon, [bare]);
  await world.seh(["sync", "-q"]);
  world.simulator.clearRequests();
  await world.seh(["repair", "--only", "storage", "--yes"]);
  assert.equal(world.simulator.requests.length, 0);
});

for (
  const [name, args] of inTurns(
    [
      ["repair", ["repair", "--from", "2023-01-01"]],
      ["sync --from --to", ["sync", "--from", "2023-01-01", "--to", "2026-06-19"]],
    ] as const,
    "of many requests",
  )
) {
  Deno.test(`${name} of more than 100 requests needs a person's word, or --yes, or a limit`, async () => {
    const old = homeSite({ firstDay: "2025-06-01", installationDate: "2025-06-01" });
    await using world = await creditWorld(noon, [old]);
    await world.seh(["sync", "-q"]);
    world.simulator.clearRequests();
    const { code, stdout, stderr } = await world.seh([...args, "--only", "power,meters,telemetry"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /seh: \d\d\d requests are more than 100, and nobody is there to ask\./);
    assert.match(stderr, /Add --yes to go on, or --max-requests 100 to fetch a part\./);
    assert.equal(world.simulator.requests.length, 0);

    const part = await world.seh([
      ...args,
      "--only",
      "power,meters,telemetry",
      "--max-requests",
      "3",
    ]);
    assert.equal(part.code, 75, part.stderr);
    assert.equal(world.simulator.requests.length, 3);
    world.simulator.clearRequests();
    const all = await world.seh([...args, "--only", "power", "--yes"]);
    assert.equal(all.code, 0, all.stderr);
    const first = Temporal.Instant.from("2025-05-31T22:00:00Z").epochMilliseconds / 1000;
    const { requests } = world.simulator;
    assert.ok(requests.length > 40);
    assert.ok(requests.every((one) => one.window === null || one.window.from >= first));
    assert.ok(
      requests.every((one) => (one.window?.to ?? 0) <= world.now().epochMilliseconds / 1000 + 900),
    );
  });
}

Deno.test("a range before the first sync is asked for from the first day on, and its cost is said", async () => {
  await using world = await creditWorld(noon, [home]);
  const { code, stderr } = await world.seh([
    "sync",
    "--from",
    "2020-01-01",
    "--to",
    "2026-06-19",
    "--only",
    "power",
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Site 1234567 Example Home \(Europe\/Berlin\): data since 2026-05-02\./);
  assert.match(stderr, /This sends about \d+ requests and costs \d+ credits;/);
  const first = Temporal.Instant.from("2026-05-01T22:00:00Z").epochMilliseconds / 1000;
  const power = world.simulator.requests.filter((one) => /\/power$/.test(one.path));
  assert.ok(power.length > 0 && power.every((one) => one.window!.from >= first));
});

Deno.test("a repair before the first sync says what to do first", async () => {
  await using world = await creditWorld(noon, [home]);
  const { code, stderr } = await world.seh(["repair"]);
  assert.equal(code, 2);
  assert.match(stderr, /no site is known yet\. Run: seh sync/);
  assert.equal(world.simulator.requests.length, 0);
});
