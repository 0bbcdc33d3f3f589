import assert from "node:assert/strict";
import { historyPerDay, isTooSoon, maySpend, type SpareFacts } from "../../src/sync/spare.ts";

const now = Temporal.Instant.from("2026-06-01T00:00:00Z");
const month = { bucket: "credits", amount: 2000, per: "billing-month" } as const;
const day = { bucket: "site:", amount: 300, per: "rolling-day" } as const;

function facts(requests: number, changes: Partial<SpareFacts> = {}): SpareFacts {
  return {
    left: {
      requests,
      limit: 2000,
      freesAt: null,
      resetsAt: Temporal.Instant.from("2026-07-01T00:00:00Z"),
    },
    window: month,
    needPerDay: 15,
    wanted: { depth: "recent", spareQuota: "spend" },
    now,
    ...changes,
  };
}

Deno.test("a month's spare quota is spread over its days: a day's part, then no more", () => {
  // 2,000 less 15 a day leave some 50 for each day: the first day's part ends near 1,917.
  assert.deepEqual([1925, 1910].map((left) => maySpend("fresh", facts(left))), [true, false]);
  assert.deepEqual([1950, 1935].map((left) => maySpend("history", facts(left))), [true, false]);
});

Deno.test("what is due until the end of the month is never spent on anything else", () => {
  for (let left = 0; left <= 450; left += 10) assert.equal(maySpend("fresh", facts(left)), false);
  const lastHour = { now: Temporal.Instant.from("2026-06-30T23:00:00Z") };
  assert.equal(maySpend("fresh", facts(25, lastHour)), false, "what is due comes in lumps");
});

Deno.test("a full sync takes all of the day's part, keep takes nothing", () => {
  const full = { depth: "full", spareQuota: "spend" } as const;
  assert.equal(maySpend("history", facts(1925, { wanted: full })), true);
  const keep = { depth: "recent", spareQuota: "keep" } as const;
  assert.equal(maySpend("fresh", facts(2000, { wanted: keep })), false);
  assert.equal(maySpend("history", facts(2000, { wanted: keep })), false);
});

Deno.test("of a day's quota a full sync leaves a fifth, history in a plain one leaves half", () => {
  const left = (requests: number) => ({
    left: { requests, limit: 300, freesAt: null },
    window: day,
  });
  const full = { depth: "full", spareQuota: "spend" } as const;
  assert.equal(maySpend("history", facts(0, { ...left(61), wanted: full })), true);
  assert.equal(maySpend("history", facts(0, { ...left(60), wanted: full })), false);
  assert.equal(maySpend("history", facts(0, left(151))), true);
  assert.equal(maySpend("history", facts(0, left(150))), false);
});

Deno.test("freshness is bought as often as the month allows around the clock, however often the timer fires", () => {
  // Some 50 credits a day for two requests: about once an hour.
  const after = (minutes: number, changes: Partial<SpareFacts> = {}) =>
    isTooSoon(now.subtract({ minutes }), 2, facts(1500, changes));
  assert.deepEqual([5, 55, 60].map((minutes) => after(minutes)), [true, true, false]);
  assert.equal(isTooSoon(null, 2, facts(1500)), false, "never asked");
  assert.equal(after(5, { window: day }), false, "a day's quota frees by itself");
});

Deno.test("what a day leaves for history is reckoned without what is due each day", () => {
  assert.equal(Math.round(historyPerDay(month, "full", 15)), 50);
  assert.equal(Math.round(historyPerDay(month, "recent", 15)), 25);
  assert.equal(historyPerDay(month, "full", 100), 0);
  assert.equal(historyPerDay(day, "full", 15), 240);
});
