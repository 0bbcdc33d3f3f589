import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { Secret } from "../../../src/model/secret.ts";
import {
  openQuota,
  type Quota,
  type QuotaOptions,
  type Spending,
} from "../../../src/source/http/quota.ts";
import { quotaOwner } from "../../../src/source/http/quota_owner.ts";
import {
  readRecord,
  readSpends,
  writeRecord,
  writeSpends,
} from "../../../src/source/http/quota_record.ts";
import { StateFileError } from "../../../src/source/http/state_file.ts";
import type { QuotaWindow } from "../../../src/source/source.ts";
import { clockAt, folder, key } from "./loopback.ts";

const noon = "2026-06-01T12:00:00Z";
const site = [{ allowance: "site:1", amount: 1 }];

function windows(amount: number, per: QuotaWindow["per"] = "rolling-day"): QuotaWindow[] {
  return [{ allowance: "site:", amount, per }];
}

/** A quota in a folder of its own; opening it again stands for another run of the program. */
function setting(quotaWindows: QuotaWindow[], changes: Partial<QuotaOptions> = {}) {
  const state = folder();
  const clock = clockAt(noon);
  const path = join(state.path, "seh", "quota.json");
  const open = () =>
    openQuota({
      path,
      owner: "owner",
      windows: quotaWindows,
      clock,
      ...changes,
    });
  return { clock, path, open, [Symbol.dispose]: () => state[Symbol.dispose]() };
}

/** Spends for a request that is answered at once. */
async function spend(quota: Quota, charges: Parameters<Quota["spend"]>[0]): Promise<Spending> {
  const spending = await quota.spend(charges);
  if (spending.granted) await quota.isOver(spending.receipt);
  return spending;
}

Deno.test("a request frees exactly 24 hours after it was counted, in a later run too", async () => {
  using at = setting(windows(2));
  assert.ok((await at.open().spend(site)).granted);
  at.clock.set("2026-06-01T18:00:00Z");
  assert.ok((await at.open().spend(site)).granted);

  at.clock.set("2026-06-02T11:59:59.999Z");
  const refused = await at.open().spend(site);
  assert.equal(refused.granted, false);
  assert.equal(String(!refused.granted && refused.freesAt), "2026-06-02T12:00:00Z");

  at.clock.set("2026-06-02T12:00:00Z");
  assert.ok((await at.open().spend(site)).granted);
  assert.equal((await at.open().spend(site)).granted, false);
});

Deno.test("what is left and when more frees are known for the scarcest allowance", async () => {
  using at = setting(windows(10));
  const quota = at.open();
  const none = await quota.remaining(site);
  assert.deepEqual([none.requests, none.limit, none.freesAt], [10, 10, null]);
  await spend(quota, [{ allowance: "site:1", amount: 3 }]);
  at.clock.set("2026-06-01T13:00:00Z");
  await spend(quota, [{ allowance: "site:2", amount: 1 }]);
  const both = await quota.remaining([...site, { allowance: "site:2", amount: 1 }]);
  assert.deepEqual([both.requests, String(both.freesAt)], [7, "2026-06-02T12:00:00Z"]);
  const threes = await quota.remaining([{ allowance: "site:2", amount: 3 }]);
  assert.deepEqual([threes.requests, threes.limit, threes.freesAt], [3, 3, null]);
  assert.equal((await quota.remaining([{ allowance: "free", amount: 1 }])).requests, Infinity);
});

Deno.test("a bulk request costs each of its sites, or nobody where one site has none left", async () => {
  using at = setting(windows(2));
  const quota = at.open();
  await quota.spend([{ allowance: "site:2", amount: 2 }]);
  const bulk = [...site, { allowance: "site:2", amount: 1 }];
  const refused = await quota.spend(bulk);
  assert.equal(!refused.granted && refused.allowance, "site:2");
  assert.equal((await quota.remaining(site)).requests, 2);
});

Deno.test("an allowance named twice in one request is charged twice", async () => {
  using at = setting(windows(3));
  assert.ok((await at.open().spend([...site, ...site])).granted);
  assert.equal((await at.open().spend([...site, ...site])).granted, false);
});

Deno.test("a request larger than its whole quota is refused for good", async () => {
  using at = setting(windows(3));
  const refused = await at.open().spend([{ allowance: "site:1", amount: 4 }]);
  assert.equal(refused.granted || refused.freesAt, null);
});

Deno.test("the billing month ends on its day, in short months on the last one", async () => {
  using at = setting(windows(1, "billing-month"), { billingDay: 31 });
  at.clock.set("2026-02-10T00:00:00Z");
  assert.ok((await at.open().spend(site)).granted);
  at.clock.set("2026-02-27T23:59:59Z");
  const refused = await at.open().spend(site);
  assert.equal(String(!refused.granted && refused.freesAt), "2026-02-28T00:00:00Z");
  at.clock.set("2026-02-28T00:00:00Z");
  assert.ok((await at.open().spend(site)).granted);
  const march = await at.open().spend(site);
  assert.equal(String(!march.granted && march.freesAt), "2026-03-31T00:00:00Z");
});

