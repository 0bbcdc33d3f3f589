import assert from "node:assert/strict";
import { columnsChart } from "../../src/chart/columns.ts";
import { glyphsFor } from "../../src/chart/glyphs.ts";
import { heatmapChart } from "../../src/chart/heatmap.ts";
import { sparkline } from "../../src/chart/sparkline.ts";
import { openDatabase } from "../../src/database/open.ts";
import { delivery, quarterHours, rowsOf } from "../database/deliveries.ts";
import { runInWorld } from "../support/captured_world.ts";
import { freshFile } from "../support/fresh_file.ts";

const blocks = glyphsFor({});
const ascii = glyphsFor({ TERM: "dumb" });
const paint = (text: string) => text;

Deno.test("a sparkline has a sign for each value, and a blank where nothing is known", () => {
  assert.equal(sparkline([0, 1, 4, null, 8], blocks), "▁▂▅ █");
  assert.equal(sparkline([0, 4, 8], ascii), ".:#");
  assert.equal(sparkline([null, 0], blocks), " ▁");
  assert.equal(sparkline([], blocks), "");
});

Deno.test("columns grow with the values, and what does not fit side by side is drawn as means", () => {
  const options = { height: 2, label: String, marks: ["00", "12"], paint };
  assert.deepEqual(
    columnsChart([0, 1, 2, null, 4], { ...options, width: 13, glyphs: blocks }),
    ["4 │        ██", "2 │  ▄▄██  ██", "   00   12"],
  );
  assert.deepEqual(
    columnsChart([0, 4, 2, 2, 4, 4], { ...options, width: 6, glyphs: ascii }),
    ["4 |  #", "2 |###", "   00"],
  );
});

Deno.test("a calendar ends with the week of the last day and is as wide as the room", () => {
  const days = ["2026-06-01", "2026-06-02", "2026-06-10", "2026-06-17"].map((day, at) => ({
    day,
    value: [0, 25, null, 100][at],
  }));
  assert.deepEqual(heatmapChart(days, { width: 9, glyphs: blocks, paint }), [
    "      Jun",
    "Mon   ·",
    "      ▒",
    "Wed     █",
    "",
    "Fri",
    "",
    "",
  ]);
});

/** A home of three days whose clock shows UTC. */
async function withHome(work: (env: Record<string, string>) => Promise<void>): Promise<void> {
  await using place = await freshFile();
  const database = await openDatabase(place.url);
  await database.migrate();
  await database.save(delivery([
    rowsOf("sites", [{ site_id: 1, name: "Ro\u001b[2Jof", time_zone: "UTC" }]),
    rowsOf(
      "energy_readings",
      [["2026-05-31", 20_000], ["2026-06-01", 40_000], ["2026-06-02", null]].map((
        [reading_date, energy_wh],
      ) => ({ site_id: 1, time_unit: "DAY", reading_date, energy_wh, is_complete: 1 })),
    ),
    rowsOf(
      "energy_details",
      quarterHours("2026-06-01", 96).map((time, at) => ({
        site_id: 1,
        timestamp: `${time}Z`,
        local_time: time,
        interval_s: 900,
        production_wh: at >= 40 && at < 60 ? 2000 : null,
        consumption_wh: 100,
      })),
    ),
  ]));
  await database.close();
  await work({ SEH_DATABASE_URL: place.url });
}

Deno.test("seh chart draws the newest day, and nothing that a name brings along", () =>
  withHome(async (env) => {
    const { code, stdout, stderr } = await runInWorld(["chart"], {
      cwd: Deno.cwd(),
      env: { ...env, TERM: "dumb" },
      columns: 60,
    });
    assert.equal(code, 0, stderr);
    const lines = stdout.split("\n");
    assert.deepEqual(lines.slice(0, 4), [
      "Ro [2Jof",
      "1 June 2026",
      "Production 40.0 kWh",
      `8.0 kW |${" ".repeat(20)}##########`,
    ]);
    assert.ok(lines.every((line) => line.length <= 60));
    assert.match(stdout, /^[\n -~]*$/);
    assert.match(stdout, /Consumption 9\.60 kWh/);
  }));

Deno.test("days, months and the calendar fit the width and say their numbers; colour is only for terminals", () =>
  withHome(async (env) => {
    for (const columns of [40, 60, 80]) {
      const world = { cwd: Deno.cwd(), env, columns };
      const days = await runInWorld(["chart", "days"], world);
      assert.deepEqual(days.stdout.split("\n").slice(1, 3), [
        `2026-05-31 20.0 kWh ${"█".repeat((columns - 20) / 2)}`,
        `2026-06-01 40.0 kWh ${"█".repeat(columns - 20)}`,
      ]);
      const months = await runInWorld(["chart", "months"], world);
      assert.match(months.stdout, /2026-06 40\.0 kWh █/);
      const calendar = await runInWorld(["chart", "heatmap"], world);
      assert.match(calendar.stdout, /Best day: 40\.0 kWh, 1 June 2026/);
      for (const { stdout } of [days, months, calendar]) {
        assert.ok(stdout.split("\n").every((line) => line.length <= columns), stdout);
        assert.ok(!stdout.includes("\u001b"));
      }
    }
    const painted = await runInWorld(["chart", "days"], { cwd: Deno.cwd(), env, terminal: true });
    assert.ok(painted.stdout.includes("\u001b[33m█"));
    const early = await runInWorld(["chart", "day", "--date", "2020-01-01"], {
      cwd: Deno.cwd(),
      env,
    });
    assert.match(early.stdout, /Nothing is here for 1 January 2020\./);
    const months = ["chart", "months", "--date", "2020-01-01"];
    const none = await runInWorld(months, { cwd: Deno.cwd(), env });
    assert.match(none.stdout, /Nothing is here up to 1 January 2020\./);
    const nobody = await runInWorld(["chart", "--site", "7"], { cwd: Deno.cwd(), env });
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /Site 7 is not in the database/);
  }));
