import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { runInWorld } from "../support/captured_world.ts";
import { fillFleet } from "../support/fleet_database.ts";
import { freshFile } from "../support/fresh_file.ts";
import type { TableColumn } from "../../src/cli/terminal/cells.ts";
import { renderTable } from "../../src/cli/terminal/table.ts";

const columns: readonly TableColumn[] = [
  { head: "data type" },
  { head: "last sync", drops: 2 },
  { head: "newest data" },
  { head: "rows", align: "right", drops: 1 },
  { head: "gaps", align: "right" },
];
const rows = [
  ["power-details", "12 min ago", "2026-06-01 14:00", "35,040", "1,204"],
  ["energy", "3 h 20 min ago", "2026-06-01 00:00", "380", "0"],
];
const plain = (width: number) => ({ borders: false, colour: false, width });

Deno.test("a narrow terminal loses whole columns and keeps names and numbers whole", () => {
  assert.match(renderTable(columns, rows, plain(80)), /35,040/);
  const sixty = renderTable(columns, rows, plain(60));
  assert.doesNotMatch(sixty, /rows|35,|…/);
  assert.match(sixty, /power-details +12 min ago +2026-06-01 14:00 +1,204/);
  const forty = renderTable(columns, rows, plain(40));
  assert.doesNotMatch(forty, /last sync|…/);
  assert.match(forty, /power-details +2026-06-01 14:00 +1,204/);
  assert.ok(forty.split("\n").every((line) => line.length <= 40));
});

Deno.test("a number or a date is left out before it is cut, on however few columns", () => {
  const whole = new Set(rows.flat().flatMap((text) => text.split(" ")));
  for (let width = 60; width >= 4; width--) {
    const text = renderTable(columns, rows, plain(width));
    assert.ok(text.split("\n").every((line) => line.length <= width), `${width}:\n${text}`);
    for (const [number] of text.matchAll(/(?<=\s)\d\S*/g)) {
      assert.ok(whole.has(number), `${width}: ${number}`);
    }
  }
});

Deno.test("texts that may be cut give way a little first, then columns go", () => {
  const named: readonly TableColumn[] = [
    { head: "id", align: "right" },
    { head: "name", shrinks: true },
    { head: "place", shrinks: "first", drops: 1 },
  ];
  const row = ["1234567", "Solar roof of the town hall", "Musterstadt, Germany"];
  assert.equal(
    renderTable(named, [row], plain(50)).split("\n")[1],
    "1234567  Solar roof of the town hall  Musterstadt…",
  );
  assert.equal(
    renderTable(named, [row], plain(40)).split("\n")[1],
    "1234567  Solar roof of the to…  Musters…",
  );
  assert.equal(renderTable(named, [row], plain(24)).split("\n")[1], "1234567  Solar roof of …");
});

Deno.test("forty columns are enough for what is most wanted, and no word is broken at their end", async () => {
  await using place = await freshFile();
  const database = await openDatabase(place.url);
  await fillFleet(database, {
    sites: 2,
    now: Temporal.Instant.from("2026-06-01T12:00:00Z"),
    days: 3,
  });
  await database.close();
  const cwd = await Deno.makeTempDir({ prefix: "seh-test-" });
  const run = (...args: string[]) =>
    runInWorld(args, {
      cwd,
      env: { SEH_DATABASE_URL: place.url, NO_COLOR: "1" },
      terminal: true,
      columns: 40,
    });
  try {
    await Deno.writeTextFile(
      `${cwd}/prices.yaml`,
      "currency: EUR\npurchase:\n  - from: 2026-01-01\n    price_per_kwh: 0.34\n",
    );
    await run("tariff", "load", "prices.yaml");
    await run("export", "energy", "-o", "days.csv");
    for (
      const [args, part] of [
        [["tariff", "show"], "0.34 EUR"],
        [["import", "--dry-run", "days.csv"], "energy_readings │"],
        [["revisions"], "SolarEdge has changed no value after it"],
        [["export", "-f", "nonsense"], "Run `seh export --help` to see what is\n"],
      ] as const
    ) {
      const { stdout, stderr } = await run(...args);
      // What a running line has written over itself is not counted.
      // deno-lint-ignore no-control-regex
      const said = (stdout + stderr).replaceAll(/\r\u001b\[2K[^\r\n]*(?=\r)|\r?\u001b\[2K/g, "");
      assert.ok(said.includes(part), `${args}: ${said}`);
      for (const line of said.split("\n")) assert.ok(line.length <= 40, `${args}: ${line}`);
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