Deno.test("a minute's and a month's limit hold together", async () => {
  using at = setting([...windows(2, "minute"), ...windows(3, "billing-month")]);
  const quota = at.open();
  await spend(quota, site);
  await spend(quota, site);
  const minute = await spend(quota, site);
  assert.equal(String(!minute.granted && minute.freesAt), "2026-06-01T12:01:00Z");
  at.clock.set("2026-06-01T12:01:00Z");
  assert.ok((await spend(quota, site)).granted);
  at.clock.set("2026-06-20T00:00:00Z");
  const month = await spend(quota, site);
  assert.equal(String(!month.granted && month.freesAt), "2026-07-01T00:00:00Z");
});

/** What the server says of the calls of a minute, each of which has cost one of the month too. */
const told = (used: number) => ({ allowance: "minute", used, spends: ["minute", "month"] });
const perMinute: QuotaWindow[] = [
  { allowance: "minute", amount: 10, per: "minute" },
  { allowance: "month", amount: 2000, per: "billing-month" },
];
const call = [{ allowance: "minute", amount: 1 }, { allowance: "month", amount: 1 }];

Deno.test("an answer that comes in the next minute counts our own calls of the last", async () => {
  using at = setting(perMinute);
  const quota = at.open();
  for (let n = 0; n < 9; n++) await quota.spend(call);
  at.clock.set("2026-06-01T12:00:59Z");
  const last = await quota.spend(call);
  assert.ok(last.granted);
  at.clock.set("2026-06-01T12:01:02Z");
  assert.equal(await quota.learn(told(10), last.receipt), 0);
  assert.equal((await quota.remaining([{ allowance: "month", amount: 1 }])).requests, 1990);
});

Deno.test("what another run of seh has counted in the meantime is no other program's", async () => {
  using at = setting(perMinute);
  const [one, other] = [at.open(), at.open()];
  const first = await one.spend(call);
  assert.ok(first.granted);
  for (let n = 0; n < 5; n++) await other.spend(call);
  assert.equal(await one.learn(told(6), first.receipt), 0);
  assert.equal(await one.learn(told(8), first.receipt), 2, "two are nobody's here");
  assert.equal((await one.remaining([{ allowance: "month", amount: 1 }])).requests, 1992);
});

Deno.test("a clock that is set back frees nothing", async () => {
  using at = setting(windows(1));
  await at.open().spend(site);
  at.clock.set("2026-06-01T02:00:00Z");
  assert.equal((await at.open().spend(site)).granted, false);
  at.clock.set("2026-06-02T11:00:00Z");
  assert.equal((await at.open().spend(site)).granted, false);
});

Deno.test("a clock that ran ten years ahead blocks for a day, not for ten years", async () => {
  using at = setting(windows(1));
  at.clock.set("2036-01-01T00:00:00Z");
  await at.open().spend(site);
  at.clock.set(noon);
  assert.equal((await at.open().spend(site)).granted, false);
  at.clock.set("2026-06-02T11:59:59Z");
  assert.equal((await at.open().spend(site)).granted, false);
  at.clock.set("2026-06-02T12:00:00Z");
  assert.ok((await at.open().spend(site)).granted);
});

for (
  const damage of [
    '{"version":1,"owners":{"owner":{"si',
    "[]",
    '{"version":1}',
    "\0\0\0\0",
    '{"version":1,"owners":{"owner":{"site:1":"12 twelve"}}}',
  ]
) {
  Deno.test(`a quota file that is not what seh writes (${JSON.stringify(damage)}) is left as it is, and nothing is counted`, async () => {
    using at = setting(windows(5));
    await at.open().spend(site);
    Deno.writeTextFileSync(at.path, damage);
    for (const deed of [() => at.open().remaining(site), () => at.open().spend(site)]) {
      await assert.rejects(deed, (error) => {
        assert.ok(error instanceof StateFileError);
        assert.match(error.message, /quota\.json: it is not what seh writes/);
        assert.match(error.remedy!, /SEH_QUOTA_FILE.*delete the file/);
        return true;
      });
    }
    assert.equal(Deno.readTextFileSync(at.path), damage);
    Deno.removeSync(at.path);
    assert.ok((await at.open().spend(site)).granted);
  });
}

for (
  const damage of [
    "",
    "\n",
    '{"version":1,"owners":{"owner":{"si',
    "\0\0\0\0",
    "garbage",
    '{"version":1,"owners":{"owner":{"site:1":"12 12"}}}',
  ]
) {
  Deno.test(`a quota file damaged to ${JSON.stringify(damage)} is restored from its last good copy, and reported once`, async () => {
    const told: string[] = [];
    using at = setting(windows(5), { onDamage: (text) => told.push(text) });
    for (let n = 0; n < 3; n++) await at.open().spend(site);
    Deno.writeTextFileSync(at.path, damage);
    const quota = at.open();
    // The copy is one request behind.
    assert.equal((await quota.remaining(site)).requests, 3);
    assert.ok((await quota.spend(site)).granted);
    assert.ok((await quota.spend(site)).granted);
    assert.equal((await quota.remaining(site)).requests, 1);
    assert.equal(told.length, 1);
    assert.match(told[0]!, /quota\.json was damaged .*last good copy/);
    assert.equal((await at.open().remaining(site)).requests, 1);
    assert.equal(told.length, 1, "it is whole again");
  });
}

