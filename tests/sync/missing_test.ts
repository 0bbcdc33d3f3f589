import assert from "node:assert/strict";
import { epochOf, type FetchedRange, lengthOf, type Range } from "../../src/model/coverage.ts";
import {
  darkOf,
  isDarkNow,
  litPartOf,
  neverAsked,
  openRanges,
  type SeriesFacts,
  waitAfter,
} from "../../src/sync/missing.ts";
import { siteDays } from "../../src/sync/site_days.ts";
import { rangeAt, secondAt } from "./facts.ts";

const hour = 3600;
const now = secondAt("2026-06-15T12:07:00Z");

function facts(ranges: FetchedRange[], more: Partial<SeriesFacts> = {}): SeriesFacts {
  return {
    axis: { bucket: 900, ladder: [168, 24, 12, 6], lookback: "power", keeps: "ranges" },
    days: siteDays("Europe/Berlin"),
    from: secondAt("2026-06-01T22:00:00Z"),
    now,
    reported: now - 300,
    devices: new Map([["", ranges]]),
    elsewhere: () => [],
    awake: null,
    daylight: null,
    ...more,
  };
}

const shown = (ranges: readonly Range[]) =>
  ranges.map(({ start, end }) =>
    [start, end].map((one) => new Date(one * 1000).toISOString().slice(0, 16)).join(" ")
  );
const open = (one: FetchedRange, more: Partial<SeriesFacts> = {}) =>
  openRanges(facts([one], more)).map(({ reason, at, isOld }) => ({
    reason,
    isDue: at <= now,
    isOld,
  }));

const silentDay = ["2026-06-10T22:00:00Z", "2026-06-11T22:00:00Z"] as const;

Deno.test("silence is final only if the site had reported two days past it when it was asked", () => {
  const asked = (reported: string) =>
    open(rangeAt(...silentDay, "empty", "2026-06-14T00:37:00Z", { reported }));
  assert.deepEqual(asked("2026-06-13T22:00:00Z"), []);
  assert.deepEqual(asked("2026-06-13T21:45:00Z"), [
    { reason: "empty-before", isDue: true, isOld: false },
  ]);
});

Deno.test("nothing new can have come from a site that has reported nothing since", () => {
  const one = rangeAt(...silentDay, "empty", "2026-06-13T00:37:00Z", {
    reported: "2026-06-10T20:00:00Z",
  });
  assert.equal(open(one, { reported: secondAt("2026-06-10T20:00:00Z") })[0].isDue, false);
  assert.equal(open(one)[0].isDue, true);
});

Deno.test("silence of which nobody knows what the site had reported is history", () => {
  assert.deepEqual(open(rangeAt(...silentDay, "empty", "2026-06-14T00:37:00Z")), [
    { reason: "empty-before", isDue: true, isOld: true },
  ]);
});

Deno.test("of a site that never said what it had reported, silence is final 14 days later", () => {
  const later = { now: secondAt("2026-07-01T12:00:00Z"), reported: null };
  const asked = (at: string) =>
    openRanges(facts([rangeAt(...silentDay, "empty", at)], later)).length;
  assert.equal(asked("2026-06-25T21:59:59Z"), 1);
  assert.equal(asked("2026-06-25T22:00:00Z"), 0);
});

Deno.test("a hole of one device while others report is asked for weekly, for thirty days", () => {
  const hole = (asked: string, start = silentDay[0], end = silentDay[1] as string) =>
    open(rangeAt(start, end, "empty", asked, { reported: asked }), {
      elsewhere: () => [{ start: secondAt(start), end: secondAt(end) }],
    });
  assert.deepEqual(hole("2026-06-08T13:00:00Z").map((one) => one.isDue), [false]);
  assert.deepEqual(hole("2026-06-08T12:00:00Z"), [{ reason: "hole", isDue: true, isOld: false }]);
  const old = ["2026-05-10T08:00:00Z", "2026-05-10T12:00:00Z"] as const;
  assert.deepEqual(
    openRanges(facts([rangeAt(...old, "empty", "2026-05-20T12:00:00Z")], {
      from: secondAt("2026-01-01T00:00:00Z"),
      elsewhere: () => [{ start: secondAt(old[0]), end: secondAt(old[1]) }],
    })),
    [],
  );
});

