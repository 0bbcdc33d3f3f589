import assert from "node:assert/strict";
import { daysReader, secondsReader } from "../../src/model/time_digits.ts";

Deno.test("times are read by their digits as by the calendar, whatever the year", () => {
  const seconds = secondsReader();
  const days = daysReader();
  for (
    const time of [
      ...["2026-03-29T01:15:00", "2026-03-29T23:59:59", "1970-01-01T00:00:00"],
      ...[
        "1969-12-31T23:59:59",
        "2024-02-29T12:00:00",
        "0050-06-15T06:07:08",
        "9999-12-31T00:00:00",
      ],
    ]
  ) {
    const expected = Temporal.Instant.from(`${time}Z`).epochMilliseconds / 1000;
    assert.deepEqual([seconds(time), seconds(`${time}Z`)], [expected, expected], time);
    assert.equal(days(time.slice(0, 10)), Math.floor(expected / 86_400), time);
  }
});

Deno.test("what no clock or calendar shows is no time", () => {
  const seconds = secondsReader();
  const days = daysReader();
  for (
    const time of [
      ...[
        "2026-03-29T24:00:00",
        "2026-03-29T10:60:00",
        "2026-03-29T10:00:60",
        "2026-03-29T1a:00:00",
      ],
      ...["2026-03-29 10:00:00", "2026-03-29T10.00.00", "2026-03-29", "infinity", ""],
    ]
  ) assert.ok(Number.isNaN(seconds(time)), time);
  for (
    const day of ["2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "2026/03/29", "soon", ""]
  ) {
    assert.ok(Number.isNaN(days(day)), day);
  }
});
