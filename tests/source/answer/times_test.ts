import assert from "node:assert/strict";
import { readStamp, resolveTimes } from "../../../src/source/answer/times.ts";
import { ask as askV1 } from "../v1/ask.ts";
import { ask as askV2 } from "../v2/ask.ts";

const berlin = "Europe/Berlin";

/** Ways to write 2026-05-31 12:15 in Berlin so that the moment is exact. */
const spellings = [
  "2026-05-31T12:15:00+02:00",
  "2026-05-31T12:15:00.250+02:00",
  "2026-05-31T12:15:00,25+0200",
  "2026-05-31T12:15:00+02",
  "2026-05-31 12:15:00 +02:00",
  "2026-05-31T12:15+02:00",
  "2026-05-31T12:15:00+02:00[Europe/Berlin]",
  "2026-05-31T10:15:00Z",
  "2026-05-31t10:15:00z",
  "2026-05-31T10:15:00+00:00",
  "2026-05-31T10:15:00-00:00",
  " 2026-05-31T10:15:00.999999999Z ",
  "1780222500",
  "1780222500000",
];

Deno.test("a moment is the same however it is written, and shows the wall clock of the site", () => {
  for (const text of spellings) {
    const stamp = readStamp(text, berlin);
    assert.equal(String(stamp?.instant), "2026-05-31T10:15:00Z", text);
    assert.equal(String(stamp?.local), "2026-05-31T12:15:00", text);
  }
  assert.equal(String(readStamp(1780222500, berlin)?.local), "2026-05-31T12:15:00");
});

Deno.test("another offset than the site's is a moment too, with the wall clock that it shows", () => {
  const stamp = readStamp("2026-05-31T05:15:00-05:00", berlin);
  assert.equal(String(stamp?.instant), "2026-05-31T10:15:00Z");
  assert.equal(String(stamp?.local), "2026-05-31T05:15:00");
});

Deno.test("what is no moment is none, a date and its day least of all", () => {
  const wrong = [
    "2026-05-31",
    "2026-05-31 12:15:00",
    "2026-05-31T12:15:00+99:00",
    "2026-02-30T12:15:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T00:00:00+01:00",
    "178022250",
    "soon+02:00",
    "",
    null,
    true,
    { at: 1 },
    `2026-05-31T12:15:00${" ".repeat(200_000)}Z`,
  ];
  for (const text of wrong) assert.equal(readStamp(text, berlin), null, JSON.stringify(text));
});

Deno.test("times with and without an offset may stand side by side", () => {
  const labels = ["2026-05-31 12:00:00", "2026-05-31T10:15:00Z", "soon", "2026-05-31 12:30:00"];
  assert.deepEqual(
    resolveTimes(labels, berlin).map((one) => one.ok ? String(one.stamp.instant) : one.problem),
    ["2026-05-31T10:00:00Z", "2026-05-31T10:15:00Z", "unreadable", "2026-05-31T10:30:00Z"],
  );
});

Deno.test("a series of either generation is stored alike, however its times are written", async () => {
  const window = ["2026-05-31T12:15", "2026-05-31T12:30"] as const;
  for (const time of [...spellings, "2026-05-31 12:15:00", "2026/05/31 12:15"]) {
    const values = [{ date: time, timestamp: time, value: 5 }];
    const old = await askV1("power", { power: { unit: "W", values } }, { window });
    const today = await askV2("power", { unit: "W", values }, { window });
    for (const { table } of [old, today]) {
      const [row, ...others] = table("power_readings");
      assert.deepEqual(
        [row?.timestamp, row?.local_time, row?.power_w, others.length],
        ["2026-05-31T10:15:00Z", "2026-05-31T12:15:00", 5, 0],
        time,
      );
    }
  }
});

Deno.test("a midnight that is written 24:00 belongs to the day that begins", async () => {
  const { table } = await askV1("power", {
    power: { unit: "W", values: [{ date: "2026-05-30 24:00:00", value: 5 }] },
  });
  assert.deepEqual(table("power_readings").map((one) => one.timestamp), ["2026-05-30T22:00:00Z"]);
});

Deno.test("a day given in UTC is the site's day", async () => {
  const { table } = await askV1("energy", {
    energy: { timeUnit: "DAY", unit: "Wh", values: [{ date: "2026-05-30T22:00:00Z", value: 7 }] },
  });
  assert.deepEqual(table("energy_readings").map((one) => [one.reading_date, one.energy_wh]), [
    ["2026-05-31", 7],
  ]);
});

Deno.test("values of which no time can be read are a bad answer, asked again; nulls are not", async () => {
  const at = (date: unknown, value: unknown) => ({ date, timestamp: date, time: "12:00", value });
  for (const values of [[at("31.05.2026 12:00", 5)], [at(undefined, 5), at("noon", 6)]]) {
    await assert.rejects(askV1("power", { power: { unit: "W", values } }), /cannot be read/);
    await assert.rejects(askV2("power", { unit: "W", values }), /cannot be read/);
  }
  const { notes } = await askV1("power", { power: { unit: "W", values: [at("noon", null)] } });
  assert.deepEqual(notes.map((one) => one.level), ["warning"]);
});

Deno.test("quarter-hours that an answer calls days are no days: v1's are read by their times, v2's are a bad answer", async () => {
  const values = ["12:00", "12:15", "12:30"].map((time) => ({
    date: `2026-05-31 ${time}:00`,
    timestamp: `2026-05-31T${time}:00+02:00`,
    value: 5,
  }));
  const { notes, table } = await askV1("power", { power: { timeUnit: "DAY", unit: "W", values } });
  assert.deepEqual(table("power_readings").map((one) => one.interval_s), [900, 900, 900]);
  assert.match(notes[0]!.text, /^power: the answer calls itself DAY/);
  await assert.rejects(
    askV2("power", { resolution: "DAY", unit: "W", values }),
    /several times of one bucket/,
  );
});

Deno.test("a resolution may be written as a length", async () => {
  const values = [{ timestamp: "2026-05-31T12:00:00+02:00", value: 5 }];
  const { table } = await askV2("power", { resolution: "PT15M", unit: "W", values });
  assert.deepEqual(table("power_readings").map((one) => one.interval_s), [900]);
});
