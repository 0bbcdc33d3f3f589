import assert from "node:assert/strict";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { csvCell, csvFormat } from "../../src/export/csv.ts";
import { dataset } from "../../src/export/dataset.ts";
import type { Page } from "../../src/export/format.ts";
import { jsonFormat } from "../../src/export/json.ts";
import { ndjsonFormat } from "../../src/export/ndjson.ts";
import type { Value } from "../../src/model/table.ts";
import { readCsv } from "../support/read_csv.ts";

const awkward = fc.string({
  unit: fc.constantFrom(
    ..."ab1 ,;\t\"'=+-@\n\r\\",
    "ü",
    "漢",
    "🌞",
    "\u0000",
    "\u2028",
    "\uFEFF",
    "\uD800",
  ),
  maxLength: 12,
});
const value: fc.Arbitrary<Value> = fc.oneof(
  awkward,
  fc.constant(null),
  fc.constant(""),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

const textFormats = { csv: () => csvFormat(), json: jsonFormat, ndjson: ndjsonFormat };

/** The whole file that holds the given rows of a dataset, by default `optimizers`. */
function file(
  format: keyof typeof textFormats,
  pages: readonly Page[],
  several = false,
  one = dataset("optimizers"),
): string {
  const writer = textFormats[format](several);
  return writer.open() + writer.openDataset(one) + pages.map(writer.rows).join("") +
    writer.closeDataset() + writer.close();
}

/** A row of `optimizers` that holds the given values in its first columns. */
function row(...values: Value[]): Value[] {
  return dataset("optimizers").columns.map((_, i) => values[i] ?? null);
}

Deno.test("a cell of CSV is the one that the CSV library writes", () => {
  fc.assert(fc.property(fc.oneof(awkward, fc.string({ unit: "binary" })), (text) => {
    const cast = { string: (one: string) => one === "" ? { value: "", quoted_empty: true } : one };
    const expected = stringify([[text, "x"]], { cast }).slice(0, -",x\n".length);
    assert.equal(csvCell(text), expected);
  }));
});

Deno.test("every CSV reads back to the same values", () => {
  const equipment = dataset("equipment");
  const names = equipment.columns.map((one) => one.name);
  const time = names.indexOf("last_seen");
  fc.assert(fc.property(fc.array(fc.array(value, { maxLength: time })), (rows) => {
    const written = rows.map((one) =>
      names.map((_, i) => i < time ? one[i] ?? null : "2026-05-01T10:00:00Z")
    );
    const [header, ...read] = readCsv(file("csv", [written], false, equipment));
    assert.deepEqual(header, names);
    assert.deepEqual(
      read,
      written.map((one) => one.map((cell) => cell === null ? null : String(cell))),
    );
  }));
});

Deno.test("a number in CSV reads back to exactly the same double", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
    const [, read] = readCsv(file("csv", [[row(number)]]));
    assert.equal(Number(read[0]) + 0, number + 0);
  }));
});

Deno.test("JSON of one dataset is an array of objects with numbers as numbers", () => {
  const text = file("json", [[row(1, "A", "2026-05-01T10:00:00Z", null, 0, 229.5)], [row(2, "B")]]);
  const rows = JSON.parse(text);
  assert.equal(rows.length, 2);
  assert.equal(rows[0].site_id, 1);
  assert.equal(rows[0].dc_voltage_v, 229.5);
  assert.equal(rows[0].local_time, null);
  assert.equal(rows[1].device_key, "B");
});

Deno.test("JSON of no rows is an empty array", () => {
  assert.deepEqual(JSON.parse(file("json", [])), []);
});

Deno.test("JSON of several datasets is one object with an array for each", () => {
  const writer = jsonFormat(true);
  let text = writer.open();
  for (const name of ["sites", "alerts"] as const) {
    text += writer.openDataset(dataset(name));
    text += writer.rows([dataset(name).columns.map((_, i) => i === 0 ? 7 : null)]);
    text += writer.closeDataset();
  }
  text += writer.close();
  const all = JSON.parse(text);
  assert.deepEqual(Object.keys(all), ["sites", "alerts"]);
  assert.equal(all.alerts[0].site_id, 7);
});

Deno.test("NDJSON is one object a line and names the dataset when there are several", () => {
  const page = [row(1, "with\nbreak"), row(2)];
  const lines = file("ndjson", [page], true).trimEnd().split("\n");
  assert.deepEqual(lines.map((one) => JSON.parse(one).dataset), ["optimizers", "optimizers"]);
  assert.equal(JSON.parse(lines[0]).device_key, "with\nbreak");
  assert.ok(!("dataset" in JSON.parse(file("ndjson", [page]).split("\n")[0])));
});

Deno.test("what the API sent beyond the known fields is JSON within JSON and text within CSV", () => {
  const columns = dataset("optimizers").columns.map((one) => one.name);
  const withExtra = row();
  withExtra[columns.indexOf("extra")] = '{"new":\n12345678901234567890}';
  assert.match(file("json", [[withExtra]]), /"extra":\{"new": 12345678901234567890\}/);
  assert.equal(file("ndjson", [[withExtra]]).trimEnd().split("\n").length, 1);
  const [, read] = readCsv(file("csv", [[withExtra]]));
  assert.equal(read[columns.indexOf("extra")], '{"new":\n12345678901234567890}');
});

Deno.test("text in an extra column that is no JSON stays text", () => {
  const columns = dataset("optimizers").columns.map((one) => one.name);
  const odd = row();
  odd[columns.indexOf("extra")] = "not {json";
  assert.equal(JSON.parse(file("json", [[odd]]))[0].extra, "not {json");
});

Deno.test("a flag is true or false in JSON and 0 or 1 in CSV", () => {
  const { columns } = dataset("sites");
  const at = columns.findIndex((one) => one.name === "is_public");
  for (const [flag, expected] of [[1, true], [0, false], [null, null]] as const) {
    const page = [columns.map((_, i) => i === at ? flag : null)];
    const json = jsonFormat(false);
    const text = json.openDataset(dataset("sites")) + json.rows(page) + json.closeDataset();
    assert.equal(JSON.parse(text)[0].is_public, expected);
    const [cells] = readCsv(csvFormat().rows(page));
    assert.equal(cells[at], flag === null ? null : String(flag));
  }
});

Deno.test("whole numbers beyond 2^53 keep all their digits", () => {
  assert.match(file("json", [[row(9007199254740993n)]]), /"site_id":9007199254740993,/);
  assert.match(file("csv", [[row(9007199254740993n)]]), /^9007199254740993,/m);
});
