import assert from "node:assert/strict";
import fc from "fast-check";
import {
  common,
  type FetchedRange,
  isSettled,
  lengthOf,
  mergeRanges,
  type Range,
  type RangeState,
  settlesAfter,
  unionOf,
  without,
} from "../../src/model/coverage.ts";

const hour = 3600;
const hours = 12;

/** A range between two hours, asked for at a third; `reported`: up to when the site had sent. */
function range(
  state: RangeState,
  start: number,
  end: number,
  fetched: number,
  reported: number | null = null,
): FetchedRange {
  return {
    start: start * hour,
    end: end * hour,
    state,
    fetchedAt: fetched * hour,
    reportedAt: reported === null ? null : reported * hour,
    tries: state === "failed" ? 1 : 0,
  };
}

function readable(ranges: readonly FetchedRange[]): string[] {
  return ranges.map(({ state, start, end, fetchedAt, reportedAt, tries }) =>
    `${state} ${start / hour}-${end / hour} @${fetchedAt / hour}` +
    (reportedAt === null ? "" : ` of ${reportedAt / hour}`) + (tries === 0 ? "" : ` x${tries}`)
  );
}

const merged = (known: readonly FetchedRange[], ...fresh: FetchedRange[]) =>
  readable(mergeRanges(known, fresh));

Deno.test("covered ranges that touch or overlap become one, asked when the newest was", () => {
  const known = [range("covered", 0, 10, 100), range("covered", 20, 30, 100)];
  assert.deepEqual(
    merged(known, range("covered", 10, 15, 200)),
    ["covered 0-15 @200", "covered 20-30 @100"],
  );
  assert.deepEqual(merged(known, range("covered", 5, 25, 200)), ["covered 0-30 @200"]);
});

Deno.test("data that come late cover what was empty or had failed before", () => {
  const known = [range("empty", 0, 5, 100, 6), range("failed", 5, 10, 100)];
  assert.deepEqual(
    merged(known, range("covered", 2, 7, 200)),
    ["empty 0-2 @100 of 6", "covered 2-7 @200", "failed 7-10 @100 x1"],
  );
});

Deno.test("an empty answer never takes back what was covered", () => {
  assert.deepEqual(
    merged([range("covered", 2, 4, 100)], range("empty", 0, 6, 200, 7)),
    ["empty 0-2 @200 of 7", "covered 2-4 @200 of 7", "empty 4-6 @200 of 7"],
  );
});

Deno.test("of an empty range only the part that was asked again is as fresh as that", () => {
  assert.deepEqual(
    merged([range("empty", 0, 10, 100, 5)], range("empty", 4, 6, 200, 9)),
    ["empty 0-4 @100 of 5", "empty 4-6 @200 of 9", "empty 6-10 @100 of 5"],
  );
});

Deno.test("neighbouring empty ranges of one request are one", () => {
  assert.deepEqual(
    merged([], range("empty", 4, 6, 100, 6), range("empty", 0, 4, 100, 6)),
    ["empty 0-6 @100 of 6"],
  );
});

Deno.test("old silence does not grow a row with each request: settled neighbours become one", () => {
  const [first, second] = [range("empty", 0, 4, 100, 100), range("empty", 4, 8, 160, 150)];
  assert.ok(isSettled(first) && isSettled(second));
  assert.deepEqual(merged([first], second), ["empty 0-8 @100 of 100"]);
  // What was asked in another week is not due again because its neighbour is.
  const later = range("empty", 4, 8, 200, 190);
  assert.deepEqual(merged([first], later), ["empty 0-4 @100 of 100", "empty 4-8 @200 of 190"]);
  // As one they would not be settled: what the first was asked under says nothing of the second yet.
  const early = range("empty", 0, 4, 60, 52);
  assert.ok(isSettled(early));
  assert.deepEqual(
    merged([early], second),
    ["empty 0-4 @60 of 52", "empty 4-8 @160 of 150"],
  );
});

