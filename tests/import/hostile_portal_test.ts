// Not in test:fast: every damage to each kind of file.
import assert from "node:assert/strict";
import { at, imported, portal, site } from "./hostile_file.ts";

Deno.test("portal: odd lines are left out and reported, the others come in", async () => {
  const { code, badLines, details } = await imported(
    portal(
      "25.06.2026 12:00,1",
      "25.06.2026 12:15,NaN",
      "25.06.2026 12:30,2.5e-7",
      "25.06.2026 12:45,4,5,6",
      "25.06.2026 13:00,-3,",
      ",9",
      "31.06.2026 13:15,7",
      "25.06.2026 13:30,1e400",
      "25.06.2026 13:45,8",
      "25.06.2026 14:00,8",
      "25.06.2026 14:15,8",
      "Total,99",
    ),
    site,
  );
  assert.equal(code, 5);
  assert.deepEqual(badLines, [
    '3: "NaN" is no number',
    "5: 4 values for 2 columns",
    "7: its time is empty",
    '8: "31.06.2026 13:15" is no time that seh knows',
    '9: "1e400" is no number',
    '13: "Total" is no time that seh knows',
  ]);
  assert.deepEqual(details, [
    [at("12:00"), 1],
    [at("12:30"), 2.5e-7],
    [at("13:00"), -3],
    [at("13:45"), 8],
    [at("14:00"), 8],
    [at("14:15"), 8],
  ]);
});

Deno.test("portal: a file with more odd lines than others is refused, with the first of them", async () => {
  const { code, stderr } = await imported(
    "Time,System Production (Wh)\n01/2026,1\n02/2026,2\n",
    site,
  );
  assert.equal(code, 2);
  assert.match(stderr, /cannot be read: line 2: "01\/2026" is no time.*, and 1 more like it/);
});

Deno.test("portal: a file that ends within a quote loses that line alone", async () => {
  const { code, badLines, details } = await imported(
    'Time,System Production (W)\r\n25.06.2026 12:00,"1"\r\n25.06.2026 12:15,"234',
    site,
  );
  assert.deepEqual([code, badLines], [5, ["3: a quote in it is never closed"]]);
  assert.deepEqual(details, [[at("12:00"), 1]]);
});

Deno.test("portal: values of the future and of 1970 are left out and reported", async () => {
  const future = await imported(
    portal("27.11.2026 12:00,1", "27.11.2026 12:15,2", "27.11.2026 23:15,3", "27.11.2026 23:30,"),
    site,
  );
  assert.deepEqual(future.badLines, ["4: 2026-11-27T23:15:00 lies in the future"]);
  assert.equal(future.details.length, 2);
  const { code, stderr } = await imported(portal("27.11.2099 12:00,1"), site);
  assert.equal(code, 2);
  assert.match(stderr, /has times that lie in the future/);
  const old = await imported(portal("27.11.1970 12:00,1", "27.11.1970 12:15,1"), site);
  assert.match(old.badLines[0], /^2: 1970-11-27T12:00:00 is older than any reading of SolarEdge/);
});

Deno.test("portal: of two columns with one place the first counts; one without a unit is named", async () => {
  const { code, notes, details } = await imported(
    'Time,"System\nProduction (W)",Production (W),Remark\n25.06.2026 12:00,1,2,x\n25.06.2026 12:15,3,4,y\n',
    site,
  );
  assert.equal(code, 0);
  assert.deepEqual(notes, [
    'column "Remark" is left out: it has no unit',
    'column "Production (W)" is left out: column "System Production (W)" has the same place',
  ]);
  assert.deepEqual(details.map(([, watts]) => watts), [1, 3]);
});

Deno.test("portal: a site that is not known yet needs its zone, and is reported; a name is a site too", async () => {
  const lines = portal("25.06.2026 12:00,1", "25.06.2026 12:15,2");
  const refused = await imported(lines, ["--site", "99"]);
  assert.match(refused.stderr, /site 99, whose time zone is not known. Say it: --time-zone/);
  const taken = await imported(lines, ["--site", "99", "--time-zone", "Europe/Berlin"]);
  assert.deepEqual([taken.code, taken.details.length], [0, 2]);
  assert.match(taken.notes[0], /does not know site 99 yet/);
  assert.equal((await imported(lines, ["--site", "example"])).details.length, 2);
  assert.match((await imported(lines, ["--site", "cabin"])).stderr, /No site has "cabin"/);
  assert.match((await imported(lines, ["--site", "1,2"])).stderr, /takes one site here/);
});
