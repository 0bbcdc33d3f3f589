import assert from "node:assert/strict";
import { ask } from "./ask.ts";

function power(values: readonly [date: string, value?: unknown][], facts: object = {}) {
  return {
    power: {
      timeUnit: "QUARTER_OF_AN_HOUR",
      unit: "W",
      measuredBy: "INVERTER",
      ...facts,
      values: values.map(([date, value = null]) => ({ date, value })),
    },
  };
}

/** Labels of a day as a server writes them that knows of no clock change. */
function ninetySix(day: string): string[] {
  return Array.from({ length: 96 }, (_, slot) => {
    const minutes = slot * 15;
    const two = (number: number) => String(number).padStart(2, "0");
    return `${day} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00`;
  });
}

/** Labels of a day as a server writes them that follows the clock, hour repeated or skipped. */
function byTheClock(day: string, zone: string): string[] {
  const start = Temporal.PlainDate.from(day).toZonedDateTime(zone);
  const end = start.add({ days: 1 });
  const labels: string[] = [];
  for (let at = start; Temporal.ZonedDateTime.compare(at, end) < 0; at = at.add({ minutes: 15 })) {
    labels.push(at.toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " "));
  }
  return labels;
}

Deno.test("a quarter-hour is kept once it has ended; open and padded ones are not", async () => {
  const { table, spans, request } = await ask(
    "power",
    power([
      ["2026-05-31 11:30:00", null],
      ["2026-05-31 11:45:00", 6120.5],
      ["2026-05-31 12:00:00", 310],
      ["2026-05-31 12:15:00", null],
    ]),
    {
      window: ["2026-05-31T11:30", "2026-05-31T12:30"],
      lastUpdate: "2026-05-31T12:07:31",
      now: "2026-05-31T12:10:00",
    },
  );
  assert.deepEqual(
    table("power_readings").map((
      one,
    ) => [one.timestamp, one.local_time, one.interval_s, one.power_w]),
    [
      ["2026-05-31T09:30:00Z", "2026-05-31T11:30:00", 900, null],
      ["2026-05-31T09:45:00Z", "2026-05-31T11:45:00", 900, 6120.5],
    ],
  );
  assert.deepEqual(spans, [
    "empty 2026-05-31T09:30:00Z/2026-05-31T09:45:00Z",
    "covered 2026-05-31T09:45:00Z/2026-05-31T10:00:00Z",
  ]);
  assert.deepEqual(request.parameters, {
    startTime: "2026-05-31 11:30:00",
    endTime: "2026-05-31 12:15:00",
  });
});

Deno.test("quarter-hours after the site's last update are no rows, however long ago they ended", async () => {
  const body = power([
    ["2026-05-30 23:45:00", null],
    ["2026-05-31 11:45:00", 5],
    ["2026-05-31 12:00:00", null],
    ["2026-05-31 12:15:00", null],
  ]);
  const { table, notes } = await ask("power", body, {
    lastUpdate: "2026-05-31T12:00:00",
    now: "2026-05-31T16:00:00",
  });
  const local = table("power_readings").map((one) => one.local_time);
  assert.deepEqual(local, ["2026-05-30T23:45:00", "2026-05-31T11:45:00"]);
  assert.match(notes[0]!.text, /1 buckets outside the time asked for/);
});

Deno.test("a hole inside a day is not covered, however late the values behind it", async () => {
  const filled = byTheClock("2026-05-31", "Europe/Berlin")
    .map((
      label,
    ): [string, unknown] => [label, /T0[4-7]:/.test(label.replace(" ", "T")) ? null : 1]);
  const { spans } = await ask("power", power(filled));
  assert.deepEqual(spans, [
    "covered 2026-05-30T22:00:00Z/2026-05-31T02:00:00Z",
    "empty 2026-05-31T02:00:00Z/2026-05-31T06:00:00Z",
    "covered 2026-05-31T06:00:00Z/2026-05-31T22:00:00Z",
  ]);
});

Deno.test("values after a last update that has stood still are kept and covered", async () => {
  const { table, spans } = await ask(
    "power",
    power([["2026-05-31 11:45:00", 5], ["2026-05-31 12:00:00", 6], ["2026-05-31 12:15:00", null]]),
    {
      window: ["2026-05-31T11:45", "2026-05-31T14:00"],
      lastUpdate: "2026-04-20T12:00:00",
      now: "2026-05-31T14:07:00",
    },
  );
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [5, 6]);
  assert.deepEqual(spans, ["covered 2026-05-31T09:45:00Z/2026-05-31T10:15:00Z"]);
});

