import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { readRecord, readSpends } from "../../../src/source/http/quota_record.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import {
  callsOfMinute,
  charges,
  monthIsSpent,
  quotaWindows,
} from "../../../src/source/v2/limits.ts";
import { client, clockAt, folder, serve } from "../http/loopback.ts";

const credits = charges.filter((one) => one.allowance === "credits");

/** A server whose answers carry these headers, and a client that believes what it may. */
function account(headers: (n: number) => Record<string, string>, status = (_n: number) => 200) {
  const state = folder();
  const clock = clockAt("2026-06-01T12:00:00Z");
  const server = serve((_, n) => Response.json({}, { status: status(n), headers: headers(n) }));
  const open = () =>
    client(server.origin, state.path, clock, {
      quotaWindows: quotaWindows({ monthly: 2000, minute: 10 }),
      isPeriodSpent: monthIsSpent,
      readServerCount: callsOfMinute,
    });
  return {
    clock,
    server,
    open,
    file: join(state.path, "state", "quota.json"),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      state[Symbol.dispose]();
    },
  };
}

const request = { path: "/sites/1/power", parameters: {}, charges };
const limits = (limit: unknown, remaining: unknown) => ({
  "x-ratelimit-limit-minute": String(limit),
  "x-ratelimit-remaining-minute": String(remaining),
});

Deno.test("the minute limit of a paid plan is adopted from the first answer on", async () => {
  await using one = account((n) => limits(50, 50 - n));
  await using seh = one.open();
  for (let n = 0; n < 50; n++) await seh.getJson(request);
  assert.deepEqual(one.clock.slept, []);
  await seh.getJson(request);
  assert.deepEqual(one.clock.slept, [60_000], "the 51st waits for the next minute");
});

for (
  const [limit, remaining] of [
    [1_000_000, 0],
    ["10000000000", 0],
    [10, 11],
    [10, -1],
    [0, 0],
    ["1e3", 5],
    ["10, 10", "9, 9"],
    ["NaN", "NaN"],
    [10_000, 0],
  ]
) {
  Deno.test(`a minute limit ${limit} with ${remaining} left neither spends the month nor blocks a later run`, async () => {
    await using one = account(() => limits(limit, remaining));
    {
      await using seh = one.open();
      await seh.getJson(request);
      assert.ok((await seh.remaining(credits)).requests >= 1989);
    }
    one.clock.set("2026-06-01T12:05:00Z");
    await using later = one.open();
    await later.getJson(request);
    assert.ok((await later.remaining(credits)).requests >= 1978);
  });
}

Deno.test("whatever headers say, what is counted is bounded and can be read again", async () => {
  const anything = fc.oneof(
    fc.integer().map(String),
    fc.maxSafeInteger().map(String),
    fc.double().map(String),
    fc.stringMatching(/^[ -~]{0,20}$/),
    fc.integer({ min: 0, max: 20_000 }).map(String),
  );
  const answers = fc.array(fc.tuple(anything, anything), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(answers, async (given) => {
      await using one = account((n) => {
        const [limit, left] = given[(n - 1) % given.length]!;
        return limits(limit, left);
      });
      await using seh = one.open();
      for (const _ of given) {
        await seh.getJson(request);
        const { owners } = readRecord(Deno.readTextFileSync(one.file));
        readSpends(owners.owner!.credits);
      }
      const { requests } = await seh.remaining(credits);
      // Of each minute that passes a twentieth of the month, at most.
      assert.ok(requests >= 2000 - 101 * given.length, `${requests}`);
    }),
    { numRuns: 30 },
  );
});

Deno.test("a 429 with nonsense in its headers is no month that is spent, and costs two credits, not four", async () => {
  await using one = account(() => limits(10, 999_999), () => 429);
  await using seh = one.open();
  const error = await seh.getJson(request).then(() => null, (thrown) => thrown);
  assert.ok(error instanceof SourceError && error.kind === "quota");
  assert.ok(!/whole period/.test(error.message));
  assert.equal(one.server.requests.length, 2);
});
