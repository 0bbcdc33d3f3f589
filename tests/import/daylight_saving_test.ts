import assert from "node:assert/strict";
import { importFolder } from "./import_folder.ts";

/** A day on which the clock of a zone is changed. */
interface Change {
  readonly zone: string;
  readonly day: string;
  /** Labels that the clock never showed. */
  readonly skipped: readonly string[];
  /** Labels that it showed twice. */
  readonly repeated: readonly string[];
  /** A label after the change, and its moment. */
  readonly after: readonly [label: string, moment: string];
}

const changes: readonly Change[] = [
  {
    zone: "Europe/Berlin",
    day: "2026-03-29",
    skipped: ["02:00", "02:15", "02:30", "02:45"],
    repeated: [],
    after: ["2026-03-29T03:00:00", "2026-03-29T01:00:00Z"],
  },
  {
    zone: "Europe/Berlin",
    day: "2026-10-25",
    skipped: [],
    repeated: ["02:00", "02:15", "02:30", "02:45"],
    after: ["2026-10-25T03:00:00", "2026-10-25T02:00:00Z"],
  },
  {
    zone: "America/New_York",
    day: "2026-03-08",
    skipped: ["02:00", "02:15", "02:30", "02:45"],
    repeated: [],
    after: ["2026-03-08T03:00:00", "2026-03-08T07:00:00Z"],
  },
  {
    zone: "America/New_York",
    day: "2026-11-01",
    skipped: [],
    repeated: ["01:00", "01:15", "01:30", "01:45"],
    after: ["2026-11-01T02:00:00", "2026-11-01T07:00:00Z"],
  },
  {
    zone: "Australia/Lord_Howe",
    day: "2026-04-05",
    skipped: [],
    repeated: ["01:30", "01:45"],
    after: ["2026-04-05T02:00:00", "2026-04-04T15:30:00Z"],
  },
  {
    zone: "Australia/Lord_Howe",
    day: "2026-10-04",
    skipped: ["02:00", "02:15"],
    repeated: [],
    after: ["2026-10-04T02:30:00", "2026-10-03T15:30:00Z"],
  },
  // Until 2019 the clock of Brazil was changed at midnight.
  {
    zone: "America/Sao_Paulo",
    day: "2018-11-04",
    skipped: ["00:00", "00:15", "00:30", "00:45"],
    repeated: [],
    after: ["2018-11-04T01:00:00", "2018-11-04T03:00:00Z"],
  },
  {
    zone: "America/Sao_Paulo",
    day: "2019-02-16",
    skipped: [],
    repeated: ["23:00", "23:15", "23:30", "23:45"],
    after: ["2019-02-17T00:00:00", "2019-02-17T03:00:00Z"],
  },
];

/** The labels of three days around a change, a value each; those of the repeated hour once or twice. */
function labelled({ day, repeated }: Change, isTwice: boolean): [label: string, value: number][] {
  const labels: string[] = [];
  for (const shift of [-1, 0, 1]) {
    const date = Temporal.PlainDate.from(day).add({ days: shift }).toString();
    const times = Array.from(
      { length: 96 },
      (_, at) =>
        `${String(Math.floor(at / 4)).padStart(2, "0")}:${String(at % 4 * 15).padStart(2, "0")}`,
    );
    for (const time of times) {
      labels.push(`${date}T${time}:00`);
      const isLast = shift === 0 && time === repeated.at(-1);
      if (isLast && isTwice) labels.push(...repeated.map((one) => `${date}T${one}:00`));
    }
  }
  return labels.map((label, at) => [label, at + 1]);
}

/** What stands at each moment after an import, and the ranges that count as fetched. */
async function stored(name: string, text: string, zone: string, table: string, column: string) {
  await using folder = await importFolder({ isBare: true });
  await folder.put(name, text);
  const { code, stdout, stderr } = await folder.seh([
    ...["import", name, "--site", "7", "--time-zone", zone, "--json"],
  ]);
  assert.ok(stdout !== "", stderr);
  return {
    code,
    report: JSON.parse(stdout).sources[0],
    rows: new Map(
      folder.rows(`select timestamp, local_time, ${column} as value from ${table}`)
        .map((one) => [String(one.timestamp), one]),
    ),
    covered: folder.rows("select start_at, end_at from coverage order by start_at"),
  };
}

