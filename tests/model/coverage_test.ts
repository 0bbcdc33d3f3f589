import assert from "node:assert/strict";
import fc from "fast-check";
import { type FetchedStretch, mergeStretches } from "../../src/model/coverage.ts";

const at = (hour: number) => Temporal.Instant.fromEpochMilliseconds(hour * 3_600_000);

function stretch(
  state: "covered" | "empty",
  start: number,
  end: number,
  fetchedAt: number,
): FetchedStretch {
  return { interval: { start: at(start), end: at(end) }, state, fetchedAt: at(fetchedAt) };
}

function readable(stretches: readonly FetchedStretch[]): string[] {
  const hour = (instant: Temporal.Instant) => instant.epochMilliseconds / 3_600_000;
  return stretches.map((one) =>
    `${one.state} ${hour(one.interval.start)}-${hour(one.interval.end)} @${hour(one.fetchedAt)}`
  );
}

Deno.test("covered stretches that touch or overlap become one, asked when the newest was", () => {
  const known = [stretch("covered", 0, 10, 100), stretch("covered", 20, 30, 100)];
  assert.deepEqual(
    readable(mergeStretches(known, [stretch("covered", 10, 15, 200)])),
    ["covered 0-15 @200", "covered 20-30 @100"],
  );
});

Deno.test("data that come late cover what was empty before", () => {
  const known = [stretch("empty", 0, 10, 100)];
  assert.deepEqual(
    readable(mergeStretches(known, [stretch("covered", 2, 4, 200)])),
    ["empty 0-2 @100", "covered 2-4 @200", "empty 4-10 @100"],
  );
});

Deno.test("an empty answer never takes back what was covered", () => {
  const known = [stretch("covered", 2, 4, 100)];
  assert.deepEqual(
    readable(mergeStretches(known, [stretch("empty", 0, 6, 200)])),
    ["empty 0-2 @200", "covered 2-4 @100", "empty 4-6 @200"],
  );
});

Deno.test("of an empty stretch only the part that was asked again is as fresh as that", () => {
  const known = [stretch("empty", 0, 10, 100)];
  assert.deepEqual(
    readable(mergeStretches(known, [stretch("empty", 4, 6, 200)])),
    ["empty 0-4 @100", "empty 4-6 @200", "empty 6-10 @100"],
  );
});

Deno.test("neighbouring empty stretches of one request are one", () => {
  assert.deepEqual(
    readable(mergeStretches([], [stretch("empty", 4, 6, 100), stretch("empty", 0, 4, 100)])),
    ["empty 0-6 @100"],
  );
});

Deno.test("merging agrees with painting each hour by itself, in any order", () => {
  const hours = 12;
  const stretches = fc.array(
    fc.record({
      state: fc.constantFrom("covered" as const, "empty" as const),
      start: fc.integer({ min: 0, max: hours - 1 }),
      length: fc.integer({ min: 0, max: hours }),
      fetchedAt: fc.integer({ min: 100, max: 104 }),
    }).map(({ state, start, length, fetchedAt }) =>
      stretch(state, start, Math.min(hours, start + length), fetchedAt)
    ),
    { maxLength: 8 },
  );

  /** What a cell of one hour is: the newest time of its state, covered before empty. */
  const painted = (all: readonly FetchedStretch[], hour: number) => {
    const here = all.filter(({ interval }) =>
      interval.start.epochMilliseconds <= at(hour).epochMilliseconds &&
      at(hour).epochMilliseconds < interval.end.epochMilliseconds
    );
    if (here.some((one) => one.state === "covered")) return "covered";
    const newest = Math.max(...here.map((one) => one.fetchedAt.epochMilliseconds));
    return here.length === 0 ? "unknown" : `empty @${newest}`;
  };

  fc.assert(fc.property(stretches, stretches, (known, fresh) => {
    const stored = mergeStretches([], known);
    const merged = mergeStretches(stored, fresh);
    for (let hour = 0; hour < hours; hour++) {
      assert.equal(painted(merged, hour), painted([...known, ...fresh], hour));
    }
    for (let i = 1; i < merged.length; i++) {
      const [left, right] = [merged[i - 1], merged[i]];
      const gap = right.interval.start.since(left.interval.end).total("hours");
      assert.ok(gap >= 0, "stretches overlap or are out of order");
      assert.ok(gap > 0 || left.state !== right.state || left.state === "empty");
    }
    const reversed = mergeStretches([], [...fresh, ...known].reverse());
    assert.deepEqual(
      readable(reversed).filter((one) => one.startsWith("empty")),
      readable(merged).filter((one) => one.startsWith("empty")),
    );
  }));
});
