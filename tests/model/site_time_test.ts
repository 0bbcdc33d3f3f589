import assert from "node:assert/strict";
import fc from "fast-check";
import {
  instantText,
  isTimeZone,
  localText,
  outsideRepeatedHour,
  readInstant,
  readLabel,
  readLastUpdate,
  type Resolved,
  resolveLabels,
  startOfDay,
  toLocal,
} from "../../src/model/site_time.ts";

const berlin = "Europe/Berlin";
const newYork = "America/New_York";
const lordHowe = "Australia/Lord_Howe";
const kolkata = "Asia/Kolkata";

const at = (text: string) => Temporal.Instant.from(text);

/** The quarter-hours of a day from a server that follows the clock: a repeated hour comes twice. */
function labelsByClock(day: string, timeZone: string): string[] {
  const date = Temporal.PlainDate.from(day);
  const end = date.add({ days: 1 }).toZonedDateTime(timeZone);
  const labels: string[] = [];
  let moment = date.toZonedDateTime(timeZone);
  while (Temporal.ZonedDateTime.compare(moment, end) < 0) {
    labels.push(moment.toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " "));
    moment = moment.add({ minutes: 15 });
  }
  return labels;
}

/** The quarter-hours of a day from a server that sends 96 labels, whatever the clock does. */
function labelsByCount(day: string): string[] {
  const midnight = Temporal.PlainDate.from(day).toPlainDateTime();
  return Array.from(
    { length: 96 },
    (_, slot) =>
      midnight.add({ minutes: 15 * slot }).toString({ smallestUnit: "second" }).replace("T", " "),
  );
}

function instants(resolved: readonly Resolved[]): string[] {
  return resolved.flatMap((one) => one.ok ? [instantText(one.stamp.instant)] : []);
}

function problems(resolved: readonly Resolved[]): string[] {
  return resolved.flatMap((one) => one.ok ? [] : [`${one.label}: ${one.problem}`]);
}

function minutesApart(texts: readonly string[]): Set<number> {
  const moments = texts.map((text) => at(text).epochMilliseconds / 60_000);
  return new Set(moments.slice(1).map((moment, index) => moment - moments[index]));
}

Deno.test("a server that repeats the hour: an autumn day keeps each of its quarter-hours, 15 minutes apart", () => {
  for (
    const [timeZone, day, count] of [
      [berlin, "2026-10-25", 100],
      [newYork, "2026-11-01", 100],
      [lordHowe, "2026-04-05", 98],
      [kolkata, "2026-10-25", 96],
    ] as const
  ) {
    const labels = labelsByClock(day, timeZone);
    assert.equal(labels.length, count);
    const stamps = instants(resolveLabels(labels, timeZone));
    assert.equal(new Set(stamps).size, count, timeZone);
    assert.deepEqual(minutesApart(stamps), new Set([15]), timeZone);
    assert.equal(stamps[0], instantText(startOfDay(Temporal.PlainDate.from(day), timeZone)));
  }
});

Deno.test("a server that repeats the hour: a spring day has 92 quarter-hours, on Lord Howe 94", () => {
  for (
    const [timeZone, day, count] of [
      [berlin, "2026-03-29", 92],
      [newYork, "2026-03-08", 92],
      [lordHowe, "2026-10-04", 94],
      [kolkata, "2026-03-29", 96],
    ] as const
  ) {
    const resolved = resolveLabels(labelsByClock(day, timeZone), timeZone);
    assert.deepEqual(problems(resolved), []);
    assert.equal(instants(resolved).length, count, timeZone);
    assert.deepEqual(minutesApart(instants(resolved)), new Set([15]), timeZone);
  }
});