Deno.test("a quarter-hour that is half there at the last update is no proof of a later one", async () => {
  const { table, spans } = await ask(
    "power",
    power([["2026-05-31 11:45:00", 5], ["2026-05-31 12:00:00", 6]]),
    {
      window: ["2026-05-31T11:45", "2026-05-31T14:00"],
      lastUpdate: "2026-05-31T12:07:31",
      now: "2026-05-31T14:07:00",
    },
  );
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [5]);
  assert.deepEqual(spans, ["covered 2026-05-31T09:45:00Z/2026-05-31T10:00:00Z"]);
});

Deno.test("a power series that declares Wh means W, one in kW is turned into W", async () => {
  const stored = async (unit: string) =>
    (await ask("power", power([["2026-05-31 12:00:00", 1.6]], { unit }))).table(
      "power_readings",
    )[0]!
      .power_w;
  assert.equal(await stored("Wh"), 1.6);
  assert.equal(await stored("kW"), 1600);
});

for (
  const { zone, autumn, slots, spring, springSlots } of [
    {
      zone: "Europe/Berlin",
      autumn: "2026-10-25",
      slots: 100,
      spring: "2026-03-29",
      springSlots: 92,
    },
    {
      zone: "America/New_York",
      autumn: "2026-11-01",
      slots: 100,
      spring: "2026-03-08",
      springSlots: 92,
    },
    {
      zone: "Australia/Lord_Howe",
      autumn: "2026-04-05",
      slots: 98,
      spring: "2026-10-04",
      springSlots: 94,
    },
    {
      zone: "Asia/Kolkata",
      autumn: "2026-10-25",
      slots: 96,
      spring: "2026-03-29",
      springSlots: 96,
    },
  ]
) {
  const daysOf = async (day: string, labels: readonly string[], dark = new Set<string>()) => {
    const next = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
    return await ask(
      "power",
      power(labels.map((label) => [label, dark.has(label) ? null : 100])),
      { zone, window: [day, next] },
    );
  };

  Deno.test(`${zone}: a server that repeats the hour gives ${slots} quarter-hours in autumn, ${springSlots} in spring`, async () => {
    const inAutumn = await daysOf(autumn, byTheClock(autumn, zone));
    const rows = inAutumn.table("power_readings");
    assert.equal(new Set(rows.map((one) => one.timestamp)).size, slots);
    assert.deepEqual(inAutumn.notes, []);
    assert.equal(
      (await daysOf(spring, byTheClock(spring, zone))).table("power_readings").length,
      springSlots,
    );
  });

  Deno.test(`${zone}: a server that always sends 96 labels gives 96 in autumn, ${springSlots} in spring, and no gap`, async () => {
    const inAutumn = await daysOf(autumn, ninetySix(autumn));
    assert.equal(inAutumn.table("power_readings").length, 96);
    assert.deepEqual(inAutumn.ranges.map((one) => one.state), ["covered"]);
    const real = new Set(byTheClock(spring, zone));
    const skipped = new Set(ninetySix(spring).filter((label) => !real.has(label)));
    const inSpring = await daysOf(spring, ninetySix(spring), skipped);
    assert.equal(inSpring.table("power_readings").length, springSlots);
    assert.deepEqual(inSpring.notes, []);
  });
}

Deno.test("a value in the hour that the clock skips is left out with a warning", async () => {
  const { table, notes } = await ask(
    "power",
    power([["2026-03-29 02:00:00", 5], ["2026-03-29 02:15:00", 6], ["2026-03-29 03:00:00", 7]]),
    { window: ["2026-03-29", "2026-03-30"] },
  );
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [7]);
  assert.deepEqual(notes.map((one) => one.level), ["warning"]);
  assert.match(notes[0]!.text, /2 times do not exist in Europe\/Berlin/);
});

Deno.test("of a quarter-hour that comes twice the last value stands, with a warning", async () => {
  const { table, notes } = await ask(
    "power",
    power([
      ["2026-05-31 12:00:00", 5],
      ["2026-05-31 12:15:00", 6],
      ["2026-05-31 12:00:00", 7],
      ["2026-05-31 12:15:00", null],
    ]),
  );
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [7, 6]);
  assert.match(notes[0]!.text, /2 times came twice/);
});

Deno.test("a label that is no time is left out, and reported", async () => {
  const { table, notes } = await ask(
    "power",
    power([["yesterday", 5], ["2026-05-31 12:15:00", 6]]),
  );
  assert.equal(table("power_readings").length, 1);
  assert.match(notes[0]!.text, /1 time cannot be read and is left out: yesterday/);
  assert.equal(notes[0]!.level, "loss");
});

