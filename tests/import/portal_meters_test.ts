// Not in test:fast: whole folders of files.
import assert from "node:assert/strict";
import { importFolder } from "./import_folder.ts";

const line = (time: string, ...values: number[]) => `24/10/2026 ${time},${values.join(",")}`;
const head = (...names: string[]) => ["Time", ...names.map((one) => `${one} (Wh)`)].join(",");
const file = (names: readonly string[], ...values: number[][]) =>
  [
    head(...names),
    ...values.map((row, at) => line(`12:${String(at * 15).padStart(2, "0")}`, ...row)),
    "",
  ]
    .join("\n");

/** A harvest in which the site has two meters at the grid, known by their names. */
async function twoMeters() {
  const folder = await importFolder();
  const meter = (key: string, type: string) =>
    `{"dataset":"meters","site_id":1234567,"device_key":"${key}","meter_type":"${type}"}`;
  const device = (key: string, name: string) =>
    `{"dataset":"equipment","site_id":1234567,"device_key":"${key}","serial_number":"${key}",` +
    `"category":"meter","name":"${name}"}`;
  await folder.put(
    "known.ndjson",
    [
      device("M1", "House"),
      device("M2", "Stable"),
      ...["M1", "M2"].flatMap((key) => [meter(key, "FeedIn"), meter(key, "Purchased")]),
      "",
    ].join("\n"),
  );
  const { code, stderr } = await folder.seh(["import", "known.ndjson"]);
  assert.equal(code, 0, stderr);
  return folder;
}

const readings = `select device_key, meter_type, local_time, energy_wh from meter_readings
  order by device_key, meter_type, local_time`;
const details = "select purchased_wh, feed_in_wh from energy_details order by timestamp";
const ask = ["--site", "1234567", "--json"];

Deno.test("the only meter at the grid counts what the site bought and sold", async () => {
  await using folder = await importFolder();
  await folder.put(
    "one.csv",
    file(["Meter- Import - Energy", "Meter- Export - Energy"], [1, 2], [3, 4]),
  );
  assert.equal((await folder.seh(["import", "one.csv", ...ask])).code, 0);
  assert.deepEqual(folder.rows(details), [
    { purchased_wh: 1, feed_in_wh: 2 },
    { purchased_wh: 3, feed_in_wh: 4 },
  ]);
  assert.deepEqual(folder.rows(readings), []);
});

Deno.test("several meters in one file are reported apart by their names, and none stands for the site", async () => {
  await using folder = await twoMeters();
  await folder.put(
    "two.csv",
    file(
      [
        "House- Import - Energy",
        "House- Export - Energy",
        "Stable- Import - Energy",
        "Attic- Import - Energy",
        "Example Barn- Export - Energy",
      ],
      [1, 2, 3, 4, 7],
      [5, 6, 7, 8, 9],
    ),
  );
  const { code, stdout } = await folder.seh(["import", "two.csv", ...ask]);
  assert.equal(code, 0);
  const rows = folder.rows(readings).map((one) => [one.device_key, one.meter_type, one.energy_wh]);
  assert.deepEqual(rows, [
    ["M1", "FeedIn", 2],
    ["M1", "FeedIn", 6],
    ["M1", "Purchased", 1],
    ["M1", "Purchased", 5],
    ["M2", "Purchased", 3],
    ["M2", "Purchased", 7],
  ]);
  // What stands under the name of the site itself is the site's.
  assert.deepEqual(folder.rows(details).map((one) => one.feed_in_wh), [7, 9]);
  const [{ notes }] = JSON.parse(stdout).sources;
  assert.deepEqual(notes, [
    'column "Attic- Import - Energy (Wh)" is left out: the site has several meters, and none is ' +
    'known by the name "Attic"; name it with --serial',
  ]);
  const again = await folder.seh(["import", "two.csv", "--site", "1234567"]);
  assert.match(again.stdout, /^0 new rows, 0 filled/m);
});

Deno.test("one of several meters in a file of its own is that meter, by its name or as it is named", async () => {
  await using folder = await twoMeters();
  await folder.put("stable.csv", file(["Stable- Import - Energy"], [1], [2]));
  await folder.put("unknown.csv", file(["Meter 3- Import - Energy"], [3], [4]));
  assert.equal((await folder.seh(["import", "stable.csv", ...ask])).code, 0);
  const refused = await folder.seh(["import", "unknown.csv", ...ask]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /several meters, and none is known by the name "Meter 3"/);
  const named = await folder.seh(["import", "unknown.csv", ...ask, "--serial", "M3"]);
  assert.equal(named.code, 0, named.stderr);
  assert.deepEqual(
    folder.rows(readings).map((one) => [one.device_key, one.energy_wh]),
    [["M2", 1], ["M2", 2], ["M3", 3], ["M3", 4]],
  );
  assert.deepEqual(
    folder.rows("select device_key, meter_type from meters where device_key = 'M3'"),
    [
      { device_key: "M3", meter_type: "Purchased" },
    ],
  );
});

Deno.test("--serial names one device, so a file with several of them is not guessed at", async () => {
  await using folder = await twoMeters();
  const inverters = ["Roof AC Production - Energy", "Barn AC Production - Energy"];
  await folder.put("inverters.csv", file(inverters, [1, 2], [3, 4]));
  await folder.put("meters.csv", file(["A- Import - Energy", "B- Import - Energy"], [1, 2]));
  for (const name of ["inverters.csv", "meters.csv"]) {
    const { code, stderr } = await folder.seh(["import", name, ...ask, "--serial", "M1"]);
    assert.equal(code, 2, name);
    assert.match(stderr, /the file is about several devices, and --serial names one/);
  }
});

Deno.test("a file that has a part of what the site has is asked for again, a whole one is not", async () => {
  const day = (date: string, ...values: number[]) =>
    Array.from({ length: 96 }, (_, at) => {
      const time = `${String(Math.floor(at / 4)).padStart(2, "0")}:${
        String(at % 4 * 15).padStart(2, "0")
      }`;
      return `${date} ${time},${values.join(",")}`;
    });
  const text = (names: string[], ...values: number[]) =>
    [
      ["Time", ...names].join(","),
      ...day("20.10.2026", ...values),
      ...day("21.10.2026", ...values),
      "",
    ]
      .join("\n");
  const five = ["System Production", "Consumption", "Self Consumption", "Export", "Import"]
    .map((one) => `${one} (W)`);
  await using folder = await importFolder();
  const covered = "select series, start_at, end_at from coverage";
  await folder.put("part.csv", text([five[0]], 1));
  await folder.seh(["import", "part.csv", ...ask]);
  assert.deepEqual(folder.rows(covered), []);
  await folder.put("whole.csv", text(five, 1, 2, 3, 4, 5));
  await folder.seh(["import", "whole.csv", ...ask]);
  assert.deepEqual(folder.rows(covered), [{
    series: "power-details",
    start_at: "2026-10-19T22:00:00Z",
    end_at: "2026-10-20T22:00:00Z",
  }]);
});
