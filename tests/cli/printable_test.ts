import assert from "node:assert/strict";
import { printable } from "../../src/cli/terminal/printable.ts";

Deno.test("no control character of either kind reaches a terminal; letters of all languages do", () => {
  const codes = [...Array(0x20).keys(), 0x7f, ...Array.from({ length: 0x20 }, (_, n) => 0x80 + n)];
  for (const code of codes) {
    assert.equal(printable(`a${String.fromCharCode(code)}b`), "a b", code.toString(16));
  }
  assert.equal(printable("Größe 10 kWp – 太阳\u00a0☀"), "Größe 10 kWp – 太阳\u00a0☀");
});
