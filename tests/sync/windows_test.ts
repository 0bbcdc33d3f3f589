import assert from "node:assert/strict";
import fc from "fast-check";
import { epochOf, lengthOf, type Range, unionOf, without } from "../../src/model/coverage.ts";
import type { Mark } from "../../src/model/harvest.ts";
import { siteDays } from "../../src/sync/site_days.ts";
import {
  isCutAlike,
  narrower,
  rungOf,
  spanIn,
  tailWindow,
  widestNow,
  windowsFor,
} from "../../src/sync/windows.ts";
import { markOf } from "./facts.ts";

const hour = 3600;
const day = 24 * hour;
const quarterHours = { bucket: 900, ladder: [168, 24, 12, 6] } as const;
const second = (text: string) => epochOf(Temporal.Instant.from(text));
const text = ({ start, end }: Range) =>
  [start, end].map((one) => new Date(one * 1000).toISOString().slice(0, 16)).join(" ");

Deno.test("a refusal's words name the span that is allowed, however they put it", () => {
  for (
    const [words, span] of [
      ["The period is too long", null],
      ["limited to 7 days", 7 * day],
      ["maximum allowed period is 12 hours", 12 * hour],
      ["the time frame must not exceed one month", 28 * day],
      ["at most 11.5 hours (or 1 day for HOUR)", 11.5 * hour],
      ["HTTP 400: a one-week maximum", 7 * day],
      ["code 400, 3 sites", null],
      ["1".repeat(200_000), null],
      ["7 d", 7 * day],
    ] as const
  ) assert.equal(spanIn(words), span, words.slice(0, 60));
});

Deno.test("a refused window is asked for one rung lower, or as wide as the words say", () => {
  assert.deepEqual(narrower(quarterHours, 168 * hour, "too long"), {
    width: day,
    isExplained: false,
  });
  assert.deepEqual(narrower(quarterHours, 6.4 * day, "12 hours at most"), {
    width: 12 * hour,
    isExplained: true,
  });
  // Words that name more than was refused, or less than a bucket, say nothing.
  assert.equal(narrower(quarterHours, day, "up to 30 days").width, 12 * hour);
  assert.equal(narrower(quarterHours, 6 * hour, "too long").width, null);
  // A path that is not there is no matter of width.
  assert.equal(narrower(quarterHours, 168 * hour, "", { isMissing: true }).width, 6 * hour);
  assert.equal(rungOf(quarterHours, 6.4 * day), 168 * hour);
});

Deno.test("what a refusal taught holds for a month if it was explained, for a day if not", () => {
  const now = second("2026-06-15T12:00:00Z");
  const learned = (hours: number, doubt: number | null): Mark =>
    markOf("window", {
      spanSeconds: 12 * hour,
      spanDoubtSeconds: doubt,
      spanAt: Temporal.Instant.fromEpochMilliseconds((now - hours * hour) * 1000),
    });
  assert.equal(widestNow(quarterHours, undefined, now), 168 * hour);
  assert.equal(widestNow(quarterHours, learned(29 * 24, null), now), 12 * hour);
  assert.equal(widestNow(quarterHours, learned(31 * 24, null), now), 168 * hour);
  assert.equal(widestNow(quarterHours, learned(5, 168 * hour), now), 12 * hour);
  assert.equal(widestNow(quarterHours, learned(23, 168 * hour), now), 168 * hour);
  // A clock that was wrong once does not narrow windows for years.
  assert.equal(widestNow(quarterHours, learned(-24 * 365, null), now), 168 * hour);
});

