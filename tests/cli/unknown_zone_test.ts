// Not in test:fast: harvests of sites with each odd zone.
import assert from "node:assert/strict";
import { homeSite, houseSite } from "../../src/simulator/scenarios.ts";
import { runInWorld } from "../support/captured_world.ts";
import { startFront } from "../reliability/front.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { storedRows } from "../support/stored_rows.ts";
import { truthRowsV2 } from "../support/truth_rows_v2.ts";

const noon = "2026-06-01T12:07:00Z";

// What servers were seen to name a zone by, and is none.
for (const zone of ["AEST", "CET/CEST", "", null]) {
  Deno.test(`a site whose zone is ${JSON.stringify(zone)} costs the others nothing, and status goes on`, async () => {
    const sites = [homeSite({ firstDay: "2026-05-28" }), houseSite({ firstDay: "2026-05-28" })];
    await using world = await harvestWorld(noon, { sites });
    const list = {
      sites: {
        count: 2,
        site: sites.map(({ siteId, name, timeZone }) => ({
          id: siteId,
          name,
          status: "Active",
          location: { timeZone: siteId === 2345678 ? zone : timeZone },
        })),
      },
    };
    for (const endpoint of ["/sites/list", "/site/{id}/details"]) {
      world.simulator.inject({
        kind: "wrong-shape",
        endpoint,
        body: endpoint === "/sites/list" ? list : { details: list.sites.site[1] },
        siteId: endpoint === "/sites/list" ? undefined : 2345678,
        times: Infinity,
      });
    }
    await world.sync({ only: ["sites", "energy", "power"] });
    const rowsOf = async (siteId: number) => {
      const counts: Record<string, number> = {};
      for (const table of ["energy_readings", "power_readings"] as const) {
        counts[table] = 0;
        for await (const page of world.database.read({ table, siteIds: [siteId] })) {
          counts[table] += page.length;
        }
      }
      return counts;
    };
    const { energy_readings: energy, power_readings: power } = await rowsOf(1234567);
    assert.ok(energy! > 3 && power! > 300, `${energy} ${power}`);
    const { sites: [, house] } = await world.database.known();
    assert.deepEqual([house!.siteId, house!.timeZone], [2345678, null]);
    const env = { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db` };
    for (const args of [["status"], ["status", "--json"], ["status", "--max-age", "2h"]]) {
      const { code, stderr } = await runInWorld(args, { cwd: world.folder, now: noon, env });
      assert.ok(code === 0 || code === 3, `${args.join(" ")}: ${code} ${stderr}`);
      assert.doesNotMatch(stderr, /Temporal/);
    }
  });
}

for (const zone of ["Pacific/Auckland", "America/Los_Angeles"]) {
  Deno.test(`v2: of a site in ${zone} whose zone the server does not say, the first local day is there whole, and no gap`, async () => {
    const since = { firstDay: "2026-05-28", installationDate: "2026-05-28" };
    const site = homeSite({ ...since, timeZone: zone });
    const now = "2026-06-02T05:37:00Z";
    const allowance = { perMinute: 100_000 };
    await using world = await harvestWorld(now, { sites: [site], allowance });
    await using front = await startFront(world.simulator.url);
    front.set({
      path: /\/v2\/sites(\/\d+)?$/,
      fault: {
        kind: "changed",
        change: (body) => JSON.stringify(body, (key, one) => key === "timezone" ? null : one),
      },
    });
    const env = {
      SEH_API_BASE_URL: front.url,
      SEH_API_VERSION: "2",
      SEH_API_KEY: world.simulator.fleetKey,
      SEH_API_MINUTE_LIMIT: "100000",
      SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db`,
    };
    const seh = (...args: string[]) => runInWorld(args, { cwd: world.folder, now, env });
    await seh("sync", "--full");
    assert.equal((await world.database.known()).sites[0]!.timeZone, null);
    const from = Temporal.PlainDate.from(since.firstDay).toZonedDateTime(zone).toInstant();
    const truth = truthRowsV2(world.simulator, site.siteId, "power_readings", {
      from,
      to: from.add({ hours: 48 }),
      now: world.now(),
    });
    const stored = new Set(
      (await storedRows(world.database, "power_readings")).map((one) => one.timestamp),
    );
    assert.equal(truth.length, 192);
    assert.deepEqual(truth.filter((one) => !stored.has(one.timestamp!)), []);
    const { stdout } = await seh("gaps", "--only", "power,storage,meters");
    assert.doesNotMatch(stdout, /2026-05-2[789]/);
  });
}
