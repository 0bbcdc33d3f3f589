import assert from "node:assert/strict";
import fc from "fast-check";
import {
  covers,
  earlier,
  intersect,
  type Interval,
  interval,
  isEmpty,
  later,
  seconds,
  subtract,
  union,
} from "../../src/model/interval.ts";

const at = (minute: number) => Temporal.Instant.fromEpochMilliseconds(minute * 60_000);
const between = (start: number, end: number) => interval(at(start), at(end));
const shown = (intervals: readonly Interval[]) =>
  intervals.map(({ start, end }) => [
    start.epochMilliseconds / 60_000,
    end.epochMilliseconds / 60_000,
  ]);

Deno.test("an interval that ends before it starts is refused", () => {
  assert.throws(() => between(2, 1), RangeError);
  assert.ok(isEmpty(between(1, 1)));
  assert.ok(!isEmpty(between(1, 2)));
});

Deno.test("ranges that touch or overlap become one, empty ones vanish", () => {
  assert.deepEqual(
    shown(union([between(5, 6), between(0, 2), between(2, 3), between(1, 2), between(9, 9)])),
    [[0, 3], [5, 6]],
  );
});

Deno.test("what is missing is what was expected minus what is there", () => {
  assert.deepEqual(
    shown(subtract([between(0, 10)], [between(2, 3), between(8, 12)])),
    [[0, 2], [3, 8]],
  );
  assert.deepEqual(shown(subtract([between(0, 10)], [between(0, 10)])), []);
  assert.deepEqual(shown(subtract([between(0, 10)], [])), [[0, 10]]);
});

Deno.test("what is in both is neither the touching nor the empty", () => {
  assert.deepEqual(
    shown(intersect([between(0, 4), between(6, 9)], [between(3, 7), between(9, 12)])),
    [[3, 4], [6, 7]],
  );
});

Deno.test("the earlier and the later of two moments", () => {
  assert.equal(earlier(at(1), at(2)).toString(), at(1).toString());
  assert.equal(later(at(1), at(2)).toString(), at(2).toString());
});

const range = 40;
const someIntervals = fc.array(
  fc.tuple(fc.nat(range), fc.nat(range)).map(([a, b]) => between(Math.min(a, b), Math.max(a, b))),
  { maxLength: 8 },
);

/** The minutes that lie in any of the intervals: what the operations must agree with. */
function minutes(intervals: readonly Interval[]): Set<number> {
  const set = new Set<number>();
  for (const [start, end] of shown(intervals)) {
    for (let minute = start; minute < end; minute++) set.add(minute);
  }
  return set;
}

function assertNormal(intervals: readonly Interval[]): void {
  const pairs = shown(intervals);
  pairs.forEach(([start, end], index) => {
    assert.ok(start < end);
    if (index > 0) assert.ok(pairs[index - 1][1] < start, "sorted and apart");
  });
}

Deno.test("joining, cutting and intersecting ranges agrees with doing so minute by minute", () => {
  fc.assert(fc.property(someIntervals, someIntervals, (a, b) => {
    const [inA, inB] = [minutes(a), minutes(b)];
    for (
      const [result, expected] of [
        [union([...a, ...b]), inA.union(inB)],
        [subtract(a, b), inA.difference(inB)],
        [intersect(a, b), inA.intersection(inB)],
      ] as const
    ) {
      assertNormal(result);
      const got = minutes(result);
      assert.ok(got.size === expected.size && got.isSubsetOf(expected));
    }
    assert.equal(seconds(a), inA.size * 60);
  }));
});

Deno.test("a range is covered exactly when all its minutes are", () => {
  fc.assert(
    fc.property(someIntervals, fc.nat(range), fc.nat(range), (cover, a, b) => {
      const one = between(Math.min(a, b), Math.max(a, b));
      assert.equal(covers(cover, one), minutes([one]).isSubsetOf(minutes(cover)));
    }),
  );
});
