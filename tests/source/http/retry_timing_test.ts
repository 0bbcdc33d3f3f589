import assert from "node:assert/strict";
import fc from "fast-check";
import { retryAfter, shortWait, waitAfter } from "../../../src/source/http/retry_timing.ts";

const now = Temporal.Instant.from("2026-06-01T12:00:00Z");

Deno.test("Retry-After is read as seconds and as an HTTP date, and nothing else", () => {
  const moments = [
    ["120", "2026-06-01T12:02:00Z"],
    [" 0.5 ", "2026-06-01T12:00:00.5Z"],
    ["Mon, 01 Jun 2026 12:00:07 GMT", "2026-06-01T12:00:07Z"],
    [String(31 * 86_400), "2026-07-02T12:00:00Z"],
  ] as const;
  for (const [header, moment] of moments) assert.equal(String(retryAfter(header, now)), moment);
  for (const header of [null, "", "soon", "-5", "5 apples", "1e3", "Infinity"]) {
    assert.equal(retryAfter(header, now), null, String(header));
  }
});

Deno.test("a moment that is past tells nobody when to try again", () => {
  for (const header of ["0", "Mon, 01 Jun 2026 11:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT"]) {
    assert.equal(retryAfter(header, now), null, header);
  }
});

Deno.test("a wish for more than a month is a slip, and no date to tell a person", () => {
  for (const header of ["9".repeat(400), "99999999", "Fri, 31 Dec 9999 23:59:59 GMT"]) {
    assert.equal(retryAfter(header, now), null, header);
  }
});

Deno.test("waits of up to 90 seconds are worth it", () => {
  assert.equal(shortWait(now.add({ seconds: 90 }), now), 90_000);
  assert.equal(shortWait(now.add({ seconds: 91 }), now), null);
  assert.equal(shortWait(now.subtract({ hours: 1 }), now), 0);
});

Deno.test("the wait lies between half and all of a delay that doubles, up to 90 seconds", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 20 }),
    fc.double({ min: 0, max: 30, noNaN: true }),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    (tries, delaySeconds, random) => {
      const wait = waitAfter({ tries, delaySeconds, notBefore: null, now, random: () => random })!;
      const whole = Math.min(delaySeconds * 2 ** tries, 90) * 1000;
      assert.ok(wait >= Math.floor(whole / 2) && wait <= Math.ceil(whole));
    },
  ));
});

Deno.test("no wait is shorter than the server asks for", () => {
  const given = { tries: 0, delaySeconds: 2, now, random: () => 0.5 };
  assert.equal(waitAfter({ ...given, notBefore: now.add({ seconds: 30 }) }), 30_000);
  assert.equal(waitAfter({ ...given, notBefore: now.add({ milliseconds: 10 }) }), 1500);
  assert.equal(waitAfter({ ...given, notBefore: now.add({ minutes: 5 }) }), null);
});
