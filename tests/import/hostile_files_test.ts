import assert from "node:assert/strict";
import { at, imported, ours, own, row, site, tool } from "./hostile_file.ts";

Deno.test("the Python tool's CSV: what is no number, time or site costs its line", async () => {
  const { code, badLines, power } = await imported(tool(
    row("12:00", "Infinity"),
    row("12:15", "1e400"),
    row("12:30", "nan"),
    row("12:45", "0x10"),
    row("13:00", '""'),
    row("13:15", "-5.5"),
    "1234567,E,2026-06-31T12:00:00,5,0",
    "1234567,E,,5,0",
    ",E,2026-06-25T13:30:00,5,0",
    "1234567,E,1970-01-01T12:00:00,5,0",
    "1234567,E,2099-01-01T12:00:00,5,0",
    "1234567,E,2026-06-25 13:45,6,0",
    row("14:00", "1") + ",".repeat(300),
  ));
  assert.equal(code, 5);
  assert.deepEqual(badLines, [
    '2: power_watts cannot be "Infinity"',
    '3: power_watts cannot be "1e400"',
    '4: power_watts cannot be "nan"',
    '5: power_watts cannot be "0x10"',
    '8: timestamp cannot be "2026-06-31T12:00:00"',
    '9: timestamp cannot be ""',
    '10: site_id cannot be ""',
    "11: 1970-01-01T12:00:00 is older than any reading of SolarEdge",
    "12: 2099-01-01T12:00:00 lies in the future",
    "14: 305 values for 5 columns",
  ]);
  assert.deepEqual(power, [[at("13:00"), null], [at("13:15"), -5.5], [at("13:45"), 6]]);
});

Deno.test("the Python tool's CSV: days that are none cost their line", async () => {
  const day = (date: string, unit = "DAY") => `1234567,E,${date},${unit},10,0`;
  const { badLines, days } = await imported([
    "site_id,site_name,reading_date,time_unit,energy_wh,energy_kwh",
    ...[day("2026-06-24"), day("foo"), day("2026-02-30"), day("2026-06-25", "FORTNIGHT")],
    day("2026-06-26"),
    "",
  ].join("\r\n"));
  assert.deepEqual(badLines, [
    '3: reading_date cannot be "foo"',
    '4: reading_date cannot be "2026-02-30"',
    '5: time_unit cannot be "FORTNIGHT"',
  ]);
  assert.deepEqual(days, [["2026-06-24", 10], ["2026-06-26", 10]]);
});

Deno.test("a last line that may be cut off is left out where half a number would look whole", async () => {
  const head = "site_id,site_name,serial_number,timestamp,total_active_power,total_energy," +
    "temperature,inverter_mode,ac_voltage,ac_current,ac_frequency,power_limit\r\n";
  const line = (minute: string) => `1234567,E,A,2026-06-25T12:${minute}:00,1,2,3,MPPT,230,1,50,10`;
  const telemetry = await imported(`${head}${line("00")}0\r\n${line("05")}`);
  assert.deepEqual(telemetry.badLines, ["3: the file ends within it, so it may be cut off"]);
  // A time at the end of the line, and kilowatts that nobody needs, are whole or none.
  const power = await imported(tool(row("12:00", "1"), row("12:15", "2")).trimEnd());
  assert.deepEqual([power.code, power.power.length], [0, 2]);
  const whole = await imported(own(ours("10:00", "1"), ours("10:15", "2")).trimEnd());
  assert.deepEqual([whole.code, whole.power.length], [0, 2]);
  const cut = await imported(own(ours("10:00", "1"), ours("10:15", "2")).slice(0, -3));
  assert.match(cut.badLines[0], /^3: updated_at cannot be "2026-06-26T00:00:0"/);
});

