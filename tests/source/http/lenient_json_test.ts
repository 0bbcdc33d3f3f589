import assert from "node:assert/strict";
import { parseJson } from "../../../src/source/http/lenient_json.ts";

Deno.test("NaN and Infinity are words where a number is missing", () => {
  assert.deepEqual(
    parseJson('{"a":NaN,"b":[-Infinity,1],"c":"NaN \\"Infinity\\" \\\\","d":Infinity}'),
    { a: "NaN", b: ["-Infinity", 1], c: 'NaN "Infinity" \\', d: "Infinity" },
  );
});

Deno.test("what is no JSON stays none, and long nonsense takes no long time", () => {
  for (const text of ["<html>NaN</html>", "", "{NaN", `"${'\\"'.repeat(200_000)}`]) {
    assert.throws(() => parseJson(text), SyntaxError);
  }
});
