import type { Database } from "../../src/database/database.ts";
import { secondOf } from "../../src/model/coverage.ts";
import { delivery, noon, powerDelivery, quarterHours, rowsOf } from "./deliveries.ts";

/**
 * A migrated database gets a small harvest with something in each kind of table: two sites with devices,
 * readings, coverage, marks, a revision and a run. Some values are hard to carry over.
 */
export async function saveSmallHarvest(database: Database): Promise<void> {
  await database.save(delivery([
    rowsOf(
      "sites",
      [1, 2].map((siteId) => ({
        site_id: siteId,
        name: `Dächer 'n' "Co" 🌞 {${siteId}}, \\ NULL `,
        account_id: 9007199254740993n,
        lifetime_energy_wh: siteId === 1 ? 5e-324 : 0.1 + 0.2,
        is_public: siteId === 1 ? null : 0,
        extra: '{"b": 1, "a":[9007199254740993,"é"]}',
      })),
    ),
    rowsOf(
      "equipment",
      ["A", "a", "é", "\uFF5E", "🌞"].map((key) => ({
        site_id: 1,
        device_key: key,
        serial_number: key,
      })),
    ),
  ]));
  const times = quarterHours("2026-01-01", 250);
  const range = {
    start: secondOf("2026-01-01T00:00:00Z"),
    end: secondOf("2026-01-03T14:30:00Z"),
    reportedAt: secondOf("2026-01-03T14:31:00Z"),
  };
  for (const siteId of [1, 2]) {
    const [power] = powerDelivery(times).harvest.rows;
    const rows = power.rows.map((row, at) => [siteId, ...row.slice(1, 4), at / 3]);
    await database.save(delivery({ ...power, rows }, {
      ranges: [{ siteId, deviceKey: "", ...range, state: "covered" }],
      marks: [{ siteId, deviceKey: "", lastSuccess: noon }],
    }));
  }
  await database.save(powerDelivery([times[7]], {
    source: "v1",
    fetchedAt: noon.add({ minutes: 1 }),
    keepRevisions: true,
    harvest: {
      rows: [{
        ...powerDelivery([times[7]]).harvest.rows[0],
        rows: [[1, `${times[7]}Z`, times[7], 900, 1 / 7]],
      }],
    },
  }));
  await database.recordRun({
    runId: "2026-06-01T12:00:00Z attic 4711",
    holder: { host: "attic", pid: 4711, since: noon },
    finished: {
      at: noon.add({ seconds: 9 }),
      exitCode: 0,
      requests: 3,
      inserted: 507,
      changed: 1,
      summary: '{"rows": 507}',
    },
  });
}

/** Rows of the small harvest in all tables. */
export const smallHarvestRows = 2 + 5 + 500 + 2 + 2 + 1 + 1;
