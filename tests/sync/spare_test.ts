import assert from "node:assert/strict";
import { maySpend, type SpareFacts } from "../../src/sync/spare.ts";

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