Deno.test("a server that always sends 96 labels: the autumn's repeated hour stands under its first moment", () => {
  for (
    const [timeZone, day, label, moment] of [
      [berlin, "2026-10-25", "2026-10-25 02:30:00", "2026-10-25T00:30:00Z"],
      [newYork, "2026-11-01", "2026-11-01 01:30:00", "2026-11-01T05:30:00Z"],
      [lordHowe, "2026-04-05", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z"],
      [kolkata, "2026-10-25", "2026-10-25 02:30:00", "2026-10-24T21:00:00Z"],
    ] as const
  ) {
    const labels = labelsByCount(day);
    const resolved = resolveLabels(labels, timeZone);
    assert.deepEqual(problems(resolved), []);
    assert.equal(new Set(instants(resolved)).size, 96, timeZone);
    assert.equal(instants(resolved)[labels.indexOf(label)], moment);
  }
});

Deno.test("a server that always sends 96 labels: the spring's labels that no clock showed are named as such", () => {
  for (
    const [timeZone, day, skipped] of [
      [berlin, "2026-03-29", ["02:00", "02:15", "02:30", "02:45"]],
      [newYork, "2026-03-08", ["02:00", "02:15", "02:30", "02:45"]],
      [lordHowe, "2026-10-04", ["02:00", "02:15"]],
      [kolkata, "2026-03-29", []],
    ] as const
  ) {
    const resolved = resolveLabels(labelsByCount(day), timeZone);
    assert.deepEqual(problems(resolved), skipped.map((time) => `${day} ${time}:00: skipped-hour`));
    assert.equal(instants(resolved).length, 96 - skipped.length, timeZone);
  }
});

Deno.test("samples with odd seconds across the autumn hour keep their order, 5 minutes apart", () => {
  const labels = [
    "2026-10-25 01:59:30",
    "2026-10-25 02:04:30",
    "2026-10-25 02:34:29",
    "2026-10-25 02:59:30",
    "2026-10-25 02:04:29",
    "2026-10-25 02:34:30",
    "2026-10-25 03:04:30",
  ];
  const expected = [
    "2026-10-24T23:59:30Z",
    "2026-10-25T00:04:30Z",
    "2026-10-25T00:34:29Z",
    "2026-10-25T00:59:30Z",
    "2026-10-25T01:04:29Z",
    "2026-10-25T01:34:30Z",
    "2026-10-25T02:04:30Z",
  ];
  assert.deepEqual(instants(resolveLabels(labels, berlin)), expected);
  assert.deepEqual(
    instants(resolveLabels(labels.toReversed(), berlin)),
    expected.toReversed(),
    "the same series sent newest first",
  );
});

Deno.test("a few samples that begin late in the repeated hour are not taken for a backward series", () => {
  const labels = [
    "2026-10-25 02:50:00",
    "2026-10-25 02:55:00",
    "2026-10-25 02:05:00",
    "2026-10-25 02:10:00",
  ];
  assert.deepEqual(instants(resolveLabels(labels, berlin)), [
    "2026-10-25T00:50:00Z",
    "2026-10-25T00:55:00Z",
    "2026-10-25T01:05:00Z",
    "2026-10-25T01:10:00Z",
  ]);
});

Deno.test("a label that comes again without being ambiguous, or a third time, is a duplicate", () => {
  const resolved = resolveLabels([
    "2026-10-25 01:45:00",
    "2026-10-25 01:45:00",
    "2026-10-25 02:15:00",
    "2026-10-25 02:15:00",
    "2026-10-25 02:15:00",
    "2026-10-25 03:00:00",
  ], berlin);
  assert.deepEqual(problems(resolved), [
    "2026-10-25 01:45:00: duplicate",
    "2026-10-25 02:15:00: duplicate",
  ]);
  assert.deepEqual(instants(resolved), [
    "2026-10-24T23:45:00Z",
    "2026-10-25T00:15:00Z",
    "2026-10-25T01:15:00Z",
    "2026-10-25T02:00:00Z",
  ]);
});

Deno.test("an unreadable label costs nothing but itself", () => {
  const resolved = resolveLabels(["2026-06-01 12:00:00", "soon", "2026-06-01 12:15:00"], berlin);
  assert.deepEqual(problems(resolved), ["soon: unreadable"]);
  assert.deepEqual(instants(resolved), ["2026-06-01T10:00:00Z", "2026-06-01T10:15:00Z"]);
  assert.deepEqual(resolveLabels([], berlin), []);
});

Deno.test("a stamp keeps the wall clock that the server gave", () => {
  const [resolved] = resolveLabels(["2026-06-01 12:00:07"], berlin);
  assert.ok(resolved.ok);
  assert.equal(localText(resolved.stamp.local), "2026-06-01T12:00:07");
  assert.equal(instantText(resolved.stamp.instant), "2026-06-01T10:00:07Z");
});

const manyZones = [
  berlin,
  newYork,
  lordHowe,
  kolkata,
  "America/Sao_Paulo",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "Pacific/Apia",
  "UTC",
];

/** Moments of the years 1985 to 2037, half of them within four hours of a shift of the zone's clock. */
const zoneAndMoment = fc.tuple(
  fc.constantFrom(...manyZones),
  fc.integer({ min: 473_385_600, max: 2_145_916_800 }),
  fc.integer({ min: -4 * 3600, max: 4 * 3600 }),
  fc.boolean(),
).map(([timeZone, second, away, nearShift]) => {
  const anywhere = Temporal.Instant.fromEpochMilliseconds(second * 1000);
  const shift = nearShift
    ? anywhere.toZonedDateTimeISO(timeZone).getTimeZoneTransition("next")
    : null;
  return { timeZone, moment: shift ? shift.toInstant().add({ seconds: away }) : anywhere };
});

Deno.test("labels resolve as Temporal resolves them, in every zone and at every shift", () => {
  fc.assert(
    fc.property(zoneAndMoment, ({ timeZone, moment }) => {
      const local = toLocal(moment, timeZone);
      const byTemporal = local.toZonedDateTime(timeZone, { disambiguation: "earlier" }).toInstant();
      const last = local.toZonedDateTime(timeZone, { disambiguation: "later" }).toInstant();

      const [once] = resolveLabels([localText(local)], timeZone);
      assert.ok(once.ok);
      assert.equal(instantText(once.stamp.instant), instantText(byTemporal));
      const twice = instants(resolveLabels([localText(local), localText(local)], timeZone));
      assert.deepEqual(twice, [...new Set([instantText(byTemporal), instantText(last)])]);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("a label has no moment exactly when no clock of the zone showed it", () => {
  fc.assert(
    fc.property(zoneAndMoment, ({ timeZone, moment }) => {
      const label = moment.toZonedDateTimeISO("UTC").toPlainDateTime();
      const shown = label.toZonedDateTime(timeZone).toPlainDateTime().equals(label);
      assert.equal(resolveLabels([localText(label)], timeZone)[0].ok, shown);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("a series gets back the moments that it was made of, forwards and backwards", () => {
  const underHalfAnHour = fc.integer({ min: 1, max: 1790 });
  const steps = fc.array(underHalfAnHour, { minLength: 60 });
  fc.assert(
    fc.property(zoneAndMoment, steps, fc.boolean(), ({ timeZone, moment }, steps, backwards) => {
      let now = outsideRepeatedHour(moment.subtract({ hours: 9 }), timeZone, "earlier");
      const forwards = steps.map((seconds) => now = now.add({ seconds }));
      const moments = backwards ? forwards.toReversed() : forwards;
      const labels = moments.map((one) => localText(toLocal(one, timeZone)));
      assert.deepEqual(instants(resolveLabels(labels, timeZone)), moments.map(instantText));
    }),
    { numRuns: 300 },
  );
});

Deno.test("a year of quarter-hours resolves as fast as it is read", () => {
  const labels: string[] = [];
  let day = Temporal.PlainDate.from("2026-01-01");
  while (day.year === 2026) {
    labels.push(...labelsByClock(day.toString(), berlin));
    day = day.add({ days: 1 });
  }
  assert.equal(labels.length, 365 * 96);
  // What else a machine does only ever slows it down.
  const rounds = [1, 2, 3].map(() => {
    const began = performance.now();
    const stamps = instants(resolveLabels(labels, berlin));
    const took = performance.now() - began;
    assert.equal(new Set(stamps).size, labels.length);
    return took;
  });
  assert.ok(Math.min(...rounds) < 2000, `${rounds} ms`);
});

Deno.test("labels are read in every form that the server writes, and in no other", () => {
  const read = (text: string) => readLabel(text)?.toString() ?? null;
  assert.equal(read("2026-03-29"), "2026-03-29T00:00:00");
  assert.equal(read("2026-03-29 03:15:07"), "2026-03-29T03:15:07");
  assert.equal(read("2026-03-29T03:15"), "2026-03-29T03:15:00");
  assert.equal(read("2026-03-29T03:15:07"), "2026-03-29T03:15:07");
  assert.equal(read("2026-03-29 03:15:07.987"), "2026-03-29T03:15:07");
  assert.equal(read("2026-03-29 03:15:07,9"), "2026-03-29T03:15:07");
  assert.equal(read("2026/03/29 03:15:07"), "2026-03-29T03:15:07");
  assert.equal(read("2026-03-29 24:00:00"), "2026-03-30T00:00:00");
  assert.equal(read("2026-12-31 23:59:60"), "2027-01-01T00:00:00");
  for (
    const wrong of [
      "",
      "soon",
      "2026-02-30",
      "2026-3-9",
      "2026-03-29 24:00:01",
      "2026-03-29 25:00:00",
      "2026/03-29",
      "2026-03-29T03:15:00Z",
      "2026-03-29T03:15:00+02:00",
      "29.03.2026",
    ]
  ) assert.equal(read(wrong), null, wrong);
});

Deno.test("texts of moments go there and back, without fractions", () => {
  assert.equal(instantText(at("2026-03-29T01:15:00.999Z")), "2026-03-29T01:15:00Z");
  assert.equal(
    localText(Temporal.PlainDateTime.from("2026-03-29T03:15:59.999")),
    "2026-03-29T03:15:59",
  );
  assert.equal(instantText(readInstant("2026-03-29T01:15:00Z")), "2026-03-29T01:15:00Z");
  assert.throws(() => readInstant("2026-03-29T01:15:00"), RangeError);
  assert.throws(() => readInstant("never"), RangeError);
});

Deno.test("a day begins after midnight where the clock skips midnight", () => {
  const day = Temporal.PlainDate.from("2018-11-04");
  assert.equal(instantText(startOfDay(day, "America/Sao_Paulo")), "2018-11-04T03:00:00Z");
  assert.equal(
    localText(toLocal(startOfDay(day, "America/Sao_Paulo"), "America/Sao_Paulo")),
    "2018-11-04T01:00:00",
  );
});

Deno.test("a bound inside a repeated hour moves out of it, any other stays", () => {
  const moved = (text: string, zone: string, direction: "earlier" | "later") =>
    instantText(outsideRepeatedHour(at(text), zone, direction));
  for (const inside of ["2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:59:59Z"]) {
    assert.equal(moved(inside, berlin, "earlier"), "2026-10-25T00:00:00Z");
    assert.equal(moved(inside, berlin, "later"), "2026-10-25T02:00:00Z");
  }
  for (
    const outside of [
      "2026-10-24T23:59:59Z",
      "2026-10-25T02:00:00Z",
      "2026-03-29T01:00:00Z",
      "2026-06-01T12:00:00Z",
    ]
  ) {
    assert.equal(moved(outside, berlin, "earlier"), outside);
    assert.equal(moved(outside, berlin, "later"), outside);
  }
  assert.equal(moved("2026-04-04T15:10:00Z", lordHowe, "earlier"), "2026-04-04T14:30:00Z");
  assert.equal(moved("2026-04-04T15:10:00Z", lordHowe, "later"), "2026-04-04T15:30:00Z");
  assert.equal(moved("2026-10-25T00:30:00Z", kolkata, "later"), "2026-10-25T00:30:00Z");
});

Deno.test("a bound that was moved out of a repeated hour never means a moment within it", () => {
  fc.assert(
    fc.property(zoneAndMoment, ({ timeZone, moment }) => {
      const before = outsideRepeatedHour(moment, timeZone, "earlier");
      const after = outsideRepeatedHour(moment, timeZone, "later");
      assert.ok(Temporal.Instant.compare(before, moment) <= 0);
      assert.ok(Temporal.Instant.compare(moment, after) <= 0);
      for (const disambiguation of ["earlier", "later"] as const) {
        const meant = toLocal(after, timeZone).toZonedDateTime(timeZone, { disambiguation });
        assert.equal(instantText(meant.toInstant()), instantText(after));
      }
      const first = toLocal(before, timeZone)
        .toZonedDateTime(timeZone, { disambiguation: "earlier" });
      assert.equal(instantText(first.toInstant()), instantText(before));
    }),
    { numRuns: 800 },
  );
});

Deno.test("the last update of the repeated hour is its first occurrence, unless that is past", () => {
  const read = (label: string, now: string, previous: string | null) => {
    const moment = readLastUpdate(label, berlin, at(now), previous === null ? null : at(previous));
    return moment && instantText(moment);
  };
  const label = "2026-10-25 02:10:00";
  const [first, second] = ["2026-10-25T00:10:00Z", "2026-10-25T01:10:00Z"];
  assert.equal(read(label, "2026-10-25T01:20:00Z", null), first);
  assert.equal(read(label, "2026-10-25T01:20:00Z", "2026-10-25T00:05:00Z"), first);
  assert.equal(read(label, "2026-10-25T00:20:00Z", first), first, "unchanged");
  assert.equal(read(label, "2026-10-25T01:20:00Z", "2026-10-25T00:55:00Z"), second);
  assert.equal(
    read(label, "2026-10-25T01:05:00Z", "2026-10-25T00:55:00Z"),
    first,
    "never in the future",
  );
  assert.equal(
    read("2026-03-29 02:30:00", "2026-03-29T02:00:00Z", null),
    "2026-03-29T01:00:00Z",
    "a skipped hour",
  );
  assert.equal(read("2026-06-01 12:00:00", "2026-06-01T12:00:00Z", null), "2026-06-01T10:00:00Z");
  assert.equal(read("never", "2026-06-01T12:00:00Z", null), null);
});

Deno.test("names of zones are distinguished from other words", () => {
  for (const zone of manyZones) assert.ok(isTimeZone(zone), zone);
  for (const word of ["", "Berlin", "Europe/Atlantis", "2026-01-01T00:00:00Z[Europe/Berlin]"]) {
    assert.equal(isTimeZone(word), false, word);
  }
});
