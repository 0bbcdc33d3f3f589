import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { reflow } from "../../src/cli/help_text.ts";
import {
  agoText,
  countText,
  durationText,
  percentText,
  sizeText,
} from "../../src/cli/terminal/human.ts";
import { renderTable } from "../../src/cli/terminal/table.ts";

const columns = [
  { head: "id", align: "right" as const },
  { head: "name", shrinks: true as const },
  { head: "status" },
];
const rows = [
  ["1", "Haus Müller", { text: "Active", style: "green" as const }],
  ["22222", "漢字の家", null],
];

Deno.test("a table in a pipe is plain aligned columns without colour", () => {
  const text = renderTable(columns, rows, { borders: false, colour: false, width: 80 });
  assert.equal(
    text,
    "   id  name         status\n" +
      "    1  Haus Müller  Active\n" +
      "22222  漢字の家     -\n",
  );
});

Deno.test("a table on a terminal has borders and colour", () => {
  const text = renderTable(columns, rows, { borders: true, colour: true, width: 80 });
  assert.match(text, /^┌─+┬─+┬─+┐\n/);
  assert.ok(text.includes("\u001b[32mActive"));
  assert.ok(stripVTControlCharacters(text).includes("│     1 │ Haus Müller │ Active │"));
});

Deno.test("no line of a table is wider than the terminal", () => {
  const cell = fc.string({
    unit: fc.constantFrom("a", "b", " ", "ü", "\n", "\t", "\u001b", "e\u0301"),
    maxLength: 60,
  });
  const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(table, fc.integer({ min: 20, max: 100 }), fc.boolean(), (cells, width, borders) => {
      const text = renderTable(columns, cells, { borders, colour: false, width });
      for (const line of text.split("\n")) {
        const length = [...new Intl.Segmenter().segment(line)].length;
        assert.ok(length <= width, `${length} > ${width}: ${line}`);
      }
      assert.equal(text.split("\n").length - 1, cells.length + (borders ? 4 : 1));
    }),
  );
});

Deno.test("a cell that is cut ends with an ellipsis and the others stay whole", () => {
  const long = [["12345", "A name that does not fit into any reasonable table", "Active"]];
  const text = renderTable(columns, long, { borders: false, colour: false, width: 40 });
  assert.match(text, /^12345 {2}A name that [^\n]*… {2}Active$/m);
});

Deno.test("text from the server cannot move the cursor", () => {
  const evil = [["1", "\u001b[2Jgone\r\nnext", "x"]];
  const text = renderTable(columns, evil, { borders: false, colour: false, width: 80 });
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\u001b\r]/);
  assert.equal(text.split("\n").length, 3);
});

Deno.test("numbers, sizes and times read as people write them", () => {
  const now = Temporal.Instant.from("2026-06-01T12:00:00Z");
  assert.equal(countText(1_234_567), "1,234,567");
  assert.equal(sizeText(999), "999 bytes");
  assert.equal(sizeText(12_345_678), "12.3 MB");
  assert.equal(sizeText(999_999), "1.0 MB");
  assert.equal(durationText(59), "59 s");
  assert.equal(durationText(12_030), "3 h 20 min");
  assert.equal(durationText(7 * 86_400), "7 d");
  assert.equal(agoText(null, now), "never");
  assert.equal(agoText(now.subtract({ minutes: 12, seconds: 40 }), now), "12 min ago");
  assert.equal(agoText(now.subtract({ hours: 74 }), now), "3 d ago");
  assert.equal(percentText(0.9999), "99%");
  assert.equal(percentText(1), "100%");
});

Deno.test("help is broken between words and its examples are not", () => {
  const text =
    "A sentence that is too long for it\nand goes on.\n\n  a line of a list too long\n  seh sync --site 12345 --full\n";
  assert.equal(
    reflow(text, 20),
    "A sentence that is\ntoo long for it and\ngoes on.\n\n  a line of a list\n  too long\n  seh sync --site 12345 --full\n",
  );
});