Deno.test("an empty quota file without a copy begins at zero, and says so", async () => {
  const told: string[] = [];
  using at = setting(windows(5), { onDamage: (text) => told.push(text) });
  Deno.mkdirSync(join(at.path, ".."));
  Deno.writeTextFileSync(at.path, "");
  assert.ok((await at.open().spend(site)).granted);
  assert.match(told.join(), /begins at zero/);
});

Deno.test("a file of a newer version is left alone", async () => {
  using at = setting(windows(5));
  await at.open().spend(site);
  const newer = '{"version":2,"owners":{}}';
  Deno.writeTextFileSync(at.path, newer);
  await assert.rejects(at.open().spend(site), StateFileError);
  await assert.rejects(at.open().remaining(site), /newer version/);
  assert.equal(Deno.readTextFileSync(at.path), newer);
});

Deno.test("folder and file are for the user alone", async () => {
  using at = setting(windows(5));
  await at.open().spend(site);
  const mode = (path: string) => Deno.statSync(path).mode! & 0o777;
  assert.equal(mode(at.path), 0o600);
  assert.equal(mode(join(at.path, "..")), 0o700);
});

Deno.test("two credentials share a file and no quota; the file knows neither", async () => {
  using at = setting(windows(1));
  const owner = await quotaOwner(new Secret(key));
  const options = { path: at.path, windows: windows(1), clock: at.clock };
  assert.ok((await openQuota({ ...options, owner }).spend(site)).granted);
  const other = await quotaOwner(new Secret(`${key}x`));
  assert.ok((await openQuota({ ...options, owner: other }).spend(site)).granted);
  assert.equal((await openQuota({ ...options, owner }).spend(site)).granted, false);
  assert.match(owner, /^[0-9a-f]{16}$/);
  const text = Deno.readTextFileSync(at.path);
  assert.ok(text.includes(owner) && text.includes(other) && !text.includes(key));
});

Deno.test("what no longer counts leaves the file", async () => {
  using at = setting(windows(5));
  await at.open().spend([{ allowance: "site:7", amount: 1 }]);
  at.clock.set("2026-06-03T00:00:00Z");
  await at.open().spend(site);
  // Kept for a while: the clock may be wrong now.
  assert.ok(Deno.readTextFileSync(at.path).includes("site:7"));
  at.clock.set("2026-06-04T06:00:00Z");
  await at.open().spend(site);
  assert.ok(!Deno.readTextFileSync(at.path).includes("site:7"));
});

Deno.test("many requests at once in one program are each counted", async () => {
  using at = setting(windows(30));
  const quota = at.open();
  const answers = await Promise.all(Array.from({ length: 50 }, () => quota.spend(site)));
  assert.equal(answers.filter((one) => one.granted).length, 30);
});

Deno.test("an allowance's text reads back to the same spends", () => {
  const spends = fc.array(
    fc.record({
      atSeconds: fc.integer({ min: 1, max: 4_000_000_000 }),
      amount: fc.integer({ min: 1, max: 300 }),
    }),
    { maxLength: 30 },
  );
  fc.assert(fc.property(spends, (given) => {
    const sums = new Map<number, number>();
    for (const one of given) {
      sums.set(one.atSeconds, (sums.get(one.atSeconds) ?? 0) + one.amount);
    }
    const expected = [...sums].sort(([a], [b]) => a - b)
      .map(([atSeconds, amount]) => ({ atSeconds, amount }));
    assert.deepEqual(readSpends(writeSpends(given)), expected);
    const record = {
      owners: { me: { "site:1": writeSpends(given) } },
      refusals: { me: { sinceSeconds: 7, askedOn: "2026-06-01" } },
      sweptAtSeconds: 1,
    };
    assert.deepEqual(readRecord(writeRecord(record)), record);
  }));
});

Deno.test("no 24 hours ever hold more than the limit, however requests come", async () => {
  const steps = fc.array(
    fc.record({
      minutes: fc.integer({ min: 0, max: 600 }),
      amount: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 5, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      using at = setting(windows(6));
      const quota = at.open();
      const granted: { minute: number; amount: number }[] = [];
      let minute = 0;
      for (const { minutes, amount } of given) {
        minute += minutes;
        at.clock.set(Temporal.Instant.from(noon).add({ minutes: minute }).toString());
        const before = granted.filter((one) => one.minute > minute - 1440)
          .reduce((sum, one) => sum + one.amount, 0);
        const { granted: yes } = await spend(quota, [{ allowance: "site:1", amount }]);
        assert.equal(yes, before + amount <= 6);
        if (yes) granted.push({ minute, amount });
      }
    }),
    { numRuns: 15 },
  );
});