Deno.test("what is settled is not asked again because a later part of the same answer is not", () => {
  const known = [range("stale", 0, 2, 100)];
  const whole = range("empty", 0, 8, 100, 55);
  const once = mergeRanges(known, [whole, range("empty", 0, 1, 100, 100)]);
  assert.deepEqual(readable(once), ["empty 0-7 @100 of 55", "empty 7-8 @100 of 55"]);
  assert.deepEqual(once.map(isSettled), [true, false]);
});

Deno.test("a range that fails again counts its failures, each part those of its own", () => {
  const once = mergeRanges([], [range("failed", 0, 4, 100)]);
  const twice = mergeRanges(once, [range("failed", 2, 6, 200)]);
  assert.deepEqual(readable(twice), [
    "failed 0-2 @100 x1",
    "failed 2-4 @200 x2",
    "failed 4-6 @200 x1",
  ]);
  assert.deepEqual(
    merged(twice, range("empty", 2, 4, 300), range("failed", 2, 4, 400)).slice(1, 2),
    ["failed 2-4 @400 x1"],
    "an answer between two failures ends the row of them",
  );
});

Deno.test("a failure leaves covered time alone", () => {
  assert.deepEqual(
    merged([range("covered", 2, 4, 100, 5)], range("failed", 0, 6, 200)),
    ["failed 0-2 @200 x1", "covered 2-4 @100 of 5", "failed 4-6 @200 x1"],
  );
});

Deno.test("a changed total makes stale what was answered, not what failed, and invents nothing", () => {
  const known = [
    range("covered", 2, 4, 100, 5),
    range("empty", 4, 6, 100, 99),
    range("failed", 6, 7, 100),
  ];
  const stale = mergeRanges(known, [range("stale", 0, 8, 200)]);
  assert.deepEqual(readable(stale), [
    "stale 2-4 @100 of 5",
    "stale 4-6 @100 of 99",
    "failed 6-7 @100 x1",
  ]);
  assert.ok(!stale.some(isSettled));
  assert.deepEqual(
    merged(stale, range("covered", 2, 6, 300, 6)).slice(0, 1),
    ["covered 2-6 @300 of 6"],
  );
});

Deno.test("silence is settled once the site has reported two days past its end", () => {
  const empty = range("empty", 0, 4, 100, null);
  const reported = (second: number) => ({ ...empty, reportedAt: empty.end + second });
  assert.ok(isSettled(reported(settlesAfter)));
  assert.ok(!isSettled(reported(settlesAfter - 1)));
  assert.ok(!isSettled(empty));
  assert.ok(!isSettled({ ...reported(settlesAfter), state: "failed" }));
});

const bounds = fc.record({
  start: fc.integer({ min: 0, max: hours - 1 }),
  length: fc.integer({ min: 0, max: hours }),
}).map(({ start, length }) => ({ start, end: Math.min(hours, start + length) }));

const someRange = (...states: RangeState[]) =>
  fc.tuple(
    bounds,
    fc.constantFrom(...states),
    fc.integer({ min: 100, max: 104 }),
    fc.constantFrom(null, 10, 55, 58, 100),
  ).map(([{ start, end }, state, fetched, reported]) =>
    range(state, start, end, fetched, reported)
  );
const some = (...states: RangeState[]) => fc.array(someRange(...states), { maxLength: 8 });
const anything = some("covered", "empty", "failed", "stale");
/** What is stored was merged before. */
const stored = anything.map((ranges) => mergeRanges([], ranges));

/** What is known of one hour. */
function at(ranges: readonly FetchedRange[], one: number): FetchedRange | undefined {
  return ranges.find((range) => range.start <= one * hour && one * hour < range.end);
}

