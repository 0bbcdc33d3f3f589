import assert from "node:assert/strict";
import { Secret } from "../../../src/model/secret.ts";
import { homeSite } from "../../../src/simulator/scenarios.ts";
import { type SimulatorOptions, startSimulator } from "../../../src/simulator/simulator.ts";
import { quotaOwner } from "../../../src/source/http/quota_owner.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import {
  callsOfMinute,
  charges,
  monthIsSpent,
  quotaWindows,
} from "../../../src/source/v2/limits.ts";
import { client, clockAt, folder } from "../http/loopback.ts";

const site = homeSite({ firstDay: "2026-05-30" });
const path = `/sites/${site.siteId}`;
const credits = charges.filter((one) => one.allowance === "credits");
const minute = charges.filter((one) => one.allowance === "minute");

/** A fleet's client and the simulated server, whose clocks go together; other programs have the same key. */
async function account(
  allowance: NonNullable<SimulatorOptions["allowance"]> = {},
  limits = { monthly: 2000, minute: 10 },
) {
  const state = folder();
  const clock = clockAt("2026-06-01T12:00:00Z");
  const sim = await startSimulator({ sites: [site], now: clock.now, allowance });
  const lines: string[] = [];
  const seh = client(sim.url, state.path, clock, {
    baseUrl: new URL(`${sim.url}/v2`),
    authorize: (_url, headers) => headers.set("x-api-key", sim.fleetKey),
    quotaOwner: await quotaOwner(new Secret(sim.fleetKey)),
    quotaWindows: quotaWindows(limits),
    isPeriodSpent: monthIsSpent,
    readServerCount: callsOfMinute,
    log: (level, text) => lines.push(`${level}: ${text}`),
  });
  return {
    sim,
    clock,
    lines,
    ask: (at = path) => seh.getJson({ path: at, parameters: {}, charges }),
    left: async () => ({
      minute: (await seh.remaining(minute)).requests,
      credits: (await seh.remaining(credits)).requests,
    }),
    async otherProgram(calls: number) {
      for (let n = 0; n < calls; n++) {
        const headers = { "x-api-key": sim.fleetKey };
        await (await fetch(`${sim.url}/v2${path}`, { headers })).body?.cancel();
      }
    },
    async [Symbol.asyncDispose]() {
      await seh[Symbol.asyncDispose]();
      await sim.close();
      state[Symbol.dispose]();
    },
  };
}

async function failure(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(() => null, (thrown) => thrown);
  assert.ok(error instanceof SourceError, String(error));
  return error;
}

Deno.test("each retry and each 404 costs one of the minute and a credit, as the server counts", async () => {
  await using one = await account();
  one.sim.inject({ kind: "status", status: 503, times: 1 });
  await one.ask();
  assert.equal((await failure(one.ask(`${path}/nothing`))).kind, "unavailable");
  assert.equal(one.sim.credits(), 3);
  assert.deepEqual(await one.left(), { minute: 7, credits: 1997 });
  assert.deepEqual(one.lines.filter((line) => line.startsWith("warning")), []);
});

Deno.test("the eleventh call of a minute waits for the next one and is not refused", async () => {
  await using one = await account();
  for (let call = 0; call < 25; call++) await one.ask();
  assert.ok(one.sim.requests.every(({ status }) => status === 200));
  assert.ok(one.clock.now().epochMilliseconds >= Date.parse("2026-06-01T12:02:00Z"));
  assert.equal(one.sim.credits(), 25);
});

Deno.test("calls of other programs show in the server's count and are counted here", async () => {
  await using one = await account();
  await one.ask();
  await one.otherProgram(4);
  await one.ask();
  assert.deepEqual(await one.left(), { minute: 4, credits: 1994 });
  assert.equal(one.sim.credits(), 6);
  assert.equal(
    one.lines.filter((line) => /^warning: another program .*\(4\)$/.test(line)).length,
    1,
  );
  // What is left is shared with them: nothing is refused.
  for (let call = 0; call < 8; call++) await one.ask();
  assert.ok(one.sim.requests.every(({ status }) => status === 200));
});

