import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { openQuota, type Receipt } from "../../../src/source/http/quota.ts";
import { client, clockAt, folder, overview, serve } from "./loopback.ts";

// A server counts a request when it arrives: later than it was sent, by nobody knows how much.

const noon = Temporal.Instant.from("2026-06-01T12:00:00Z");
const one = [{ allowance: "calls", amount: 1 }];
const timeoutSeconds = 10;

/** A quota on a clock of its own in a folder of its own; opening it again stands for another process. */
function setting(amount: number, per: "minute" | "rolling-day" | "billing-month") {
  const state = folder();
  const clock = clockAt(noon.toString());
  return {
    clock,
    at: (seconds: number) =>
      clock.set(noon.add({ milliseconds: Math.round(seconds * 1000) }).toString()),
    open: () =>
      openQuota({
        path: join(state.path, "quota.json"),
        owner: "owner",
        windows: [{ allowance: "calls", amount, per }],
        timeoutSeconds,
        clock,
      }),
    [Symbol.dispose]: () => state[Symbol.dispose](),
  };
}

type Quota = ReturnType<ReturnType<typeof setting>["open"]>;

async function send(quota: Quota): Promise<Receipt> {
  const spending = await quota.spend(one);
  assert.ok(spending.granted, "there is quota left");
  return spending.receipt;
}

async function freesAt(quota: Quota): Promise<string> {
  const spending = await quota.spend(one);
  assert.ok(!spending.granted, "the quota is spent");
  return String(spending.freesAt);
}

Deno.test("however slowly a request arrives, no minute of the server holds more than are allowed", async () => {
  using state = folder();
  const clock = clockAt(noon.toString());
  const arrivals: number[] = [];
  await using server = serve((_, n) => {
    // The first one is on its way for 50 seconds.
    if (n === 1) clock.set(noon.add({ seconds: 50 }).toString());
    arrivals.push(clock.now().since(noon).total("seconds"));
    return Response.json({});
  });
  const quotaWindows = [{ allowance: "", amount: 2, per: "minute" as const }];
  await using seh = client(server.origin, state.path, clock, { quotaWindows });
  for (let n = 0; n < 5; n++) await seh.getJson(overview());
  assert.deepEqual(arrivals, [50, 50, 110, 110, 170]);
});

Deno.test("a request without an answer counts as of now, and its answer frees it a minute later", async () => {
  using seen = setting(2, "minute");
  const quota = seen.open();
  const slow = await send(quota);
  await quota.isOver(await send(quota));
  // The machine slept, or the clock was put forward: the request is as open as before.
  seen.at(300);
  await quota.isOver(await send(quota));
  assert.equal(await freesAt(quota), "2026-06-01T12:06:00Z");
  seen.at(330);
  await quota.isOver(slow);
  seen.at(360);
  await quota.isOver(await send(quota));
  assert.equal(await freesAt(quota), "2026-06-01T12:06:30Z");
});

Deno.test("a request whose machine slept counts from its answer on, though another program took it for over", async () => {
  using seen = setting(2, "minute");
  const quota = seen.open();
  const slow = await send(quota);
  seen.at(300);
  const other = seen.open();
  await other.isOver(await send(other));
  seen.at(310);
  await quota.isOver(slow);
  assert.equal(await freesAt(seen.open()), "2026-06-01T12:06:00Z");
});

Deno.test("a request of a program that was killed counts until its time-out, for others too", async () => {
  using seen = setting(1, "minute");
  await send(seen.open());
  seen.at(5);
  assert.equal(await freesAt(seen.open()), "2026-06-01T12:01:05Z");
  seen.at(69);
  assert.equal(await freesAt(seen.open()), "2026-06-01T12:01:10Z");
  seen.at(70);
  await send(seen.open());
});

Deno.test("a request that is answered after the billing month has begun counts in it", async () => {
  using seen = setting(2, "billing-month");
  seen.clock.set("2026-06-30T23:59:59Z");
  const quota = seen.open();
  const late = await send(quota);
  seen.clock.set("2026-07-01T00:00:03Z");
  await quota.isOver(late);
  assert.equal((await quota.remaining(one)).requests, 1);
});

Deno.test("what did not leave this machine is given back, and what is answered stands once", async () => {
  using seen = setting(3, "rolling-day");
  const quota = seen.open();
  const [unsent, answered] = [await send(quota), await send(quota)];
  seen.at(4);
  await quota.isOver(answered);
  await quota.giveBack(unsent);
  assert.equal((await quota.remaining(one)).requests, 2);
  seen.at(86_403.9);
  assert.equal((await quota.remaining(one)).requests, 2);
  seen.at(86_404);
  assert.equal((await quota.remaining(one)).requests, 3);
});

/** What a program does next: it waits, sends, gets the answer of its oldest request, or is killed. */
const steps = fc.array(
  fc.record({
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 25_000 })),
    does: fc.constantFrom("send", "send", "send", "answer", "kill"),
    program: fc.integer({ min: 0, max: 1 }),
    /** Where between sending and answer the server counts it. */
    arrives: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 10, maxLength: 60 },
);

Deno.test("whenever requests arrive and answers come, in programs that are killed too, no 60 seconds hold more", async () => {
  const amount = 3;
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      using seen = setting(amount, "minute");
      const programs = [seen.open(), seen.open()];
      const open: { program: number; receipt: Receipt; sent: number; arrives: number }[] = [];
      const arrivals: number[] = [];
      let now = 0;
      const end = (seconds: number, { sent, arrives }: { sent: number; arrives: number }) =>
        arrivals.push(sent + (seconds - sent) * arrives);
      for (const { wait, does, program, arrives } of given) {
        // An answer comes within the time-out.
        const first = Math.min(...open.map(({ sent }) => sent + timeoutSeconds));
        now = Math.min(now + wait / 1000, first);
        seen.at(now);
        const [oldest] = open.filter((one) => one.program === program);
        if (does === "answer" || now === first) {
          const due = now === first ? open[0] : oldest;
          if (!due) continue;
          open.splice(open.indexOf(due), 1);
          end(now, due);
          await programs[due.program].isOver(due.receipt);
        } else if (does === "kill") {
          for (const lost of open.filter((one) => one.program === program)) {
            open.splice(open.indexOf(lost), 1);
            // It is out of the door, and may arrive after its program is gone.
            end(lost.sent + timeoutSeconds, lost);
          }
          programs[program] = seen.open();
        } else {
          const spending = await programs[program].spend(one);
          if (spending.granted) {
            open.push({ program, receipt: spending.receipt, sent: now, arrives });
          }
        }
      }
      for (const left of open) end(left.sent + timeoutSeconds, left);
      for (const from of arrivals) {
        const inMinute = arrivals.filter((at) => at >= from && at < from + 60);
        assert.ok(inMinute.length <= amount, `${inMinute.length} from ${from} on: ${arrivals}`);
      }
    }),
    { numRuns: 60 },
  );
});
