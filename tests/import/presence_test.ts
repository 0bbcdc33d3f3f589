import assert from "node:assert/strict";
import { Presence, sureRanges } from "../../src/import/presence.ts";
import { SiteClock } from "../../src/import/site_clock.ts";

const zone = "Europe/Berlin";
const clock = new SiteClock(zone);
const second = (text: string) => Date.parse(text) / 1000;
const shown = (one: { start: number; end: number }) =>
  [one.start, one.end].map((at) => clock.label(at).slice(5, 16)).join(" to ");

/** A roof without a battery: values from six to twenty o'clock, as a sun would give them. */
function roof(from: string, days: number, isMissing: (label: string) => boolean = () => false) {
  const presence = new Presence();
  const start = second(`${from}T00:00:00Z`) - 7200;
  for (let at = start; at < start + days * 86_400; at += 900) {
    const label = clock.label(at);
    const hour = Number(label.slice(11, 13)) + Number(label.slice(14, 16)) / 60;
    if (hour < 6 || hour >= 20 || isMissing(label)) continue;
    presence.addPower(at, label, 5000 * Math.sin(Math.PI * (hour - 6) / 14));
  }
  return presence;
}

Deno.test("nights are no holes: a month of days counts as fetched as one range, but for its newest day", () => {
  assert.deepEqual(sureRanges(roof("2026-06-01", 30), zone).map(shown), [
    "06-01T06:15 to 06-30T00:00",
  ]);
});

Deno.test("a hole by day is one, and so are the quarter-hours beside it", () => {
  const presence = roof(
    "2026-06-01",
    30,
    (label) => label >= "2026-06-10T11" && label < "2026-06-10T13",
  );
  assert.deepEqual(sureRanges(presence, zone).map(shown), [
    "06-01T06:15 to 06-10T10:45",
    "06-10T13:15 to 06-30T00:00",
  ]);
});

Deno.test("a day without any value is a hole, whatever the nights beside it are", () => {
  const presence = roof("2026-06-01", 30, (label) => label.startsWith("2026-06-10"));
  assert.deepEqual(sureRanges(presence, zone).map(shown), [
    "06-01T06:15 to 06-09T19:45",
    "06-11T06:15 to 06-30T00:00",
  ]);
});

Deno.test("where another series has values, silence is no hole", () => {
  const presence = roof(
    "2026-06-01",
    30,
    (label) => label >= "2026-06-10T11" && label < "2026-06-10T13",
  );
  const alive = new Presence();
  for (let at = second("2026-05-31T22:00:00Z"); at < second("2026-06-30T22:00:00Z"); at += 900) {
    alive.add(at);
  }
  assert.deepEqual(sureRanges(presence, zone, alive).map(shown), ["06-01T06:15 to 06-30T00:00"]);
});

Deno.test("marks come in any order, years apart", () => {
  const presence = new Presence();
  const times = ["2026-06-01T12:00:00Z", "2016-01-01T00:00:00Z", "2026-06-01T12:15:00Z"].map(
    second,
  );
  for (const at of times) presence.add(at);
  assert.deepEqual(presence.runs(), [
    { start: times[1], end: times[1] + 900 },
    { start: times[0], end: times[0] + 1800 },
  ]);
  assert.equal(presence.newest, times[2]);
});