Deno.test("exports of seh: what no column can hold costs its line", async () => {
  const { code, badLines, power } = await imported(own(
    ours("10:00", "1"),
    ours("10:15", "NaN"),
    ours("10:30", " 5"),
    ours("10:45", "1", "solaredge"),
    ours("11:00", "2").replace("-06-25T11:00:00Z", "-02-31T11:00:00Z"),
    ours("11:15", "2").replace(",900,", ",99999999999,"),
    ours("11:30", "2").replace("1234567", "99999999999999999999"),
    ours("11:45", "2").replace("1234567", "-1"),
    ours("12:00", "2").replace("2026", "2099"),
    "site_id,timestamp,local_time,interval_s,power_w,source,updated_at",
    ours("12:15", "3", "x".repeat(70_000)),
    ours("12:30", "4"),
  ));
  assert.equal(code, 5);
  assert.deepEqual(badLines.map((one: string) => one.replace(/ \(a .*/, "").slice(0, 62)), [
    '3: power_w cannot be "NaN"',
    '4: power_w cannot be " 5"',
    '5: source cannot be "solaredge" (v1, v2 …)',
    '6: timestamp cannot be "2026-02-31T11:00:00Z"',
    '7: interval_s cannot be "99999999999"',
    '8: site_id cannot be "99999999999999999999"',
    '9: site_id cannot be "-1"',
    "10: 2099-06-25T12:00:00Z lies in the future",
    '11: site_id cannot be "site_id"',
    "12: source has 70000 characters; 16000 are the most",
  ]);
  assert.deepEqual(power.map(([, watts]) => watts), [1, 4]);
});

Deno.test("rows of one file that hold a time twice: the first stays, and the others are reported", async () => {
  const { code, power } = await imported(own(ours("10:00", "1"), ours("10:00", "2")));
  assert.deepEqual([code, power], [0, [[at("10:00"), 1]]]);
  const twice = await imported(tool(row("12:00", "1"), row("12:00", "2"), row("12:00", "1")));
  assert.deepEqual(twice.power, [[at("12:00"), 1]]);
});

Deno.test("a quote that is never closed is reported with the lines that it takes; one within a cell costs nothing", async () => {
  const open = await imported(
    own(ours("10:00", "1"), ours("10:15", '"2'), ours("10:30", "3"), ours("10:45", "4")),
  );
  assert.deepEqual(open.badLines, [
    "3: a quote in it is never closed, and takes 2 more lines with it",
  ]);
  assert.equal(open.power.length, 1);
  const stray = await imported(own(ours("10:00", "1"), ours("10:15", '2"'), ours("10:30", "3")));
  assert.equal(stray.power.length, 2);
  const endless = await imported(own(ours("10:00", "1"), `"${"x\n".repeat(700_000)}`));
  assert.match(endless.stderr, /line 3: it has no end, or a quote in it is never closed/);
});

Deno.test("encodings: a mark, CRLF and semicolons are read; UTF-16, Latin-1 and packed files are reported", async () => {
  const text = own(ours("10:00", "1"), ours("10:15", "2"));
  const spreadsheet = `\uFEFF${text.replaceAll(",", ";").replaceAll("\n", "\r\n")}`;
  assert.equal((await imported(spreadsheet)).power.length, 2);
  const wide = new Uint8Array([...text].flatMap((sign) => [sign.charCodeAt(0), 0]));
  const refusals: [string | Uint8Array, RegExp][] = [
    [wide, /is UTF-16\. Save it again as CSV UTF-8/],
    [new Uint8Array([0xff, 0xfe, ...wide]), /is UTF-16/],
    [new Uint8Array([0x1f, 0x8b, 8, 0, 0]), /is packed\. Unpack it first/],
    ["PK\u0003\u0004rest", /spreadsheet or an archive/],
    ["\uFEFF\n", /is empty/],
    ["", /is empty/],
  ];
  for (const [content, says] of refusals) {
    const { code, stderr } = await imported(content);
    assert.equal(code, 2);
    assert.match(stderr, says);
  }
  const latin = new Uint8Array([...`${text}1234567,\xe4`].map((sign) => sign.charCodeAt(0)));
  assert.match((await imported(latin)).stderr, /is not UTF-8/);
  const german = [..."Time,Z\xe4hlerBezugs-Z\xe4hler E (Wh)\n13.06.2026,5\n"];
  const { code, days } = await imported(
    new Uint8Array(german.map((sign) => sign.charCodeAt(0))),
    site,
  );
  assert.deepEqual([code, days.length], [0, 1]);
});

Deno.test("JSON: laid out anew it is read as a whole; cut off, that is reported", async () => {
  const one = (time: string, watts: number) => ({
    site_id: 1234567,
    timestamp: `2026-06-25T${time}:00Z`,
    local_time: at(time),
    interval_s: 900,
    power_w: watts,
    source: "v1",
    updated_at: "2026-06-26T00:00:00Z",
  });
  const list = [one("10:00", 1), one("10:15", 2)];
  for (
    const text of [
      JSON.stringify(list),
      JSON.stringify(list, null, 2),
      JSON.stringify({ power: list }),
      JSON.stringify({ power: list }, null, 2),
    ]
  ) {
    const { code, power } = await imported(text, [], "power.json");
    assert.deepEqual([code, power.length], [0, 2], text);
  }
  const lines = list.map((row) => JSON.stringify(row));
  const cut = await imported(`[\n${lines.join(",\n")},\n`, [], "power.json");
  assert.match(cut.badLines[0], /what followed line 3: the file ends before its JSON does/);
  const half = await imported(`${lines.join("\n")}\n{"site_id":12`, [], "power.ndjson");
  assert.deepEqual(half.badLines, ["3: it is no JSON object"]);
  const other = await imported('{"a": 1}', [], "other.json");
  assert.match(other.stderr, /is JSON, and no export of seh or the Python tool/);
  const tools = [
    { site_id: 1234567, site_name: "E", timestamp: at("12:00"), power_watts: 10 },
    null,
    { site_id: 1234567, site_name: "E", timestamp: null, power_watts: 10, power_kw: 1 },
    { site_id: 1234567, site_name: "E", timestamp: at("12:15"), power_watts: "11" },
    { site_id: 1234567, site_name: "E", timestamp: at("12:30"), power_watts: true },
  ].map((row) => row && { power_kw: 0, ...row });
  const { badLines, power } = await imported(JSON.stringify(tools), [], "tool.json");
  assert.deepEqual(badLines, [
    "2: it is no JSON object",
    '3: timestamp cannot be ""',
    "5: power_watts cannot be true",
  ]);
  assert.deepEqual(power, [[at("12:00"), 10], [at("12:15"), 11]]);
});

Deno.test("a column that stands there twice is reported before anything is read", async () => {
  const { code, stderr } = await imported(
    own().replace("power_w,", "power_w,power_w,") + ours("10:00", "1,2"),
  );
  assert.equal(code, 2);
  assert.match(stderr, /has two columns named "power_w"\. Take one out/);
});

Deno.test("a column that every row needs and that is not there is reported", async () => {
  const { code, stderr } = await imported(
    own(ours("10:00", "1")).replaceAll(/^([^,]*,[^,]*),[^,]*,/gm, "$1,"),
  );
  assert.equal(code, 2);
  assert.match(stderr, /has no column local_time, which each row of power_readings needs/);
  const { badLines } = await imported(
    '{"dataset":"power","site_id":1,"power_w":5}\n{"dataset":"meters","site_id":1,"flux":2}\n',
    [],
    "x.ndjson",
  );
  assert.deepEqual(badLines, [
    "1: power_readings needs a column timestamp",
    "2: meter_readings has no column flux",
  ]);
});
