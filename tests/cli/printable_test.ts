import assert from "node:assert/strict";
import { printable, printableName } from "../../src/cli/terminal/printable.ts";

Deno.test("no control character of either kind reaches a terminal; letters of all languages do", () => {
  const codes = [...Array(0x20).keys(), 0x7f, ...Array.from({ length: 0x20 }, (_, n) => 0x80 + n)];
  for (const code of codes) {
    assert.equal(printable(`a${String.fromCharCode(code)}b`), "a b", code.toString(16));
  }
  assert.equal(printable("Größe 10 kWp – 太阳\u00a0☀"), "Größe 10 kWp – 太阳\u00a0☀");
});

Deno.test("nothing turns the direction of what stands beside it; emoji of several signs stay whole", () => {
  for (const code of [0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff]) {
    assert.equal(printable(`a${String.fromCharCode(code)}b`), "ab", code.toString(16));
  }
  assert.equal(printable("שלום 👨‍👩‍👧"), "שלום 👨‍👩‍👧");
});

Deno.test("a name is cut where it is longer than anybody reads", () => {
  assert.equal(printableName("Example Barn"), "Example Barn");
  const long = printableName("😀".repeat(1_000_000));
  assert.equal([...long].length, 80);
  assert.ok(long.isWellFormed() && long.endsWith("…"));
});