/** What becomes of one hour that fresh ranges come to, one after another. */
function painted(
  known: Pick<FetchedRange, "state" | "tries"> | undefined,
  fresh: readonly FetchedRange[],
) {
  let [state, tries] = [known?.state as RangeState | undefined, known?.tries ?? 0];
  for (const next of fresh) {
    if (next.state === "covered" || (next.state === "empty" && state === "covered")) {
      [state, tries] = ["covered", 0];
    } else if (next.state === "empty") [state, tries] = ["empty", 0];
    else if (next.state === "failed" && state !== "covered") [state, tries] = ["failed", tries + 1];
    else if (next.state === "stale" && state && state !== "failed") state = "stale";
  }
  return state && `${state} x${tries}`;
}

Deno.test("merging agrees with painting each hour by itself", () => {
  fc.assert(fc.property(stored, anything, (known, fresh) => {
    const result = mergeRanges(known, fresh);
    for (let one = 0; one < hours; one++) {
      const over = fresh.filter((range) => range.start <= one * hour && one * hour < range.end);
      const now = at(result, one);
      assert.equal(now && `${now.state} x${now.tries}`, painted(at(known, one), over));
    }
  }));
});

Deno.test("what is known is in order, never overlaps, and no covered neighbours are left apart", () => {
  fc.assert(fc.property(stored, anything, (known, fresh) => {
    const result = mergeRanges(known, fresh);
    for (const [index, right] of result.entries()) {
      assert.ok(right.start < right.end);
      const left = result[index - 1];
      if (!left) continue;
      assert.ok(left.end <= right.start, "overlapping or out of order");
      if (left.end === right.start) {
        assert.ok(left.state !== right.state || left.state !== "covered");
      }
    }
  }));
});

Deno.test("whatever comes empty or fails, covered time stays covered", () => {
  fc.assert(fc.property(stored, some("empty", "failed"), (known, fresh) => {
    const covered = (ranges: readonly FetchedRange[]) =>
      ranges.filter((one) => one.state === "covered");
    const lost = without(covered(known), covered(mergeRanges(known, fresh)));
    assert.deepEqual(lost, []);
  }));
});

Deno.test("the same answers twice are as good as once", () => {
  fc.assert(fc.property(stored, some("covered", "empty"), (known, fresh) => {
    const once = mergeRanges(known, fresh);
    assert.deepEqual(readable(mergeRanges(once, fresh)), readable(once));
    assert.deepEqual(readable(mergeRanges(once, [])), readable(once));
  }));
});

Deno.test("answers to different times may come in any order", () => {
  const apart = fc.array(someRange("covered", "empty", "failed", "stale"), { maxLength: 8 }).map(
    (ranges) =>
      ranges.reduce<FetchedRange[]>(
        (kept, next) =>
          next.start < next.end && common(kept, [next]).length === 0 ? [...kept, next] : kept,
        [],
      ),
  );
  fc.assert(fc.property(stored, apart, (known, fresh) => {
    assert.deepEqual(
      readable(mergeRanges(known, fresh.toReversed())),
      readable(mergeRanges(known, fresh)),
    );
  }));
});

const plain = fc.array(bounds, { maxLength: 8 });
/** Which hours lie in any of these. */
const cells = (ranges: readonly Range[]) =>
  Array.from(
    { length: hours },
    (_, one) => ranges.some(({ start, end }) => start <= one && one < end),
  );

Deno.test("union, rest and common part agree with counting hours, and come sorted and apart", () => {
  fc.assert(fc.property(plain, plain, (a, b) => {
    const [left, right] = [cells(a), cells(b)];
    const results: [Range[], boolean[]][] = [
      [unionOf([...a, ...b]), left.map((one, index) => one || right[index]!)],
      [without(a, b), left.map((one, index) => one && !right[index]!)],
      [common(a, b), left.map((one, index) => one && right[index]!)],
    ];
    for (const [ranges, expected] of results) {
      assert.deepEqual(cells(ranges), expected);
      assert.equal(lengthOf(ranges), expected.filter(Boolean).length);
      assert.deepEqual(unionOf(ranges), ranges, "sorted, joined, none empty");
    }
    assert.deepEqual(common(b, a), common(a, b));
  }));
});
