import assert from "node:assert/strict";
import { type SiteSigns, staleness } from "../../src/cli/freshness.ts";

const at = (text: string) => Temporal.Instant.from(text);
const twoHours = 7200;

/** Berlin in June: the sun is up from 05:00 to 21:45, on every one of 30 days. */
const daylight = new Map(
  Array.from({ length: 67 }, (_, i) => {
    const time = Temporal.PlainTime.from("05:00").add({ minutes: i * 15 });
    return [time.toString({ smallestUnit: "minute" }), 30] as const;
  }),
);
const site = (changes: Partial<SiteSigns>): SiteSigns => ({
  harvestAt: at("2026-06-10T12:00:00+02:00"),
  lastUpdate: at("2026-06-10T11:55:00+02:00"),
  timeZone: "Europe/Berlin",
  daylight,
  ...changes,
});

Deno.test("a harvest that was complete within the limit is fresh", () => {
  assert.equal(staleness(site({}), at("2026-06-10T13:50:00+02:00"), twoHours), null);
});

Deno.test("a harvest that was complete longer ago is stale", () => {
  assert.match(
    staleness(site({}), at("2026-06-10T14:00:01+02:00"), twoHours)!,
    /^not up to date: last complete 2 h ago, allowed 2 h$/,
  );
});

Deno.test("a site that was never completed is stale", () => {
  assert.match(
    staleness(site({ harvestAt: null }), at("2026-06-10T12:00:00+02:00"), twoHours)!,
    /never/,
  );
});

Deno.test("a site that sleeps by night is fresh", () => {
  const asleep = site({
    lastUpdate: at("2026-06-10T21:40:00+02:00"),
    harvestAt: at("2026-06-11T04:30:00+02:00"),
  });
  assert.equal(staleness(asleep, at("2026-06-11T05:45:00+02:00"), twoHours), null);
});

Deno.test("a site that does not wake up is stale when the limit has passed by day", () => {
  const dead = (now: string) =>
    staleness(
      site({ lastUpdate: at("2026-06-10T21:45:00+02:00"), harvestAt: at(now) }),
      at(now),
      twoHours,
    );
  assert.equal(dead("2026-06-11T06:59:00+02:00"), null);
  assert.match(dead("2026-06-11T07:01:00+02:00")!, /silent by day/);
});

Deno.test("a site that falls silent by day is stale although the harvest is complete", () => {
  const silent = site({ harvestAt: at("2026-06-10T13:58:00+02:00") });
  assert.match(staleness(silent, at("2026-06-10T13:58:00+02:00"), twoHours)!, /silent by day/);
});

Deno.test("a few early mornings do not make a usual daylight", () => {
  const early = new Map([...daylight, ["04:00", 3], ["04:15", 3], ["04:30", 5], ["04:45", 14]]);
  const asleep = site({
    lastUpdate: at("2026-06-10T21:45:00+02:00"),
    harvestAt: at("2026-06-11T06:55:00+02:00"),
    daylight: early,
  });
  assert.equal(staleness(asleep, at("2026-06-11T06:55:00+02:00"), twoHours), null);
});

Deno.test("a site that died long ago is stale although nothing is known of its days any more", () => {
  const gone = site({
    lastUpdate: at("2026-03-10T11:55:00+02:00"),
    harvestAt: at("2026-06-10T03:00:00+02:00"),
    daylight: new Map(),
  });
  assert.match(staleness(gone, at("2026-06-10T03:00:00+02:00"), twoHours)!, /silent by day/);
});

Deno.test("a site that never sent anything is judged by the harvest alone", () => {
  const never = site({ lastUpdate: null });
  assert.equal(staleness(never, at("2026-06-10T13:00:00+02:00"), twoHours), null);
});

Deno.test("the night after the clocks change is a night like others", () => {
  const asleep = site({
    lastUpdate: at("2026-10-24T21:45:00+02:00"),
    harvestAt: at("2026-10-25T05:30:00+01:00"),
  });
  assert.equal(staleness(asleep, at("2026-10-25T06:30:00+01:00"), twoHours), null);
});
