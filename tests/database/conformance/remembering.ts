import assert from "node:assert/strict";
import { DatabaseError } from "../../../src/database/database_error.ts";
import { textOfSecond } from "../../../src/model/site_time.ts";
import {
  delivery,
  later,
  noon,
  powerDelivery,
  quarterHours,
  range,
  rowsOf,
} from "../deliveries.ts";
import { databaseTest, type DialectUnderTest } from "./dialect.ts";

const instant = (text: string) => Temporal.Instant.from(text);

/** Coverage, marks, runs, and the questions asked about them. */
export function testRemembering(dialect: DialectUnderTest): void {
  const test = databaseTest(dialect);

  test("ranges and marks are stored with their delivery and are known", async (database) => {
    await database.save(delivery([], {
      ranges: [
        range("2026-05-01T00:00Z", "2026-05-02T00:00Z", "covered"),
        range("2026-05-02T00:00Z", "2026-05-03T00:00Z", "empty"),
      ],
      marks: [{
        siteId: 1,
        deviceKey: "",
        lastSuccess: noon,
        newestData: instant("2026-05-02T00:00Z"),
        wantedFrom: instant("2026-05-01T00:00Z"),
        error: { at: noon, text: "no answer" },
      }],
    }));
    await database.save(delivery([], {
      fetchedAt: later,
      ranges: [range("2026-05-02T00:00Z", "2026-05-02T12:00Z", "covered")],
      marks: [{
        siteId: 1,
        deviceKey: "",
        lastSuccess: later,
        lastUpdateLabel: "2026-05-02T12:00:00",
        wantedFrom: instant("2026-05-05T00:00Z"),
        unavailable: { since: later, reason: "no battery" },
        spanSeconds: 86400,
        error: null,
      }],
    }));
    const { coverage, marks } = await database.known([1]);
    assert.deepEqual(
      coverage.map((one) =>
        `${textOfSecond(one.start)} ${textOfSecond(one.end)} ${one.state} ` +
        textOfSecond(one.fetchedAt)
      ),
      [
        "2026-05-01T00:00:00Z 2026-05-02T12:00:00Z covered 2026-06-01T13:00:00Z",
        "2026-05-02T12:00:00Z 2026-05-03T00:00:00Z empty 2026-06-01T12:00:00Z",
      ],
    );
    assert.equal(marks.length, 1);
    const [mark] = marks;
    assert.equal(String(mark.lastSuccess), "2026-06-01T13:00:00Z");
    assert.equal(String(mark.wantedFrom), "2026-05-01T00:00:00Z");
    assert.equal(mark.lastUpdateLabel, "2026-05-02T12:00:00");
    assert.equal(mark.unavailableReason, "no battery");
    assert.equal(mark.spanSeconds, 86400);
    assert.equal(mark.lastError, null);
    assert.equal(String(mark.lastErrorAt), "2026-06-01T12:00:00Z");

    await database.save(delivery([], { marks: [{ siteId: 1, deviceKey: "", unavailable: null }] }));
    const [again] = (await database.known()).marks;
    assert.equal(again.unavailableSince, null);
    assert.equal(again.spanSeconds, 86400);
  });

  test("sites and devices are known, sensors among them", async (database) => {
    await database.save(delivery([
      rowsOf(
        "sites",
        [1, 2].map((site) => ({
          site_id: site,
          name: `Site ${site}`,
          time_zone: "Europe/Berlin",
          data_start_date: "2020-01-01",
          last_update_local: "2026-06-01T13:45:00",
          last_update_at: "2026-06-01T11:45:00Z",
        })),
      ),
      rowsOf("equipment", [{
        site_id: 1,
        device_key: "7E1",
        serial_number: "7E1",
        category: "inverter",
      }]),
      rowsOf("sensors", [{ site_id: 1, device_key: "Gateway 1/temperature" }]),
    ]));
    const { sites, devices } = await database.known([1]);
    assert.equal(sites.length, 1);
    assert.equal(String(sites[0].firstDay), "2020-01-01");
    assert.equal(String(sites[0].lastUpdate), "2026-06-01T11:45:00Z");
    assert.deepEqual(devices.map((one) => [one.deviceKey, one.category]), [
      ["7E1", "inverter"],
      ["Gateway 1/temperature", "sensor"],
    ]);
    assert.deepEqual(devices.map((one) => String(one.lastSeen)), Array(2).fill(String(noon)));
    assert.equal((await database.known()).sites.length, 2);
  });

  test("a run is remembered from its start and again when it ends", async (database) => {
    const holder = { host: "here", pid: 42, since: noon };
    await database.recordRun({ runId: "r1", holder });
    assert.equal((await database.query("last_run"))[0].finished_at, null);
    await database.recordRun({
      runId: "r1",
      holder,
      finished: {
        at: later,
        exitCode: 75,
        requests: 9,
        inserted: 3,
        changed: 2,
        summary: '{"a":1}',
      },
    });
    const [run] = await database.query("last_run");
    assert.equal(run.finished_at, "2026-06-01T13:00:00Z");
    assert.equal(run.exit_code, 75);
    assert.equal(run.summary, '{"a":1}');
  });

  test("the questions of status are answered", async (database) => {
    await database.save(powerDelivery(quarterHours("2026-05-01", 192)));
    await database.save(delivery(rowsOf("sites", [{ site_id: 1, name: "Roof" }])));
    assert.deepEqual(await database.query("row_counts"), [
      { table_name: "power_readings", site_id: 1, row_count: 192 },
      { table_name: "sites", site_id: 1, row_count: 1 },
    ]);
    assert.deepEqual(await database.query("row_counts", { site_ids: "[2]" }), []);
    assert.deepEqual(await database.query("row_counts", { site_ids: "[]" }), []);
    const slots = await database.query("daylight_slots", { since: "2026-05-02" });
    assert.equal(slots.length, 96);
    assert.deepEqual(slots[1], { site_id: 1, slot: "00:15", days: 1 });
    const before = await database.query("daylight_slots");
    assert.deepEqual(before.slice(0, 2).map((one) => one.days), [1, 2]);
    await assert.rejects(database.query("row_counts", { sites: "[2]" }), DatabaseError);
  });
}
