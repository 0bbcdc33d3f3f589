import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bucketEnd,
  type BucketSize,
  bucketStart,
  instantText,
  toLocal,
} from "../../src/model/site_time.ts";

const at = (text: string) => Temporal.Instant.from(text);

function bucket(text: string, size: BucketSize, timeZone: string): string {
  const start = bucketStart(at(text), size, timeZone);
  return `${instantText(start)} ${instantText(bucketEnd(start, size, timeZone))}`;
}

Deno.test("a sample is its own bucket", () => {
  assert.equal(
    bucket("2026-06-01T10:04:30Z", "samples", "Europe/Berlin"),
    "2026-06-01T10:04:30Z 2026-06-01T10:04:30Z",
  );
});

Deno.test("a day has 23 hours in spring and 25 in autumn", () => {
  for (
    const [moment, timeZone, expected] of [
      ["2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-28T23:00:00Z 2026-03-29T22:00:00Z"],
      ["2026-10-25T12:00:00Z", "Europe/Berlin", "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z"],
      ["2026-03-08T12:00:00Z", "America/New_York", "2026-03-08T05:00:00Z 2026-03-09T04:00:00Z"],
      ["2026-11-01T12:00:00Z", "America/New_York", "2026-11-01T04:00:00Z 2026-11-02T05:00:00Z"],
      ["2026-04-05T00:00:00Z", "Australia/Lord_Howe", "2026-04-04T13:00:00Z 2026-04-05T13:30:00Z"],
      ["2026-10-25T12:00:00Z", "Asia/Kolkata", "2026-10-24T18:30:00Z 2026-10-25T18:30:00Z"],
      ["2018-11-04T12:00:00Z", "America/Sao_Paulo", "2018-11-04T03:00:00Z 2018-11-05T02:00:00Z"],
      ["2018-02-18T01:30:00Z", "America/Sao_Paulo", "2018-02-17T02:00:00Z 2018-02-18T03:00:00Z"],
    ] as const
  ) assert.equal(bucket(moment, "day", timeZone), expected);
});

Deno.test("weeks begin on Monday, months and years on their first local day", () => {
  const moment = "2026-04-01T12:00:00Z";
  const zone = "Europe/Berlin";
  assert.equal(bucket(moment, "week", zone), "2026-03-29T22:00:00Z 2026-04-05T22:00:00Z");
  assert.equal(bucket(moment, "month", zone), "2026-03-31T22:00:00Z 2026-04-30T22:00:00Z");
  assert.equal(bucket(moment, "year", zone), "2025-12-31T23:00:00Z 2026-12-31T23:00:00Z");
  assert.equal(
    bucket("2026-03-29T10:00:00Z", "week", zone),
    "2026-03-22T23:00:00Z 2026-03-29T22:00:00Z",
    "Sunday is the last day of its week",
  );
  assert.equal(
    bucket("2026-03-31T22:30:00Z", "month", zone),
    "2026-03-31T22:00:00Z 2026-04-30T22:00:00Z",
    "the month changes at local midnight",
  );
});

Deno.test("quarter-hours and hours follow the wall clock of the zone", () => {
  for (
    const [moment, size, timeZone, expected] of [
      ["2026-06-01T10:14:59Z", 900, "Europe/Berlin", "2026-06-01T10:00:00Z 2026-06-01T10:15:00Z"],
      ["2026-06-01T10:15:00Z", 900, "Europe/Berlin", "2026-06-01T10:15:00Z 2026-06-01T10:30:00Z"],
      ["2026-06-01T10:20:00Z", 3600, "Asia/Kathmandu", "2026-06-01T10:15:00Z 2026-06-01T11:15:00Z"],
      ["2026-06-01T10:20:00Z", 3600, "Asia/Kolkata", "2026-06-01T09:30:00Z 2026-06-01T10:30:00Z"],
    ] as const
  ) assert.equal(bucket(moment, size, timeZone), expected);
});

Deno.test("each of the two hours of the autumn shift is a bucket of its own", () => {
  const zone = "Europe/Berlin";
  assert.equal(
    bucket("2026-10-25T00:40:00Z", 3600, zone),
    "2026-10-25T00:00:00Z 2026-10-25T01:00:00Z",
  );
  assert.equal(
    bucket("2026-10-25T01:40:00Z", 3600, zone),
    "2026-10-25T01:00:00Z 2026-10-25T02:00:00Z",
  );
  assert.equal(
    bucket("2026-03-29T00:59:59Z", 3600, zone),
    "2026-03-29T00:00:00Z 2026-03-29T01:00:00Z",
  );
});

Deno.test("where the clock shifts by half an hour, hours are longer or shorter", () => {
  const zone = "Australia/Lord_Howe";
  assert.equal(
    bucket("2026-04-04T15:10:00Z", 3600, zone),
    "2026-04-04T14:00:00Z 2026-04-04T15:30:00Z",
    "01:00 to 02:00 with the half hour that came twice",
  );
  assert.equal(
    bucket("2026-10-03T15:40:00Z", 3600, zone),
    "2026-10-03T15:30:00Z 2026-10-03T16:00:00Z",
    "02:30 to 03:00",
  );
  assert.equal(
    bucket("2026-04-04T15:10:00Z", 900, zone),
    "2026-04-04T15:00:00Z 2026-04-04T15:15:00Z",
  );
});

Deno.test("a size that is no positive whole number of seconds is refused", () => {
  for (const size of [0, -900, 0.5, NaN]) {
    assert.throws(() => bucketStart(at("2026-06-01T10:00:00Z"), size, "UTC"), RangeError);
    assert.throws(() => bucketEnd(at("2026-06-01T10:00:00Z"), size, "UTC"), RangeError);
  }
});

Deno.test("every moment lies in exactly one bucket, and buckets follow each other without holes", () => {
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Africa/Casablanca",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom<BucketSize>(900, 3600, 7200, 86400, "day", "week", "month", "year"),
      fc.integer({ min: 1_483_228_800, max: 1_893_456_000 }),
      fc.integer({ min: -10_000, max: 10_000 }),
      (timeZone, size, second, away) => {
        const anywhere = Temporal.Instant.fromEpochMilliseconds(second * 1000);
        const shift = anywhere.toZonedDateTimeISO(timeZone).getTimeZoneTransition("next");
        for (const moment of [anywhere, shift?.toInstant().add({ seconds: away })]) {
          if (!moment) continue;
          const start = bucketStart(moment, size, timeZone);
          const end = bucketEnd(start, size, timeZone);
          assert.ok(Temporal.Instant.compare(start, moment) <= 0);
          assert.ok(Temporal.Instant.compare(moment, end) < 0);
          assert.ok(bucketStart(start, size, timeZone).equals(start));
          assert.ok(bucketStart(end, size, timeZone).equals(end), "the next begins at the end");
          const last = bucketStart(end.subtract({ seconds: 1 }), size, timeZone);
          assert.ok(last.equals(start), `${toLocal(moment, timeZone)} ${timeZone} ${size}`);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
