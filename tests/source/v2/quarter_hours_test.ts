import assert from "node:assert/strict";
import { ask, series } from "./ask.ts";

const power = (values: readonly (readonly [string, unknown])[], unit = "W") =>
  series(unit, "QUARTER_HOUR", values);

/** The quarter-hours of a range as the server writes them: local time with offset. */
function stamps(start: string, end: string, zone = "Europe/Berlin"): string[] {
  const all: string[] = [];
  const last = Temporal.Instant.from(end);
  for (
    let at = Temporal.Instant.from(start);
    Temporal.Instant.compare(at, last) < 0;
    at = at.add({ minutes: 15 })
  ) {
    all.push(
      at.toZonedDateTimeISO(zone).toString({ smallestUnit: "second", timeZoneName: "never" }),
    );
  }
  return all;
}

Deno.test("a quarter-hour is stored at its exact moment with the wall clock of the answer", async () => {
  const { table, request } = await ask(
    "power",
    power([["2026-05-31T11:45:00+02:00", 6.1205], ["2026-05-31T12:00:00+02:00", 0.31]], "KW"),
    { window: ["2026-05-31", "2026-05-31T12:30"], now: "2026-05-31T12:40" },
  );
  assert.deepEqual(
    table("power_readings").map((
      one,
    ) => [one.timestamp, one.local_time, one.interval_s, one.power_w]),
    [
      ["2026-05-31T09:45:00Z", "2026-05-31T11:45:00", 900, 6120.5],
      ["2026-05-31T10:00:00Z", "2026-05-31T12:00:00", 900, 310],
    ],
  );
  assert.deepEqual(request.parameters, {
    from: "2026-05-31T00:00:00+02:00",
    to: "2026-05-31T12:29:59+02:00",
    resolution: "QUARTER_HOUR",
    unit: "W",
  });
});

Deno.test("a request never reaches beyond now", async () => {
  const { request } = await ask("power", power([]), {
    window: ["2026-05-31T12:00", "2026-05-31T15:15"],
    now: "2026-05-31T15:04:10",
  });
  assert.equal(request.parameters.to, "2026-05-31T15:04:10+02:00");
});

Deno.test("an autumn day keeps its 100 quarter-hours", async () => {
  const all = stamps("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
  const { table, spans } = await ask("power", power(all.map((stamp) => [stamp, 1])), {
    window: ["2026-10-25", "2026-10-26"],
  });
  const rows = table("power_readings");
  assert.equal(rows.length, 100);
  assert.equal(new Set(rows.map((one) => one.timestamp)).size, 100);
  assert.equal(rows.filter((one) => one.local_time === "2026-10-25T02:30:00").length, 2);
  assert.deepEqual(spans, ["covered 2026-10-24T22:00:00Z/2026-10-25T23:00:00Z"]);
});

Deno.test("a quarter-hour without value counts as asked and empty once an upload would have come", async () => {
  const values = [
    ["2026-05-31T11:30:00+02:00", 5],
    ["2026-05-31T11:45:00+02:00", null],
    ["2026-05-31T12:00:00+02:00", null],
  ] as const;
  const at = async (now: string) => {
    const { table, spans } = await ask("power", power(values), {
      window: ["2026-05-31T11:30", "2026-05-31T12:15"],
      lastUpdate: "2026-05-31T00:01",
      now,
    });
    return [table("power_readings").length, ...spans];
  };
  const covered = "covered 2026-05-31T09:30:00Z/2026-05-31T09:45:00Z";
  assert.deepEqual(await at("2026-05-31T12:01"), [1, covered]);
  assert.deepEqual(await at("2026-05-31T12:19"), [1, covered]);
  assert.deepEqual(await at("2026-05-31T12:20"), [
    2,
    covered,
    "empty 2026-05-31T09:45:00Z/2026-05-31T10:00:00Z",
  ]);
});

Deno.test("the night is rows without value while the site reports day by day, and comes empty", async () => {
  const evening = stamps("2026-05-31T10:00:00Z", "2026-05-31T22:00:00Z");
  const { table, spans } = await ask(
    "power",
    power(evening.map((stamp) => [stamp, stamp < "2026-05-31T21" ? 1 : null])),
    {
      window: ["2026-05-31T12:00", "2026-06-01"],
      lastUpdate: "2026-05-30T20:55",
      now: "2026-06-01T00:25",
    },
  );
  const rows = table("power_readings");
  assert.equal(rows.length, 48);
  assert.deepEqual(rows.at(-1)!.power_w, null);
  assert.deepEqual(spans, [
    "covered 2026-05-31T10:00:00Z/2026-05-31T19:00:00Z",
    "empty 2026-05-31T19:00:00Z/2026-05-31T22:00:00Z",
  ]);
});

Deno.test("silence before a site's first day, which is not known yet, is no row", async () => {
  const silent = power([["2026-05-31T12:00:00+02:00", null]]);
  const before = await ask("power", silent);
  assert.deepEqual(before.rows, []);
  assert.equal(
    (await ask("power", silent, { firstDay: "2026-05-30" })).table("power_readings").length,
    1,
  );
});

Deno.test("what the server pads for a site that has been silent for days is no row", async () => {
  const day = stamps("2026-05-30T22:00:00Z", "2026-05-31T10:00:00Z");
  const { table, spans } = await ask("power", power(day.map((stamp) => [stamp, null])), {
    window: ["2026-05-31", "2026-05-31T12:00"],
    lastUpdate: "2026-05-28T13:00",
    now: "2026-05-31T12:20",
  });
  assert.deepEqual(table("power_readings"), []);
  assert.deepEqual(spans, ["empty 2026-05-30T22:00:00Z/2026-05-31T10:00:00Z"]);
});

Deno.test("a site far west of Greenwich and times in UTC are read alike", async () => {
  const { table } = await ask("power", power([["2026-05-31T12:00:00Z", 7]]), {
    zone: "America/Los_Angeles",
    window: ["2026-05-31", "2026-05-31T12:00"],
  });
  const [row] = table("power_readings");
  assert.equal(row!.timestamp, "2026-05-31T12:00:00Z");
  assert.equal(row!.local_time, "2026-05-31T05:00:00");
});

Deno.test("a percentage is no power: it is kept aside and reported", async () => {
  const { table, notes } = await ask(
    "power",
    power([["2026-05-31T12:00:00+02:00", 7]], "PERCENTAGE"),
  );
  const [row] = table("power_readings");
  assert.deepEqual([row!.power_w, row!.extra], [null, '{"unit":"PERCENTAGE","value":7}']);
  assert.match(notes[0]!.text, /unit "PERCENTAGE" is no unit of power/);
});

Deno.test("stamps with offsets are read without knowing the site's zone", async () => {
  const body = power([["2026-05-31T12:00:00+02:00", 7], ["2026-05-31T12:15:00+02:00", 8]]);
  const window = ["2026-05-31T10:00", "2026-05-31T10:30"] as const;
  for (const siteZone of [null, "W. Europe Standard Time"]) {
    const { table, spans, request } = await ask("power", body, { zone: "UTC", siteZone, window });
    assert.deepEqual(table("power_readings").map((one) => [one.timestamp, one.local_time]), [
      ["2026-05-31T10:00:00Z", "2026-05-31T12:00:00"],
      ["2026-05-31T10:15:00Z", "2026-05-31T12:15:00"],
    ]);
    assert.deepEqual(spans, ["covered 2026-05-31T10:00:00Z/2026-05-31T10:30:00Z"]);
    assert.equal(request.parameters.from, "2026-05-31T10:00:00+00:00");
  }
});
