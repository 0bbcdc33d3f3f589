import assert from "node:assert/strict";
import { shareScale } from "../../../src/source/answer/share_scale.ts";

const quarters = (shares: (number | null)[], energiesWh: (number | null)[] = []) =>
  shareScale({ shares, energiesWh, seconds: shares.length * 900 });

Deno.test("a state of charge above 1 is a percentage, however little there is of it", () => {
  assert.deepEqual(quarters([0.5, 1.5]), { factor: 1, reason: null, isShown: true });
  assert.deepEqual(quarters([0, 0, null]), { factor: 1, reason: null, isShown: false });
});

Deno.test("the energy that is left distinguishes a battery of 10 kWh from one of a megawatt-hour", () => {
  const full = quarters([0.515, 0.546], [5000, 5300]);
  assert.equal(full.factor, 100);
  assert.match(full.reason!, /fractions of 9709 Wh/);
  assert.deepEqual(quarters([0.5, 0.4], [48.5, 38.8]), { factor: 1, reason: null, isShown: true });
  // Drained in winter: nothing is left of it, for days.
  assert.equal(quarters(Array(96).fill(0.8), Array(96).fill(0)).factor, 1);
});

Deno.test("without energies, a day that never passes 1 is one of fractions; less is read as documented, and reported", () => {
  const day = Array.from({ length: 96 }, (_, at) => at / 100);
  assert.equal(quarters(day).factor, 100);
  const hour = quarters(day.slice(0, 4));
  assert.equal(hour.factor, 1);
  assert.match(hour.reason!, /may be fractions/);
});

Deno.test("a full battery may be rounded a little beyond 1", () => {
  assert.equal(quarters([1.004, 0.9], [9700, 8730]).factor, 100);
});

Deno.test("what earlier answers have shown holds where an answer shows nothing, and is contradicted aloud", () => {
  const after = (known: 1 | 100, shares: number[], energiesWh: number[] = []) =>
    shareScale({ shares, energiesWh, seconds: shares.length * 900, known });
  assert.deepEqual(after(100, [0.4]), { factor: 100, reason: null, isShown: false });
  assert.deepEqual(after(1, Array(96).fill(0.4)), { factor: 1, reason: null, isShown: false });
  assert.deepEqual(after(100, [55]), {
    factor: 1,
    reason: "percentages; they were fractions before",
    isShown: true,
  });
  assert.match(
    after(1, [0.5], [4850]).reason!,
    /fractions of 9700 Wh.*they were percentages before/,
  );
});