Deno.test("the night of what sleeps is no gap while something that never sleeps reports", () => {
  const night = rangeAt(
    "2026-06-13T20:00:00Z",
    "2026-06-14T02:30:00Z",
    "empty",
    "2026-06-14T04:00:00Z",
    {
      reported: "2026-06-14T03:55:00Z",
    },
  );
  const sleeper = {
    axis: { ...facts([]).axis, sleeps: true as const },
    daylight: { from: 5 * 60, to: 21 * 60 + 30 },
  };
  assert.deepEqual(open(night, sleeper), []);
  assert.deepEqual(
    open(night, { ...sleeper, awake: [{ start: night.start, end: night.end }] }),
    [],
  );
  // Nothing at all came in that night: it may as well have been an outage.
  assert.equal(open(night, { ...sleeper, awake: [] }).length, 1);
  // A morning without values is none of the night.
  const morning = rangeAt(
    "2026-06-14T04:00:00Z",
    "2026-06-14T08:00:00Z",
    "empty",
    "2026-06-14T09:00:00Z",
    {
      reported: "2026-06-14T08:55:00Z",
    },
  );
  assert.equal(open(morning, sleeper).length, 1);
  // In autumn the sun rises later than it did in these weeks.
  const late = rangeAt(
    "2026-06-13T19:00:00Z",
    "2026-06-14T04:00:00Z",
    "empty",
    "2026-06-14T05:00:00Z",
  );
  assert.deepEqual(shown(darkOf(late, facts([late], sleeper))), [
    "2026-06-13T19:00 2026-06-14T04:00",
  ]);
  assert.equal(isDarkNow(facts([], { ...sleeper, now: secondAt("2026-06-14T01:00:00Z") })), true);
  assert.equal(isDarkNow(facts([], sleeper)), false);
});

Deno.test("what failed is left alone for an hour, six hours, then a day", () => {
  assert.deepEqual([0, 1, 2, 3, 9].map((one) => waitAfter(one) / hour), [0, 1, 6, 23.5, 23.5]);
  const failed = (asked: string, tries: number) =>
    open(rangeAt(...silentDay, "failed", asked, { tries }))[0];
  assert.equal(failed("2026-06-15T11:20:00Z", 1).isDue, false);
  assert.equal(failed("2026-06-15T11:00:00Z", 1).isDue, true);
  assert.equal(failed("2026-06-15T11:00:00Z", 2).isDue, false);
});

Deno.test("a day whose total has changed is asked for at once; one of an earlier version is history", () => {
  const stale = (asked: string) => open(rangeAt(...silentDay, "stale", asked));
  assert.deepEqual(stale("2026-06-12T00:00:00Z"), [
    { reason: "total-changed", isDue: true, isOld: false },
  ]);
  assert.deepEqual(stale("1970-01-01T00:00:00Z"), [
    { reason: "empty-before", isDue: true, isOld: true },
  ]);
});

Deno.test("only closed days can be missing, and no day before uploads have had their time", () => {
  const at = (moment: string) =>
    shown(
      neverAsked(
        facts([rangeAt("2026-06-01T22:00:00Z", "2026-06-13T22:00:00Z", "covered", moment)], {
          now: secondAt(moment),
        }),
      ),
    );
  assert.deepEqual(at("2026-06-14T22:10:00Z"), []);
  assert.deepEqual(at("2026-06-14T22:20:00Z"), ["2026-06-13T22:00 2026-06-14T22:00"]);
});

Deno.test("of a range only its daylight counts, in the zone of the site; unknown, it is the middle of the day", () => {
  const days = siteDays("Europe/Berlin");
  const at = (text: string) => epochOf(Temporal.Instant.from(text));
  const june = { from: 5 * 60, to: 21 * 60 };
  const night = { start: at("2026-06-01T20:00:00Z"), end: at("2026-06-02T02:30:00Z") };
  assert.deepEqual(litPartOf(night, june, days), []);
  const morning = { start: at("2026-06-01T20:00:00Z"), end: at("2026-06-02T04:00:00Z") };
  assert.equal(lengthOf(litPartOf(morning, june, days)), 3600);
  assert.equal(
    lengthOf(litPartOf({ ...morning, end: at("2026-06-02T20:00:00Z") }, null, days)),
    4 * 3600,
  );
  assert.deepEqual(litPartOf({ start: morning.end, end: morning.start }, june, days), []);
});
