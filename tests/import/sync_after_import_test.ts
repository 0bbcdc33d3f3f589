import assert from "node:assert/strict";
import { openPythonFile } from "../../src/import/python/sqlite.ts";
import { pythonReader } from "../../src/import/python/tool.ts";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { storedRows } from "../support/stored_rows.ts";
import { importFrom, sample } from "./python_truth.ts";

const now = "2026-10-26T12:07:00Z";

interface Planned {
  readonly query: string;
  readonly from?: string;
  readonly to?: string;
}

Deno.test("a sync of all history asks for nothing that came in and is sure, and replaces the rest", async () => {
  await using world = await harvestWorld(now, { sites: [homeSite({ firstDay: "2026-10-17" })] });
  await importFrom(
    world.database,
    await pythonReader(await openPythonFile(sample("python-tool-new.db"))),
  );
  await world.sync({ only: ["sites", "equipment"] });
  const { coverage } = await world.database.known();
  const { code, stdout, stderr } = await runInWorld(["sync", "--full", "--dry-run", "--json"], {
    cwd: world.folder,
    now: world.now(),
    env: {
      SEH_API_KEY: world.simulator.apiKey,
      SEH_API_BASE_URL: world.simulator.url,
      SEH_API_VERSION: "1",
      SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
    },
  });
  assert.equal(code, 0, stderr);
  const requests = JSON.parse(stdout).requests as Record<string, unknown>[];
  assert.ok(requests.length > 0);
  for (const one of requests) console.log(JSON.stringify(one));
  console.log(coverage.length);
  for (const query of ["energy", "power"]) {
    for (const one of requests.filter((each) => each.query === query) as unknown as Planned[]) {
      assert.ok(one.from! >= "2026-10-24", `${query} from ${one.from} to ${one.to}`);
    }
  }

  const imported = (await storedRows(world.database, "power_readings"))
    .find((one) => one.timestamp === "2026-10-26T00:00:00Z")!;
  assert.equal(imported.source, "python-tool");
  await world.sync();
  const fetched = (await storedRows(world.database, "power_readings"))
    .find((one) => one.timestamp === "2026-10-26T00:00:00Z")!;
  assert.equal(fetched.source, "v1");
});
