import assert from "node:assert/strict";
import { importFolder } from "./import_folder.ts";

/** Ten days of an inverter that sends its power every five minutes of light, as an export of seh. */
function telemetry(source: string, step: number, hole: string | null): string {
  const lines = [
    "site_id,device_key,timestamp,local_time,interval_s,total_active_power_w,source,updated_at",
  ];
  for (let day = 1; day <= 10; day++) {
    for (let minute = 6 * 60; minute < 20 * 60; minute += step) {
      const time = new Date(Date.UTC(2026, 5, day, 0, minute)).toISOString().slice(0, 19);
      if (hole !== null && time.startsWith(hole)) continue;
      const watts = Math.round(5000 * Math.sin(Math.PI * (minute - 330) / 900));
      lines.push(
        `1,INV,${time}Z,${time},${step === 5 ? 0 : 900},${watts},${source},2026-06-12T00:00:00Z`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

async function covered(text: string) {
  await using folder = await importFolder({ isBare: true });
  await folder.put("telemetry.csv", text);
  const { code, stderr } = await folder.seh(["import", "telemetry.csv", "--time-zone", "UTC"]);
  assert.equal(code, 0, stderr);
  return folder.rows("select series, device_key, start_at, end_at from coverage order by start_at")
    .map((one) => Object.values(one).join(" "));
}

for (
  const [source, series, step] of [["v1", "telemetry", 5], ["v2", "telemetry-900", 15]] as const
) {
  Deno.test(`an export of ${series}: the nights between its days count as fetched, a hole by day does not`, async () => {
    assert.deepEqual(await covered(telemetry(source, step, null)), [
      `${series} INV 2026-06-01T06:00:00Z 2026-06-10T00:00:00Z`,
    ]);
    assert.deepEqual(await covered(telemetry(source, step, "2026-06-04T11")), [
      `${series} INV 2026-06-01T06:00:00Z 2026-06-04T11:00:00Z`,
      `${series} INV 2026-06-04T12:00:00Z 2026-06-10T00:00:00Z`,
    ]);
  });
}

Deno.test("what an import says of rows that an API and an import share counts like the API's", async () => {
  assert.deepEqual(await covered(telemetry("v2+portal-csv", 15, null)), [
    "telemetry-900 INV 2026-06-01T06:00:00Z 2026-06-10T00:00:00Z",
  ]);
});
