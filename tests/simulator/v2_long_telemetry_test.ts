// Not in test:fast: months of telemetry.
import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { askV2, type Reading, unlimited } from "./ask_v2.ts";

const families = ["inverters", "meters", "storage"] as const;
type Series = { unit: string; values: Reading[] };
type Devices = Record<string, Record<string, Series>>;

/** A home in Berlin and a bakery on Lord Howe Island, whose clocks change by half an hour. */
async function server() {
  const now = Temporal.Instant.from("2026-06-02T12:07:00Z");
  const sites = [homeSite({ firstDay: "2025-09-20" }), businessSite({ firstDay: "2025-09-20" })];
  return await startSimulator({
    sites,
    now: () => now,
    allowance: unlimited,
    spans: { quarterHourHours: Infinity },
  });
}

for (
  const [siteId, month, days, changes] of [
    [1234567, "2025-10", 31, { "2025-10-26": "+02:00", "2025-10-27": "+01:00" }],
    [1234567, "2026-03", 31, { "2026-03-29": "+01:00", "2026-03-30": "+02:00" }],
    [3456789, "2026-04", 30, { "2026-04-05": "+11:00", "2026-04-06": "+10:30" }],
  ] as const
) {
  Deno.test(`a day of telemetry in ${month} is the sum of its quarter-hours, a power their mean`, async () => {
    await using sim = await server();
    const window = {
      from: `${month}-01T00:00:00`,
      to: `${month}-${days}T23:59:59`,
    };
    for (const family of families) {
      const of = async (resolution: string): Promise<Devices> =>
        (await askV2(sim, `/sites/${siteId}/${family}/telemetry`, { ...window, resolution }))
          .body[family];
      const [quarters, daily] = [await of("QUARTER_HOUR"), await of("DAY")];
      assert.deepEqual(Object.keys(daily), Object.keys(quarters));
      for (const [serial, metrics] of Object.entries(daily)) {
        const names = Object.keys(quarters[serial]!).filter((name) => /energy|power/i.test(name));
        assert.deepEqual(
          Object.keys(metrics),
          names.filter((name) => !/OfEnergy|remaining/.test(name)),
          family,
        );
        for (const [name, { values }] of Object.entries(metrics)) {
          assert.equal(values.length, days);
          for (const { timestamp, value } of values) {
            const day = timestamp.slice(0, 10);
            assert.equal(timestamp.slice(10, 19), "T00:00:00");
            const offset = (changes as Record<string, string>)[day];
            if (offset !== undefined) assert.equal(timestamp.slice(19), offset);
            const parts = quarters[serial]![name]!.values
              .filter((one) => one.timestamp.startsWith(day)).map((one) => one.value ?? 0);
            const sum = parts.reduce((total, one) => total + one, 0);
            const expected = /energy/i.test(name) ? sum : Number((sum / parts.length).toFixed(4));
            assert.equal(value, expected, `${serial} ${name} ${day}`);
          }
        }
      }
    }
  });
}

Deno.test("a month of telemetry is the sum of its days, a year of months in one call", async () => {
  await using sim = await server();
  for (const family of families) {
    const of = async (resolution: string, from: string, to: string): Promise<Devices> => {
      const window = { from: `${from}T00:00:00`, to: `${to}T23:59:59`, resolution };
      const { status, body } = await askV2(sim, `/sites/1234567/${family}/telemetry`, window);
      assert.equal(status, 200);
      return body[family];
    };
    const year = await of("MONTH", "2025-06-01", "2026-05-31");
    const march = await of("DAY", "2026-03-01", "2026-03-31");
    for (const [serial, metrics] of Object.entries(year)) {
      for (const [name, { values }] of Object.entries(metrics)) {
        assert.equal(values.length, 12);
        assert.deepEqual(values.slice(0, 3).map((one) => one.value), [null, null, null]);
        assert.equal(values[9]!.timestamp, "2026-03-01T00:00:00+01:00");
        assert.equal(values[10]!.timestamp, "2026-04-01T00:00:00+02:00");
        if (!/energy/i.test(name)) continue;
        const sum = march[serial]![name]!.values.reduce((total, one) => total + one.value!, 0);
        assert.equal(values[9]!.value, sum, `${serial} ${name}`);
        assert.ok(sum > 0);
      }
    }
  }
});