Deno.test("side by side, our own calls are not taken for those of others", async () => {
  await using one = await account();
  for (const minute of ["12:00:30", "12:01:45", "12:03:00"]) {
    one.clock.set(`2026-06-01T${minute}Z`);
    await Promise.all(Array.from({ length: 10 }, () => one.ask()));
  }
  assert.equal(one.sim.credits(), 30);
  assert.equal((await one.left()).credits, 1970);
  assert.deepEqual(one.lines.filter((line) => line.startsWith("warning")), []);
});

Deno.test("a minute that other programs have spent is waited for", async () => {
  await using one = await account();
  await one.otherProgram(10);
  await one.ask();
  assert.deepEqual(one.sim.requests.slice(10).map(({ status }) => status), [429, 200]);
  assert.ok(one.clock.now().epochMilliseconds >= Date.parse("2026-06-01T12:01:00Z"));
});

Deno.test("a month that is spent by our own count is asked for no more, and says until when", async () => {
  await using one = await account({}, { monthly: 3, minute: 10 });
  for (let call = 0; call < 3; call++) await one.ask();
  const error = await failure(one.ask());
  assert.equal(error.kind, "quota");
  assert.equal(String(error.facts.retryAt), "2026-07-01T00:00:00Z");
  assert.equal(one.sim.requests.length, 3);
});

Deno.test("a month that the server calls spent ends the run at once, and others are named as the reason", async () => {
  await using one = await account({ credits: 3 });
  await one.otherProgram(3);
  one.clock.set("2026-06-02T12:00:00Z");
  const error = await failure(one.ask());
  assert.deepEqual([error.kind, error.facts.byOthers], ["quota", true]);
  assert.match(error.facts.detail, /whole period is spent.*another program/);
  assert.equal(String(error.facts.retryAt), "2026-07-01T00:00:00Z");
  assert.deepEqual(one.sim.requests.slice(3).map(({ status }) => status), [429]);
  assert.deepEqual(one.clock.slept, []);
});

Deno.test("a month that the server calls spent is asked for once a day, until it is answered", async () => {
  await using one = await account({ credits: 3 });
  await one.otherProgram(3);
  one.clock.set("2026-06-02T12:00:00Z");
  await failure(one.ask());
  for (let hour = 0; hour < 3; hour++) {
    const { kind, facts } = await failure(one.ask());
    assert.deepEqual([kind, facts.byOthers, facts.sent], ["quota", true, false]);
    assert.match(facts.remedy!, /before 2026-07-01.*SEH_API_BILLING_DAY/);
    assert.equal(String(facts.retryAt), "2026-06-03T00:00:00Z");
  }
  assert.equal((await one.left()).credits, 0, "nothing more today");
  one.clock.set("2026-06-03T07:00:00Z");
  assert.equal((await one.left()).credits, 1);
  const again = await failure(one.ask());
  assert.match(again.facts.detail, /whole period is spent/);
  assert.match((await failure(one.ask())).facts.detail, /asked once a day/);
  assert.equal(one.sim.requests.length, 5, "three of others, one a day of ours");
  one.clock.set("2026-07-01T00:00:00Z");
  await one.ask();
  await one.ask();
  assert.deepEqual(one.lines.filter((line) => line.startsWith("warning")), []);
});

Deno.test("a month that is answered again before our date is a hint at the billing day", async () => {
  // The account's month begins on the 29th.
  await using one = await account({ credits: 3, billingDay: 29 });
  await one.otherProgram(3);
  one.clock.set("2026-06-28T12:00:00Z");
  await failure(one.ask());
  one.clock.set("2026-06-29T12:00:00Z");
  await one.ask();
  const warnings = one.lines.filter((line) => line.startsWith("warning"));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /2026-07-01.*SEH_API_BILLING_DAY/);
  await one.ask();
});
