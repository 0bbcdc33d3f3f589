import assert from "node:assert/strict";
import { doubtsAfter, isAskedAgain, verdictOn } from "../../src/sync/belief.ts";
import { markOf, secondAt } from "./facts.ts";

const now = secondAt("2026-06-15T12:00:00Z");
const ago = (hours: number) => Temporal.Instant.fromEpochMilliseconds((now - hours * 3600) * 1000);
const delivered = { delivered: ago(1), newestData: ago(1) };

Deno.test("what delivered an hour ago is there: one refusal is a failure", () => {
  const mark = markOf("power", delivered);
  assert.equal(verdictOn({ mark, isEmpty: false, othersDeliver: true, now }), "failure");
  assert.equal(verdictOn({ mark, isEmpty: false, othersDeliver: false, now }), "failure");
});

Deno.test("an empty answer counts only while other series of the site have values", () => {
  const mark = markOf("power", delivered);
  assert.equal(verdictOn({ mark, isEmpty: true, othersDeliver: true, now }), "failure");
  assert.equal(verdictOn({ mark, isEmpty: true, othersDeliver: false, now }), "ignored");
});

Deno.test("after three days of the same it is believed, not after three answers of one day", () => {
  const verdict = (doubts: number, hours: number) =>
    verdictOn({
      mark: markOf("power", { ...delivered, doubts, doubtedAt: ago(hours) }),
      isEmpty: false,
      othersDeliver: true,
      now,
    });
  assert.deepEqual([verdict(1, 24), verdict(2, 24), verdict(2, 1)], [
    "failure",
    "believed",
    "failure",
  ]);
  assert.equal(doubtsAfter(markOf("power", { doubts: 2, doubtedAt: ago(1) }), now), 2);
  assert.equal(doubtsAfter(markOf("power", { doubts: 2, doubtedAt: ago(20) }), now), 3);
});

Deno.test("a first answer ever is believed if another series of the site delivered, else doubted", () => {
  assert.equal(
    verdictOn({ mark: undefined, isEmpty: true, othersDeliver: true, now }),
    "believed",
  );
  assert.equal(
    verdictOn({ mark: undefined, isEmpty: false, othersDeliver: false, now }),
    "doubted",
  );
});

Deno.test("what is believed is asked again in a week, and when a silent site reports again", () => {
  const mark = (hours: number, reportedThen: number | null) =>
    markOf("power", {
      unavailableSince: ago(hours),
      askedUntil: reportedThen === null ? null : ago(reportedThen),
    });
  assert.equal(isAskedAgain(mark(6 * 24, null), now, now), false);
  assert.equal(isAskedAgain(mark(7 * 24, null), now, now), true);
  // It had been silent for two days when that was believed, and reports now.
  assert.equal(isAskedAgain(mark(24, 72), now - 600, now), true);
  assert.equal(isAskedAgain(mark(24, 72), now - 72 * 3600, now), false);
  assert.equal(isAskedAgain(mark(24, 25), now - 600, now), false);
  // A clock that was years ahead does not hide a series for years.
  assert.equal(isAskedAgain(mark(-24 * 365, null), now, now), true);
});
