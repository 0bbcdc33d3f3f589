import assert from "node:assert/strict";
import fc from "fast-check";
import { ledgerOf } from "../../../src/source/http/quota_ledger.ts";
import { emptyRecord, readRecord, writeRecord } from "../../../src/source/http/quota_record.ts";
import type { QuotaWindow } from "../../../src/source/source.ts";

const hour = 3600;
const day = 24 * hour;
const at = (moment: string) => Temporal.Instant.from(moment).epochMilliseconds / 1000;
const credit = (amount: number) => [{ allowance: "credits", amount }];

/** A count that is written and read again at each step, as by runs one after another. */
function counter(window: Pick<QuotaWindow, "amount" | "per">) {
  let text = writeRecord(emptyRecord());
  const account = {
    owner: "owner",
    windows: [{ allowance: "credits", ...window }],
    billingDay: 1,
  };
  const open = (clock: number) => {
    const record = readRecord(text);
    return {
      record,
      ledger: ledgerOf(record, account, Temporal.Instant.fromEpochMilliseconds(clock * 1000)),
    };
  };
  return {
    /** Spends, and gives what was left before. */
    spend(clock: number, amount = 1): number {
      const { record, ledger } = open(clock);
      ledger.settle(credit(1));
      const left = ledger.left(credit(1)).requests;
      ledger.count(credit(amount));
      ledger.sweep();
      text = writeRecord(record);
      return left;
    },
    left(clock: number): number {
      return open(clock).ledger.left(credit(1)).requests;
    },
    size: () => text.length,
  };
}

const month = { amount: 2000, per: "billing-month" } as const;
const rolling = { amount: 300, per: "rolling-day" } as const;

for (
  const [what, error] of [
    ["62 days behind", -62 * day],
    ["11 days behind, in another month", -11 * day],
    ["in 1970", -at("2026-06-08T12:00:00Z") + 100],
    ["five hours behind", -5 * hour],
    ["five hours ahead", 5 * hour],
    ["a month ahead", 30 * day],
    ["in 2036", 3653 * day],
  ] as const
) {
  Deno.test(`one run with the clock ${what} loses nothing of the month, and blocks nothing of the next`, () => {
    const count = counter(month);
    for (let n = 1; n <= 24; n++) count.spend(at("2026-06-05T00:00:00Z") + n * hour);
    for (let n = 0; n < 10; n++) count.spend(at("2026-06-08T12:00:00Z") + error + n);
    assert.equal(count.left(at("2026-06-09T00:00:00Z")), 2000 - 34);
    count.spend(at("2026-06-09T00:00:00Z"));
    assert.equal(count.left(at("2026-06-30T23:59:59Z")), 2000 - 35);
    // A reading that is reached for the second time, at the start of July, may count once more.
    assert.equal(count.left(at("2026-07-01T00:00:00Z")), 2000);
    for (let n = 0; n < 60; n++) count.spend(at("2026-07-01T00:00:00Z") + n * day);
    assert.equal(count.left(at("2026-08-30T00:00:00Z")), 2000 - 29);
  });
}

Deno.test("a rolling day outlives a run in another year, either way", () => {
  for (const error of [-62 * day, -40 * 365 * day, 3653 * day]) {
    const count = counter(rolling);
    for (let n = 0; n < 50; n++) count.spend(at("2026-06-05T10:00:00Z") + n);
    for (let n = 0; n < 5; n++) count.spend(at("2026-06-05T11:00:00Z") + error + n);
    assert.equal(count.left(at("2026-06-05T12:00:00Z")), 300 - 55);
    count.spend(at("2026-06-05T12:00:00Z"));
    assert.equal(count.left(at("2026-06-06T13:00:00Z")), 300);
  }
});

Deno.test("a clock that is set back by hours blocks a minute for a minute", () => {
  const count = counter({ amount: 10, per: "minute" });
  for (let n = 0; n < 10; n++) count.spend(at("2026-06-05T17:00:00Z"));
  assert.equal(count.left(at("2026-06-05T12:00:00Z")), 0);
  count.spend(at("2026-06-05T12:00:00Z"), 1);
  assert.equal(count.left(at("2026-06-05T12:01:00Z")), 10);
});

/** Runs whose clock is right but for three at the most: those ahead are so by the same, and so those behind. */
const runs = fc.record({
  ahead: fc.constantFrom(5 * hour, 30 * day, 3653 * day),
  behind: fc.constantFrom(-5 * hour, -62 * day, -20_000 * day),
  steps: fc.array(
    fc.record({
      pause: fc.integer({ min: 60, max: 2 * day }),
      clock: fc.constantFrom("right", "right", "ahead", "behind"),
      amount: fc.integer({ min: 1, max: 5 }),
      requests: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  ).filter((steps) => steps.filter(({ clock }) => clock !== "right").length <= 3),
}).map(({ ahead, behind, steps }) => {
  const errors = { right: 0, ahead, behind };
  return steps.map(({ clock, ...step }) => ({
    ...step,
    error: errors[clock as keyof typeof errors],
  }));
});

Deno.test("however the clock jumps between runs, once it is right nothing of the month is free again", () => {
  fc.assert(
    fc.property(runs, (given) => {
      const count = counter(month);
      let now = at("2026-06-02T00:00:00Z");
      // A first run with the right time: a machine that never had it knows nothing.
      count.spend(now);
      let spent = 1;
      for (const { pause, error, amount, requests } of given) {
        now += pause;
        for (let n = 0; n < requests; n++) {
          count.spend(now + error + n, amount);
          spent += amount;
        }
      }
      assert.ok(now < at("2026-06-30T00:00:00Z"));
      assert.equal(count.left(at("2026-06-30T12:00:00Z")), 2000 - spent);
    }),
    { numRuns: 300, seed: 20260601 },
  );
});

Deno.test("however the clock has jumped, with the right time two months later only those two months count", () => {
  fc.assert(
    fc.property(runs, (given) => {
      const count = counter(month);
      let now = at("2026-06-02T00:00:00Z");
      for (const { pause, error, amount } of given) {
        now += pause;
        count.spend(now + error, amount);
      }
      for (let n = 0; n < 72; n++) {
        const left = count.spend(at("2026-07-01T06:00:00Z") + n * day);
        assert.ok(left > 1800, "never blocked meanwhile");
      }
      // From the first of September on: ten runs.
      assert.equal(count.left(at("2026-09-10T12:00:00Z")), 2000 - 10);
      assert.ok(count.size() < 5000, `${count.size()} bytes`);
    }),
    { numRuns: 60 },
  );
});

Deno.test("what another key has spent this month is kept when a file is swept; of last year nothing is", () => {
  const record = emptyRecord();
  const open = (owner: string, moment: string) =>
    ledgerOf(
      record,
      {
        owner,
        windows: [{ allowance: "credits", amount: 2000, per: "billing-month" }],
        billingDay: 1,
      },
      Temporal.Instant.from(moment),
    );
  open("other", "2025-03-01T00:00:00Z").count(credit(7));
  open("gone", "2025-03-01T00:00:00Z").count(credit(7));
  open("other", "2026-06-02T00:00:00Z").count(credit(5));
  for (const moment of ["2026-06-20T00:00:00Z", "2026-06-28T00:00:00Z"]) {
    open("own", moment).count(credit(1));
    open("own", moment).sweep();
  }
  assert.equal(open("other", "2026-06-28T00:00:00Z").used("credits"), 5);
  assert.deepEqual(Object.keys(record.owners).toSorted(), ["other", "own"]);
});
