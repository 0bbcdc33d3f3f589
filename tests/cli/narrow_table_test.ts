import assert from "node:assert/strict";
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