const portal = (rows: readonly (readonly [string, number])[]) =>
  [
    "Time,System Production (W)",
    ...rows.map(([label, value]) =>
      `${label.slice(8, 10)}.${label.slice(5, 7)}.${label.slice(0, 4)} ${
        label.slice(11, 16)
      },${value}`
    ),
    "",
  ].join("\n");

const tool = (rows: readonly (readonly [string, number])[]) =>
  [
    "site_id,site_name,timestamp,power_watts,power_kw",
    ...rows.map(([label, value]) => `7,E,${label},${value},0`),
    "",
  ].join("\r\n");

for (const change of changes) {
  const { zone, day, skipped, repeated, after } = change;

  Deno.test(`${zone}, ${day}: each value of the portal's file stands at its moment`, async () => {
    const given = labelled(change, true);
    const { code, report, rows } = await stored(
      "Chart.csv",
      portal(given),
      zone,
      "power_details",
      "production_w",
    );
    assert.equal(rows.size, 3 * 96 + repeated.length - skipped.length);
    assert.equal(rows.get(after[1])?.local_time, after[0]);
    assert.deepEqual([code, report.left_out], skipped.length > 0 ? [5, skipped.length] : [0, 0]);
    const times = [...rows.keys()].sort();
    const values = times.map((one) => rows.get(one)!.value as number);
    assert.deepEqual(values, values.toSorted((a, b) => a - b), "in the order of the file");
    const steps = new Set(times.slice(1).map((one, at) => Date.parse(one) - Date.parse(times[at])));
    assert.deepEqual([...steps], [900_000], "without holes");
  });

  Deno.test(`${zone}, ${day}: the Python tool's labels find their moment, and what is doubtful is fetched again`, async () => {
    const given = labelled(change, false);
    const { report, rows, covered } = await stored(
      "power.csv",
      tool(given),
      zone,
      "power_readings",
      "power_w",
    );
    assert.equal(rows.size, 3 * 96 - skipped.length);
    assert.equal(rows.get(after[1])?.local_time, after[0]);
    assert.equal(report.left_out, skipped.length);
    const moments = (label: string) => {
      const zoned = (which: "earlier" | "later") =>
        Temporal.PlainDateTime.from(label).toZonedDateTime(zone, { disambiguation: which })
          .toInstant().toString();
      return [zoned("earlier"), zoned("later")];
    };
    for (const time of repeated) {
      const [first, second] = moments(`${day}T${time}:00`);
      assert.equal(rows.get(first)?.local_time, `${day}T${time}:00`);
      assert.equal(rows.get(second), undefined);
      for (const one of [first, second]) {
        assert.ok(
          covered.every(({ start_at, end_at }) => one < start_at! || one >= end_at!),
          `${one} counts as not fetched`,
        );
      }
    }
    assert.equal(report.notes.length, repeated.length > 0 ? 1 : 0);
    assert.ok(covered.length > 0 && covered.every((one) => one.start_at! < one.end_at!));
  });
}

Deno.test("days that begin at one o'clock count as fetched like others", async () => {
  const days = ["2018-11-02", "2018-11-03", "2018-11-04", "2018-11-05", "2018-11-06"];
  await using folder = await importFolder({ isBare: true });
  const text = days.map((one) => `7,E,${one},DAY,1000,1`).join("\r\n");
  await folder.put(
    "energy.csv",
    `site_id,site_name,reading_date,time_unit,energy_wh,energy_kwh\r\n${text}\r\n`,
  );
  const options = ["--time-zone", "America/Sao_Paulo"];
  const { code, stderr } = await folder.seh(["import", "energy.csv", ...options]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(folder.rows("select start_at, end_at from coverage"), [
    { start_at: "2018-11-02T03:00:00Z", end_at: "2018-11-06T02:00:00Z" },
  ]);
});
