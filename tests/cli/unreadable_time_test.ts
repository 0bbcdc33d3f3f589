import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { fillFleet } from "../support/fleet_database.ts";
import { freshFile } from "../support/fresh_file.ts";
import { runSeh } from "../support/run_seh.ts";

const now = Temporal.Instant.from("2026-06-01T12:07:00Z");

Deno.test("a day that somebody changed by hand is named with its table and row, and ends with 6", async () => {
  await using place = await freshFile();
  const database = await openDatabase(place.url);
  await fillFleet(database, { sites: 2, now, days: 3 });
  await database.close();
  await place.change(
    "update energy_readings set reading_date = 'hello' where site_id = 5000001 and reading_date = '2026-05-31'",
  );
  const cwd = await Deno.makeTempDir({ prefix: "seh-test-" });
  try {
    for (const args of [["report"], ["export", "energy", "-f", "parquet", "-o", "x.parquet"]]) {
      const { code, stderr } = await runSeh(args, {
        cwd,
        env: { SEH_DATABASE_URL: place.url },
        at: now,
      });
      assert.equal(code, 6, `${args}: ${stderr}`);
      assert.match(
        stderr.replaceAll(/\s+/g, " "),
        /a time cannot be read: in energy_readings, site_id 5000001, time_unit "DAY", reading_date is "hello"\. Somebody has changed it by hand\./,
      );
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
