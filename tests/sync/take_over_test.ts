// Not in test:fast: three weeks of a timer.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { homeSite } from "../../src/simulator/scenarios.ts";
import { endpoints } from "../../src/source/v2/endpoints.ts";
import { takeOver } from "../../src/sync/take_over.ts";
import { harvestWorld, mostly } from "../support/harvest_world.ts";
import { storedRows } from "../support/stored_rows.ts";

Deno.test("a database of the version before finds the outage that it had lost", async () => {
  const site = homeSite({ firstDay: "2026-05-10", installationDate: "2026-05-10" });
  await using world = await harvestWorld("2026-05-20T09:37:00Z", { sites: [site] });
  const [from, to] = ["2026-05-22T06:00:00Z", "2026-05-25T06:00:00Z"];
  world.simulator.holdBack({
    siteId: site.siteId,
    from: Temporal.Instant.from(from),
    to: Temporal.Instant.from(to),
    until: Temporal.Instant.from("2026-06-10T00:00:00Z"),
  });
  const only = mostly("sites", "equipment", "energy", "power");
  const choice = { generation: "v2", spareQuota: "keep", ...only } as const;
  for (let day = 0; day < 14; day++) {
    world.setNow(Temporal.Instant.from("2026-05-20T09:37:00Z").add({ hours: 24 * day }));
    await world.sync(choice);
  }
  const power = async () =>
    (await storedRows(world.database, "power_readings"))
      .filter((row) => String(row.timestamp) >= from && String(row.timestamp) < to);
  const lost = (await power()).filter((row) => row.power_w !== null).length;
  assert.equal(lost, 0);

  // What the version before left behind: the outage counts as fetched, and nothing says otherwise.
  const file = new DatabaseSync(`${world.folder}/seh.db`);
  file.exec(`
    update coverage set state = 'covered', reported_at = null, tries = null;
    delete from sync_metadata where series = 'evidence';
    update sync_metadata set asked_until = null, delivered_at = null;
  `);
  const rows = Number(file.prepare("select count(*) as n from power_readings").get()!.n);
  file.close();

  world.setNow("2026-06-25T09:37:00Z");
  const source = { name: "v2", queries: endpoints("fleet").map((one) => one.query) };
  const known = await world.database.known();
  assert.equal(await takeOver(world.database, source, known, world.now()), true);
  assert.equal(
    await takeOver(world.database, source, await world.database.known(), world.now()),
    false,
  );
  const stale = (await world.database.known()).coverage.filter((one) =>
    one.series === "power" && one.state === "stale"
  );
  assert.deepEqual(stale.map((one) => [(one.end - one.start) / 86_400, one.fetchedAt]), [[3, 0]]);
  const first = await world.sync(choice);
  assert.deepEqual([first.failures, first.leftDue], [[], 0]);
  assert.ok((await storedRows(world.database, "power_readings")).length >= rows, "all rows stay");
  await world.sync({ generation: "v2", depth: "full", ...only });
  for (let day = 1; day < 4; day++) {
    world.setNow(Temporal.Instant.from("2026-06-25T09:37:00Z").add({ hours: 24 * day }));
    await world.sync({ generation: "v2", ...only });
  }
  const found = (await power()).filter((row) => row.power_w !== null).length;
  assert.ok(found > 3 * 50, `${found} quarter-hours of the outage`);
});