Deno.test("hourly power is stored with an interval of an hour", async () => {
  const { table, notes } = await ask(
    "power",
    power([["2026-05-31 12:00:00", 5]], { timeUnit: "HOUR" }),
  );
  assert.deepEqual(table("power_readings").map((one) => one.interval_s), [3600]);
  assert.equal(notes[0]!.level, "info");
});

Deno.test("without a last update the present time decides what has ended", async () => {
  const { table } = await ask(
    "power",
    power([["2026-05-31 12:00:00", 5], ["2026-05-31 12:15:00", 6]]),
    { now: "2026-05-31T12:20:00" },
  );
  assert.deepEqual(table("power_readings").map((one) => one.power_w), [5]);
});

Deno.test("a request never ends with a label of the repeated hour, which could mean its first pass", async () => {
  const { request } = await ask("power", power([]), {
    window: ["2026-10-24T12:00", "2026-10-25T02:00:00Z"],
  });
  assert.equal(request.parameters.endTime, "2026-10-25 03:00:00");
});

Deno.test("five meter types become one row per quarter-hour, a missing value NULL", async () => {
  const at = "2026-05-31 12:00:00";
  const { table, request } = await ask("power-details", {
    powerDetails: {
      timeUnit: "QUARTER_OF_AN_HOUR",
      unit: "W",
      meters: [
        { type: "FeedIn", values: [{ date: at, value: 1 }] },
        { type: "Consumption", values: [{ date: at }] },
        { type: "Production", values: [{ date: at, value: 3 }] },
        { type: "SelfConsumption", values: [{ date: at, value: 4 }] },
        { type: "Purchased", values: [{ date: at, value: 5 }] },
      ],
    },
  });
  assert.deepEqual(table("power_details"), [{
    site_id: 1,
    timestamp: "2026-05-31T10:00:00Z",
    local_time: "2026-05-31T12:00:00",
    interval_s: 900,
    production_w: 3,
    consumption_w: null,
    self_consumption_w: 4,
    feed_in_w: 1,
    purchased_w: 5,
    extra: null,
  }]);
  assert.deepEqual(request.parameters, {
    startTime: "2026-05-31 00:00:00",
    endTime: "2026-05-31 23:45:00",
  });
});

Deno.test("a meter type that nobody knows is kept beside the five", async () => {
  const { table } = await ask("energy-details", {
    energyDetails: {
      timeUnit: "QUARTER_OF_AN_HOUR",
      unit: "kWh",
      meters: [{ type: "EvCharger", values: [{ date: "2026-05-31 12:00:00", value: 0.5 }] }],
    },
  });
  assert.equal(table("energy_details")[0]!.extra, '{"EvCharger 1":500}');
});

Deno.test("a meter that lags behind the others is not covered", async () => {
  const series = (type: string, values: (number | undefined)[]) => ({
    type,
    values: values.map((value, slot) => ({ date: `2026-05-31 12:${slot * 15 || "00"}:00`, value })),
  });
  const { spans } = await ask("energy-details", {
    energyDetails: {
      timeUnit: "QUARTER_OF_AN_HOUR",
      unit: "Wh",
      meters: [
        series("Production", [1, 2, 3]),
        series("Consumption", [1, undefined, undefined]),
        series("FeedIn", [undefined, undefined, undefined]),
      ],
    },
  }, { window: ["2026-05-31T12:00", "2026-05-31T12:45"] });
  assert.deepEqual(spans, [
    "covered 2026-05-31T10:00:00Z/2026-05-31T10:15:00Z",
    "empty 2026-05-31T10:15:00Z/2026-05-31T10:45:00Z",
  ]);
});

Deno.test("daily details of the day with 25 hours have an interval of 25 hours", async () => {
  const { table } = await ask("energy-details", {
    energyDetails: {
      timeUnit: "DAY",
      unit: "Wh",
      meters: [{ type: "Production", values: [{ date: "2026-10-25 00:00:00", value: 5 }] }],
    },
  });
  assert.deepEqual(table("energy_details").map((one) => one.interval_s), [90000]);
});

Deno.test("details of a site without meters are empty", async () => {
  for (const meters of [[], undefined]) {
    const { rows, spans } = await ask("energy-details", { energyDetails: { unit: "Wh", meters } });
    assert.deepEqual(rows, []);
    assert.deepEqual(spans, ["empty 2026-05-30T22:00:00Z/2026-05-31T22:00:00Z"]);
  }
});
