import assert from "node:assert/strict";
import type { Coverage, SiteFacts } from "../../src/model/harvest.ts";
import { interval } from "../../src/model/interval.ts";
import type { Axis } from "../../src/source/source.ts";
import { closedParts, openPart, type Parts, partsOfDays } from "../../src/sync/closed.ts";
import { settledNights } from "../../src/sync/nights.ts";
import type { SeriesFacts } from "../../src/sync/windows.ts";

const zone = "Europe/Berlin";
const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
const local = (instant: Temporal.Instant) =>
  instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "minute" });
const shown = (parts: readonly { start: Temporal.Instant; end: Temporal.Instant }[]) =>
  parts.map((one) => `${local(one.start)} ${local(one.end)}`);

const oldestFirst = ({ newest }: Parts) => newest.toReversed();

const axis: Axis = {
  bucket: 900,
  maxDays: null,
  maxHours: 12,
  lookback: "power",
  keeps: "stretches",
};

function stretch(
  start: string,
  end: string,
  state: Coverage["state"],
  fetchedAt: string,
): Coverage {
  return {
    siteId: 1,
    series: "s",
    deviceKey: "",
    interval: interval(at(start), at(end)),
    state,
    fetchedAt: at(fetchedAt),
  };
}

function facts(
  now: string,
  coverage: Coverage[],
  from: string,
  changes: Partial<Axis> = {},
): SeriesFacts {
  return {
    axis: { ...axis, ...changes },
    maxDays: 1,
    timeZone: zone,
    from: at(from),
    lastUpdate: at(now),
    coverage,
    now: at(now),
    overlapMinutes: 15,
  };
}

function site(lastUpdate: string): SiteFacts {
  return {
    siteId: 1,
    name: null,
    timeZone: zone,
    lastUpdateLabel: null,
    lastUpdate: at(lastUpdate),
    firstDay: null,
    lastSeen: at(lastUpdate),
    productionMetered: null,
  };
}

Deno.test("a day is cut into two parts of twelve hours, one of 25 hours into three, one of 23 into two", () => {
  const count = (day: string) => {
    const next = Temporal.PlainDate.from(day).add({ days: 1 });
    return partsOfDays(interval(at(`${day}T00:00`), at(`${next}T00:00`)), 12, zone).length;
  };
  assert.deepEqual([count("2026-06-01"), count("2026-10-25"), count("2026-03-29")], [2, 3, 2]);
  const autumn = partsOfDays(interval(at("2026-10-25T00:00"), at("2026-10-26T00:00")), 12, zone);
  assert.equal(autumn.at(-1)!.end.toString(), at("2026-10-26T00:00").toString());
});

Deno.test("a part is asked once, a while after it has closed", () => {
  const before = [stretch("2026-06-01T00:00", "2026-06-02T00:00", "covered", "2026-06-02T00:30")];
  const asked = (now: string, coverage = before) =>
    shown(oldestFirst(closedParts(facts(now, coverage, "2026-06-01T00:00"), site(now))));
  assert.deepEqual(asked("2026-06-02T12:10"), []);
  assert.deepEqual(asked("2026-06-02T12:30"), ["2026-06-02T00:00 2026-06-02T12:00"]);
  const then = [
    ...before,
    stretch("2026-06-02T00:00", "2026-06-02T12:00", "covered", "2026-06-02T12:30"),
  ];
  assert.deepEqual(asked("2026-06-02T13:30", then), []);
});

Deno.test("a night between two days of values is not asked again, an outage is until the site has settled", () => {
  const night = [
    stretch("2026-06-01T00:00", "2026-06-01T21:00", "covered", "2026-06-02T00:30"),
    stretch("2026-06-01T21:00", "2026-06-02T00:00", "empty", "2026-06-02T00:30"),
    stretch("2026-06-02T00:00", "2026-06-02T12:00", "covered", "2026-06-02T12:30"),
  ];
  const asked = (coverage: Coverage[], now: string, changes: Partial<Axis>, update = now) =>
    shown(oldestFirst(closedParts(facts(now, coverage, "2026-06-01T00:00", changes), site(update))))
      .filter((one) => one.startsWith("2026-06-01"));
  assert.deepEqual(asked(night, "2026-06-03T01:00", { sleeps: true }), []);
  assert.deepEqual(asked(night, "2026-06-03T01:00", {}), ["2026-06-01T12:00 2026-06-02T00:00"]);
  const again = night.map((one) => ({ ...one, fetchedAt: at("2026-06-04T01:00") }));
  assert.deepEqual(
    asked(again, "2026-06-05T02:00", {}),
    [],
    "asked after the site had reported two days later",
  );
  assert.deepEqual(asked(again, "2026-06-05T02:00", {}, "2026-06-02T10:00"), [
    "2026-06-01T12:00 2026-06-02T00:00",
  ]);
});

Deno.test("of years of history only the newest parts are spelled out, the others are counted", () => {
  const some = stretch("2026-06-01T00:00", "2026-06-08T12:00", "covered", "2026-06-08T12:30");
  const of = (atMost?: number) =>
    closedParts(
      facts("2026-06-08T13:00", [some], "2016-06-01T00:00"),
      site("2026-06-08T12:55"),
      atMost,
    );
  const all = of();
  const few = of(20);
  assert.equal(all.older, 0);
  assert.deepEqual(shown(few.newest), shown(all.newest).slice(0, few.newest.length));
  assert.ok(few.newest.length >= 20 && few.newest.length < 60, `${few.newest.length}`);
  // Each autumn has a day of three parts.
  assert.ok(Math.abs(few.newest.length + few.older - all.newest.length) <= 10, `${few.older}`);
});

