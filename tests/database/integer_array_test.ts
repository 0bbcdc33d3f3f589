import assert from "node:assert/strict";
import fc from "fast-check";
import { IntegerArray } from "../../src/database/postgres/integer_array.ts";

const decimals = fc.tuple(fc.integer(), fc.constantFrom(1, 10, 1e3, 1e6, 1e9))
  .map(([whole, divisor]) => whole / divisor);

Deno.test("doubles that cross as integers are given back exactly, others are told", () => {
  const array = new IntegerArray("real");
  const values = fc.array(fc.option(decimals), { minLength: 1 });
  let crossed = 0;
  fc.assert(fc.property(values, fc.option(fc.double({ noNaN: true })), (few, odd) => {
    const given = odd === null ? few : [...few, odd];
    array.begin();
    for (const value of given) array.add(value);
    const text = array.end() ?? array.retry(given);
    if (text === null) {
      const isExact = (one: number, factor: number) =>
        Number.isSafeInteger(Math.round(one * factor)) && Math.round(one * factor) / factor === one;
      assert.ok(
        [1e3, 1e6, 1e9, 1].every((factor) =>
          given.some((one) => one !== null && !isExact(one, factor))
        ),
      );
      return;
    }
    crossed++;
    const back = text.slice(1, -1).split(",")
      .map((one) => one === "NULL" ? null : Number(BigInt(one)) / array.divisor);
    // An integer has no negative zero, and no database tells it from the other.
    assert.deepEqual(back, given.map((one) => one === 0 ? 0 : one));
  }));
  assert.ok(crossed > 0);
});

Deno.test("times that cross as seconds are given back exactly", () => {
  const array = new IntegerArray("instant");
  const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  fc.assert(fc.property(fc.array(seconds), (given) => {
    array.begin();
    for (const one of given) {
      array.add(new Date(one * 1000).toISOString().replace(".000Z", "Z"));
    }
    assert.equal(array.end(), `{${given.join(",")}}`);
  }));
});

Deno.test("a time that no clock shows does not cross as seconds", () => {
  const array = new IntegerArray("local");
  const wrong = [
    "2026-02-29T00:00:00",
    "2026-04-31T00:00:00",
    "2026-04-01T24:00:00",
    "2026-04-01T12:60:00",
    "2026-04-01T12:00:60",
    "2026-04-01 12:00:00",
    "2026-04-01T12:0a:00",
    "0000-04-01T12:00:00",
    "",
  ];
  for (const time of wrong) {
    array.begin();
    array.add(time);
    const text = array.end();
    assert.equal(text ?? array.retry([time]), null, time);
  }
});