Deno.test("one of the series that are cut alike tries the widest window again for all of them", () => {
  const now = second("2026-06-15T12:00:00Z");
  const learned = (hours: number, doubt: number | null, span = 12 * hour): Mark =>
    markOf("window", {
      spanSeconds: span,
      spanDoubtSeconds: doubt,
      spanAt: Temporal.Instant.fromEpochMilliseconds((now - hours * hour) * 1000),
    });
  const widest = 168 * hour;
  const doubted = learned(23, widest);
  const width = (own: Mark, before: (Mark | undefined)[], after: (Mark | undefined)[] = []) =>
    widestNow(quarterHours, own, now, { before, after }) / hour;
  // All were refused on the same day and none knows why: on the next day the first one tries.
  assert.equal(width(doubted, [], [doubted, doubted]), 168);
  assert.equal(width(doubted, [doubted]), 12);
  // The second refusal speaks for the others, whether their turn comes before or after.
  assert.equal(width(doubted, [learned(0.5, null)]), 12);
  assert.equal(width(learned(29 * 24, widest), [learned(28 * 24, null)]), 12);
  assert.equal(width(doubted, [], [learned(0.5, null)]), 12);
  // Who is accepted has nothing learned any more: the next one tries at once.
  const unlearned = markOf("window", { spanSeconds: null, spanDoubtSeconds: null, spanAt: null });
  assert.equal(width(doubted, [unlearned, undefined]), 168);
  // Where the first one is not asked for, the next one waits for it a day and no longer.
  assert.equal(width(learned(47, widest), [learned(47, widest)]), 168);
  // After a month the first one tries, and its refusal is the answer for all.
  const old = learned(30.5 * 24, null);
  assert.equal(width(old, [], [old]), 168);
  assert.equal(width(old, [old]), 12);
  assert.equal(width(learned(31.5 * 24, null), [learned(31.5 * 24, null)]), 168);
  // Who stopped at another width knows of another limit.
  assert.equal(width(doubted, [learned(0.5, null, 24 * hour)]), 168);
});

Deno.test("series of one resolution with the same ladder of windows are cut alike", () => {
  assert.ok(isCutAlike(quarterHours, { ...quarterHours, ladder: [168, 24, 12, 6] }));
  assert.ok(!isCutAlike(quarterHours, { ...quarterHours, bucket: "samples" }));
  assert.ok(!isCutAlike(quarterHours, { bucket: 900, ladder: [720, 168] }));
});

Deno.test("a week ends now, begins with a day, and is never wider than a week by the clock", () => {
  const days = siteDays("Europe/Berlin");
  const at = (until: string) =>
    text(tailWindow({ days, width: 168 * hour, from: 0, until: second(until) }));
  assert.equal(at("2026-06-15T12:15:00Z"), "2026-06-08T22:00 2026-06-15T12:15");
  // Seven local days with the hour that comes twice are 169 hours.
  assert.equal(at("2026-10-26T23:00:00Z"), "2026-10-20T22:00 2026-10-26T23:00");
});

Deno.test("a day of 25 hours is asked for in three parts where twelve hours are allowed", () => {
  const days = siteDays("Europe/Berlin");
  const [start, end] = [second("2026-10-24T22:00:00Z"), second("2026-10-25T23:00:00Z")];
  const windows = windowsFor([{ start, end }], {
    days,
    width: 12 * hour,
    from: start,
    until: end,
  });
  assert.deepEqual(windows.map(text), [
    "2026-10-25T22:00 2026-10-25T23:00",
    "2026-10-25T10:00 2026-10-25T22:00",
    "2026-10-24T22:00 2026-10-25T10:00",
  ]);
});

Deno.test("windows hold all that is wanted, are no wider than allowed, and as few as that allows", () => {
  const until = second("2026-11-15T12:15:00Z");
  const from = second("2026-01-10T00:00:00Z");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 29_000 }), fc.integer({ min: 1, max: 3000 })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.constantFrom(600, 168, 24, 12, 6),
      fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Kolkata"),
      (pieces, hours, zone) => {
        const wanted = unionOf(
          pieces.map(([at, length]) => ({
            start: from + at * 900,
            end: Math.min(until, from + (at + length) * 900),
          })),
        );
        const windows = windowsFor(wanted, {
          days: siteDays(zone),
          width: hours * hour,
          from,
          until,
        });
        assert.deepEqual(without(wanted, windows), []);
        // The edge of an hour that the clock shows twice may move a window's end.
        for (const one of windows) assert.ok(one.end - one.start <= hours * hour + 3 * hour);
        const least = hours >= 168 ? Math.ceil(lengthOf(wanted) / (hours * hour)) : 0;
        const most = Math.ceil((until - from) / Math.max(hours - 24, hours / 2) / hour) + 2;
        assert.ok(windows.length >= least && windows.length <= most * 2, `${windows.length}`);
      },
    ),
    { numRuns: 200 },
  );
});