Deno.test("the open part reaches up to now, and a sleeping device is left alone by night", () => {
  const day = [stretch("2026-06-01T00:00", "2026-06-01T20:30", "covered", "2026-06-02T00:30")];
  const open = (now: string, changes: Partial<Axis>) => {
    const part = openPart(facts(now, day, "2026-06-01T00:00", changes));
    return part && shown([part])[0];
  };
  assert.equal(open("2026-06-02T09:05", { sleeps: true }), "2026-06-02T00:00 2026-06-02T09:15");
  assert.equal(open("2026-06-02T03:05", { sleeps: true }), null);
  assert.equal(open("2026-06-02T22:05", { sleeps: true }), null);
  assert.equal(open("2026-06-02T22:05", {}), "2026-06-02T12:00 2026-06-02T22:15");
});

Deno.test("nights that stand out in their week are asked for once more, when the site has settled", () => {
  const days = ["01", "02", "03", "04"];
  const nights = days.flatMap((day, n) => [
    stretch(`2026-06-${day}T21:00`, `2026-06-0${n + 2}T05:00`, "empty", `2026-06-0${n + 2}T12:30`),
    stretch(`2026-06-0${n + 2}T05:00`, `2026-06-0${n + 2}T21:00`, "covered", "2026-06-05T12:30"),
  ]);
  const coverage = [
    stretch("2026-06-01T00:00", "2026-06-01T21:00", "covered", "2026-06-02T00:30"),
    ...nights,
  ];
  const asked = (changed: Coverage[], now: string) =>
    shown(
      oldestFirst(
        closedParts(facts(now, changed, "2026-06-01T00:00", { sleeps: true }), site(now)),
      ),
    )
      .filter((one) => one < "2026-06-04T12");
  const replaced = (night: Coverage) =>
    coverage.map((one) => {
      const { start, end } = one.interval;
      const overlaps = Temporal.Instant.compare(end, night.interval.start) > 0 &&
        Temporal.Instant.compare(start, night.interval.end) < 0;
      if (one.state === "empty" && overlaps) return night;
      if (end.equals(at("2026-06-02T21:00"))) {
        return { ...one, interval: interval(start, night.interval.start) };
      }
      if (start.equals(at("2026-06-03T05:00"))) {
        return { ...one, interval: interval(night.interval.end, end) };
      }
      return one;
    });
  assert.deepEqual(asked(coverage, "2026-06-06T00:10"), [], "nights like the others");
  const evening = replaced(
    stretch("2026-06-02T15:00", "2026-06-03T05:00", "empty", "2026-06-03T12:30"),
  );
  assert.deepEqual(asked(evening, "2026-06-04T13:00"), [], "not yet settled");
  assert.deepEqual(asked(evening, "2026-06-05T13:00"), [
    "2026-06-02T12:00 2026-06-03T00:00",
    "2026-06-03T00:00 2026-06-03T12:00",
  ]);
  const morning = replaced(
    stretch("2026-06-02T21:00", "2026-06-03T08:00", "empty", "2026-06-03T12:30"),
  );
  assert.deepEqual(asked(morning, "2026-06-05T13:00"), [
    "2026-06-02T12:00 2026-06-03T00:00",
    "2026-06-03T00:00 2026-06-03T12:00",
  ]);
  const again = evening.map((one) =>
    one.state === "empty" ? { ...one, fetchedAt: at("2026-06-05T13:00") } : one
  );
  assert.deepEqual(asked(again, "2026-06-06T14:00"), [], "nothing had come");
});

Deno.test("a night is written down as covered after a week, a doubtful one when it was asked for again", () => {
  const coverage = [
    stretch("2026-06-01T00:00", "2026-06-01T21:00", "covered", "2026-06-02T00:30"),
    stretch("2026-06-01T21:00", "2026-06-02T05:00", "empty", "2026-06-02T12:30"),
    stretch("2026-06-02T05:00", "2026-06-02T21:00", "covered", "2026-06-03T00:30"),
  ];
  const settled = (now: string, given = coverage) =>
    shown(settledNights(given, site(now)).map((one) => one.interval));
  assert.deepEqual(settled("2026-06-05T05:00"), [], "alone it is doubtful");
  const again = coverage.map((one) => ({ ...one, fetchedAt: at("2026-06-05T06:00") }));
  assert.deepEqual(settled("2026-06-05T05:00", again), ["2026-06-01T21:00 2026-06-02T05:00"]);
  const two = [
    ...coverage,
    stretch("2026-06-02T21:00", "2026-06-03T05:00", "empty", "2026-06-03T12:30"),
    stretch("2026-06-03T05:00", "2026-06-03T21:00", "covered", "2026-06-04T00:30"),
  ];
  assert.deepEqual(settled("2026-06-08T05:00", two), []);
  assert.deepEqual(settled("2026-06-09T05:00", two), ["2026-06-01T21:00 2026-06-02T05:00"]);
});
