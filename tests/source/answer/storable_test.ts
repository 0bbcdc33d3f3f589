import assert from "node:assert/strict";
import fc from "fast-check";
import { rowBatch } from "../../../src/database/row_batch.ts";
import type { Answer } from "../../../src/source/source.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { ask as askFirst } from "../v1/ask.ts";
import { bodies as firstBodies } from "../v1/bodies.ts";
import { ask as askSecond } from "../v2/ask.ts";
import { bodies as secondBodies } from "../v2/bodies.ts";

type Holder = Record<string, unknown>;

/** What strangers send, and what no database or no column can hold. */
const oddities: readonly unknown[] = [
  3.4028234663852886e38,
  -3.4e38,
  1e308,
  65535,
  2 ** 60,
  -0,
  "NaN",
  "Infinity",
  "1".repeat(70_000),
  "0000-01-01 00:00:00",
  "0000-01-01T00:00:00Z",
  "9999-12-31 23:59:59",
  "+012026-01-01T00:00:00Z",
  "2026-13-45",
  "a\0b",
  "half \ud800 a character",
  "ä".repeat(70_000),
  '"'.repeat(300),
  " ",
  "",
  null,
  true,
  [],
  {},
  [[]],
  ["text"],
  { value: { value: 1 } },
];

/** Every place in a body that holds a value. */
function placesIn(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { holder: value as Holder, key },
    ...placesIn(inner),
  ]);
}

const generations = [
  { name: "first", ask: askFirst, bodies: firstBodies },
  { name: "second", ask: askSecond, bodies: secondBodies },
];

for (const { name, ask, bodies } of generations) {
  Deno.test(`whatever stands in an answer of the ${name} generation, its rows are such as a database can hold`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(bodies)),
        fc.nat(),
        fc.constantFrom(...oddities),
        async (query, pick, oddity) => {
          const body = structuredClone(bodies[query]);
          const places = placesIn(body);
          if (places.length === 0) return;
          const { holder, key } = places[pick % places.length]!;
          holder[key] = oddity;
          let answer: Answer;
          try {
            answer = await ask(query, body);
          } catch (error) {
            assert.ok(error instanceof SourceError && error.kind === "body", String(error));
            assert.ok(error.facts.detail.length < 600);
            assert.doesNotMatch(error.facts.detail, /cannot be read: /);
            return;
          }
          for (const rows of answer.rows) {
            const batch = rowBatch(rows);
            const texts = batch.rows().flat().filter((one) => typeof one === "string");
            assert.ok(texts.every((one) => one.isWellFormed() && one.length <= 1_000_000));
          }
          for (const { text } of answer.notes) {
            assert.ok(text.length <= 510, text);
            assert.doesNotMatch(text, /\p{Cc}|\p{Cs}/u);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
}
