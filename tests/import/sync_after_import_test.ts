// Not in test:fast: a month of history is planned and fetched.
import assert from "node:assert/strict";
import { openPythonFile } from "../../src/import/python/sqlite.ts";
import { pythonReader } from "../../src/import/python/tool.ts";
import { lengthOf, secondOf, without } from "../../src/model/coverage.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { type HarvestWorld, harvestWorld } from "../support/harvest_world.ts";
import { storedRows } from "../support/stored_rows.ts";
import { importFrom, sample } from "./python_truth.ts";

/** The series that the tool's rows fill, by the name of the query that would ask for them again. */
const filled = {
  v1: ["energy", "power", "power-details", "telemetry"],
  v2: ["energy", "power"],
} as const;

interface Planned {
  readonly query: string;
  readonly device: string | null;
  readonly from: string;
  readonly to: string;
}

async function planOf(world: HarvestWorld, generation: "v1" | "v2"): Promise<Planned[]> {
  const isV2 = generation === "v2";
  const { code, stdout, stderr } = await runInWorld(["sync", "--full", "--dry-run", "--json"], {
    cwd: world.folder,
    now: world.now(),
    env: {
      SEH_API_KEY: isV2 ? world.simulator.fleetKey : world.simulator.apiKey,
      SEH_API_BASE_URL: world.simulator.url,
      SEH_API_VERSION: isV2 ? "2" : "1",
      SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
    },
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout).requests;
}

async function imported(world: HarvestWorld): Promise<void> {
  const reader = await pythonReader(await openPythonFile(sample("python-tool-new.db")));
  await importFrom(world.database, reader);
}

for (const generation of ["v1", "v2"] as const) {
  Deno.test(`${generation}: all history asks nothing again that came in and is sure`, async () => {
    const site = homeSite({ firstDay: "2026-08-25" });
    const world = async (isImported: boolean) => {
      const one = await harvestWorld("2026-12-20T12:07:00Z", { sites: [site] });
      if (isImported) await imported(one);
      await one.sync({ generation, only: ["sites", "equipment"] });
      return one;
    };
    await using with_ = await world(true);
    await using without_ = await world(false);
    const { coverage } = await with_.database.known();
    const isFilled = ({ query }: Planned) =>
      (filled[generation] as readonly string[]).includes(query);
    const requests = (await planOf(with_, generation)).filter(isFilled);
    const others = (await planOf(without_, generation)).filter(isFilled);
    // A window of v1 is wider than what the sample holds.
    const most = generation === "v1" ? others.length : others.length - 1;
    assert.ok(
      requests.length <= most,
      `${requests.length} requests instead of ${others.length}`,
    );
    for (const { query, device, from, to } of requests) {
      const known = coverage.filter((one) =>
        one.series === query && one.deviceKey === (device ?? "") && one.state === "covered"
      );
      const asked = { start: secondOf(from), end: secondOf(to) };
      assert.ok(lengthOf(without([asked], known)) > 0, `${query} ${from} to ${to} is here`);
    }
  });
}

Deno.test("what a sync fetches later replaces what was imported, and is no revision", async () => {
  await using world = await harvestWorld("2026-10-26T12:07:00Z", {
    sites: [homeSite({ firstDay: "2026-10-17" })],
  });
  await imported(world);
  const sourceAt = async (timestamp: string) =>
    (await storedRows(world.database, "power_readings"))
      .find((one) => one.timestamp === timestamp)?.source;
  assert.equal(await sourceAt("2026-10-26T00:00:00Z"), "python-tool");
  await world.sync();
  assert.equal(await sourceAt("2026-10-26T00:00:00Z"), "v1");
  assert.deepEqual(await storedRows(world.database, "revisions"), []);
});

Deno.test("v2: after an import of our own export the history that is left is that of its database", async () => {
  const site = homeSite({ firstDay: "2026-04-20", installationDate: "2026-04-20" });
  await using first = await harvestWorld("2026-06-01T12:07:00Z", { sites: [site] });
  await first.sync({ generation: "v2", depth: "full" });
  const file = `${first.folder}/all.ndjson`;
  const seh = (args: readonly string[], name: string) =>
    runInWorld(args, {
      cwd: first.folder,
      now: first.now(),
      env: {
        SEH_API_KEY: first.simulator.fleetKey,
        SEH_API_BASE_URL: first.simulator.url,
        SEH_API_VERSION: "2",
        SEH_DATABASE_URL: `sqlite:///${first.folder}/${name}.db`,
      },
    });
  const done = async (args: readonly string[], name: string) => {
    const { code, stdout, stderr } = await seh(args, name);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  await done(["export", "all", "--format", "ndjson", "--output", file], "seh");
  await done(["import", file], "other");
  const old = async (name: string) => {
    const plan: { requests: Planned[] } = JSON.parse(
      await done(["sync", "--full", "--dry-run", "--json"], name),
    );
    return plan.requests.filter((one) => one.to && one.to < "2026-05-25")
      .map(({ query, from, to }) => `${query} ${from} ${to}`).sort();
  };
  assert.deepEqual(await old("other"), await old("seh"));
});
