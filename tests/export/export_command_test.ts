import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import { datasetNames } from "../../src/export/datasets.ts";
import { dataset } from "../../src/export/dataset.ts";
import { endpoints } from "../../src/source/v1/endpoints.ts";
import { type Captured, runInWorld, type WorldChoice } from "../support/captured_world.ts";
import { harvestWorld } from "../support/harvest_world.ts";
import { prepare } from "../support/prepare.ts";
import { readCsv } from "../support/read_csv.ts";
import { spawnSeh } from "../support/run_seh.ts";

const noon = "2026-06-01T12:07:00Z";

/** Two sites with everything that the simulated server has, fetched once for all tests. */
const harvest = await prepare(async () => {
  const world = await harvestWorld(noon, {
    sites: [homeSite({ firstDay: "2026-05-28" }), businessSite({ firstDay: "2026-05-28" })],
    extraKeys: true,
  });
  globalThis.addEventListener("unload", () => Deno.removeSync(world.folder, { recursive: true }));
  await world.sync();
  await world.simulator.close();
  return { ...world, env: { SEH_DATABASE_URL: `sqlite:///${world.folder}/seh.db` } };
});

function exported(args: readonly string[], choice: Partial<WorldChoice> = {}): Promise<Captured> {
  return runInWorld(["export", ...args], {
    cwd: harvest().folder,
    now: harvest().now(),
    env: harvest().env,
    ...choice,
  });
}

async function inFolder(deed: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: harvest().folder });
  await deed(folder);
}

for (const name of datasetNames) {
  Deno.test(`the CSV of ${name} reads back to the same values as the database holds`, async () => {
    const { code, stdout } = await exported(name === "energy" ? [name, "--unit", "all"] : [name]);
    assert.equal(code, 0);
    const [header, ...rows] = readCsv(stdout);
    assert.deepEqual(header, dataset(name).columns.map((one) => one.name));
    const expected = [];
    for await (const page of harvest().database.read({ table: dataset(name).table })) {
      for (const row of page) expected.push(row.map((cell) => cell === null ? null : String(cell)));
    }
    assert.deepEqual(rows, expected);
  });
}

Deno.test("the datasets of a sync are filled, so that reading them back proves something", async () => {
  const empty: string[] = [];
  for (const name of datasetNames) {
    const { stdout } = await exported([name]);
    if (readCsv(stdout).length === 1) empty.push(name);
  }
  const given = new Set(endpoints.flatMap((one) => one.query.fills));
  // Alerts are refused to the keys of this harvest.
  const wanted = datasetNames.filter((one) => one !== "alerts" && given.has(dataset(one).table));
  assert.deepEqual(wanted.filter((one) => empty.includes(one)), []);
  assert.ok(wanted.length >= 17, wanted.join());
});

Deno.test("JSON holds the same values as CSV, numbers as numbers", async () => {
  const csv = readCsv((await exported(["power-details"])).stdout);
  const json = JSON.parse((await exported(["power-details", "-f", "json"])).stdout);
  assert.equal(json.length, csv.length - 1);
  const at = csv[0].indexOf("production_w");
  const produced = json.findIndex((row: Record<string, unknown>) => Number(row.production_w) > 0);
  assert.equal(json[produced].production_w, Number(csv[produced + 1][at]));
  assert.equal(typeof json[produced].production_w, "number");
});

Deno.test("JSON of everything is one object with an array for each dataset", async () => {
  const { code, stdout } = await exported(["--format", "json"]);
  assert.equal(code, 0);
  const all = JSON.parse(stdout);
  assert.deepEqual(Object.keys(all), datasetNames);
  assert.equal(all.sites.length, 2);
  assert.equal(typeof all.sites[0].extra, "object");
});

Deno.test("NDJSON of everything names the dataset in each line", async () => {
  const { stdout } = await exported(["all", "-f", "ndjson"]);
  const names = new Set(stdout.trimEnd().split("\n").map((line) => JSON.parse(line).dataset));
  assert.ok(names.has("telemetry") && names.has("sensors"));
});

Deno.test("CSV of everything is a file for each dataset in the folder", async () => {
  await inFolder(async (folder) => {
    const { code, stdout, stderr } = await exported(["-o", "all/"], { cwd: folder });
    assert.deepEqual([code, stdout], [0, ""]);
    const files = [...Deno.readDirSync(`${folder}/all`)].map((one) => one.name).sort();
    assert.deepEqual(files, datasetNames.map((one) => `${one}.csv`).sort());
    assert.match(stderr, /rows written to all\/power\.csv/);
    const { stdout: direct } = await exported(["power"]);
    assert.equal(Deno.readTextFileSync(`${folder}/all/power.csv`), direct);
  });
});

Deno.test("CSV of everything into a pipe ends with exit code 2", async () => {
  for (const args of [[], ["all"]]) {
    const { code, stderr } = await exported(args);
    assert.equal(code, 2);
    assert.match(stderr, /-o FOLDER\//);
  }
});

Deno.test("`seh export` on a terminal makes a folder with a file for each dataset", async () => {
  await inFolder(async (folder) => {
    const choice = { cwd: folder, terminal: true };
    const { code, stdout } = await exported([], choice);
    assert.deepEqual([code, stdout], [0, "seh-all-20260601T120700Z/\n"]);
    const names = [...Deno.readDirSync(`${folder}/${stdout.trim()}`)].map((one) => one.name);
    assert.deepEqual(names.sort(), datasetNames.map((one) => `${one}.csv`).sort());
    assert.equal((await exported([], choice)).stdout, "seh-all-20260601T120700Z-2/\n");
  });
});

Deno.test("energy is that of days; months and years come when they are asked for, each alone", async () => {
  const units = async (...args: string[]) => {
    const [header, ...rows] = readCsv((await exported(["energy", ...args])).stdout);
    return [...new Set(rows.map((row) => row[header.indexOf("time_unit")]))].sort();
  };
  assert.deepEqual(await units(), ["DAY"]);
  assert.deepEqual(await units("--unit", "month"), ["MONTH"]);
  assert.deepEqual(await units("--unit", "year"), ["YEAR"]);
  assert.deepEqual(await units("--unit", "all"), ["DAY", "MONTH", "YEAR"]);
  const everything = JSON.parse((await exported(["-f", "json"])).stdout);
  const inAll = new Set(everything.energy.map((row: { time_unit: string }) => row.time_unit));
  assert.deepEqual([...inAll], ["DAY"]);
  const { code, stderr } = await exported(["power", "--unit", "month"]);
  assert.equal(code, 2);
  assert.match(stderr, /--unit does not fit: the dataset power has no days, months and years/);
});

Deno.test("a word means the same in `seh sync --only` and in export; former names are pointed out", async () => {
  const head = async (name: string) => (await exported([name])).stdout.split("\n")[0];
  assert.match(await head("meters"), /^site_id,device_key,meter_type,timestamp,/);
  assert.match(await head("sensors"), /timestamp/);
  assert.doesNotMatch(await head("meter-list"), /timestamp/);
  const { code, stdout, stderr } = await exported(["meter-readings"]);
  assert.equal(code, 0);
  assert.equal(stdout, (await exported(["meters"])).stdout);
  assert.match(stderr, /meter-readings is called meters now/);
});

Deno.test("on a terminal the data goes to a new file whose name is printed", async () => {
  await inFolder(async (folder) => {
    const choice = { cwd: folder, terminal: true };
    const first = await exported(["energy"], choice);
    const second = await exported(["energy"], choice);
    assert.equal(first.stdout, "seh-energy-20260601T120700Z.csv\n");
    assert.equal(second.stdout, "seh-energy-20260601T120700Z-2.csv\n");
    const { stdout } = await exported(["energy"]);
    assert.equal(Deno.readTextFileSync(`${folder}/${first.stdout.trim()}`), stdout);
  });
});

Deno.test("-o - is stdout, also on a terminal", async () => {
  const { stdout } = await exported(["sites", "-o", "-"], { terminal: true });
  assert.match(stdout, /^site_id,name,/);
});

Deno.test("-o FILE replaces the file as a whole and says how much it holds", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/e.csv`, "old".repeat(100_000));
    const { code, stdout, stderr } = await exported(["energy", "-o", "e.csv"], { cwd: folder });
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(stderr, /^\d+ rows written to e\.csv$/m);
    assert.match(Deno.readTextFileSync(`${folder}/e.csv`), /^site_id,time_unit/);
    assert.deepEqual([...Deno.readDirSync(folder)].map((one) => one.name), ["e.csv"]);
  });
});

Deno.test("an export that is interrupted leaves the old file and nothing else", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/t.csv`, "old\n");
    const signal = AbortSignal.abort(new DOMException("interrupted", "AbortError"));
    const { code } = await exported(["telemetry", "-o", "t.csv"], { cwd: folder, signal });
    assert.equal(code, 130);
    assert.equal(Deno.readTextFileSync(`${folder}/t.csv`), "old\n");
    assert.deepEqual([...Deno.readDirSync(folder)].map((one) => one.name), ["t.csv"]);
  });
});

Deno.test("an export is not written over the database, under whatever name", async () => {
  await inFolder(async (folder) => {
    Deno.symlinkSync("../seh.db", `${folder}/link.csv`);
    for (const name of [`${harvest().folder}/seh.db`, `${folder}/link.csv`]) {
      const { code, stderr } = await exported(["energy", "-o", name]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /is the database itself\. Name another file/);
    }
    assert.equal((await exported(["energy", "-o", "-"])).code, 0);
  });
});

Deno.test("a folder that does not exist is named as such", async () => {
  const { code, stderr } = await exported(["energy", "-o", "nowhere/e.csv"]);
  assert.equal(code, 1);
  assert.match(stderr, /nowhere\/e\.csv: no such file.* folder exist/);
});

Deno.test("--start and --end are local days, both included", async () => {
  const args = ["power", "-s", "1234567", "--start", "2026-05-29", "--end", "2026-05-30"];
  const [header, ...rows] = readCsv((await exported(args)).stdout);
  const local = rows.map((row) => row[header.indexOf("local_time")]!);
  assert.equal(rows.length, 2 * 96);
  assert.equal(local.at(0), "2026-05-29T00:00:00");
  assert.equal(local.at(-1), "2026-05-30T23:45:00");
});

Deno.test("--start and --end take words, meant as of today at each site", async () => {
  const days = async (...args: string[]) => {
    const [header, ...rows] = readCsv((await exported(["power", ...args])).stdout);
    return [...new Set(rows.map((row) => row[header.indexOf("local_time")]!.slice(0, 10)))];
  };
  assert.deepEqual(await days("--start", "yesterday", "--end", "yesterday"), ["2026-05-31"]);
  assert.deepEqual(await days("--start", "1d"), ["2026-05-31", "2026-06-01"]);
  assert.deepEqual((await days("--end", "last-month")).at(-1), "2026-05-31");
  assert.deepEqual(await days("--start", "2026-06"), ["2026-06-01"]);
  assert.deepEqual(await days("--start", "this-month", "--end", "today"), ["2026-06-01"]);
  const { code, stderr } = await exported(["power", "--start", "today", "--end", "last-month"]);
  assert.equal(code, 2);
  assert.match(stderr, /--start today lies after --end last-month/);
});

Deno.test("--site and --sites choose sites, and an unknown one is a mistake", async () => {
  for (const args of [["--site", "1234567"], ["--sites", "1234567"]]) {
    const { code, stdout } = await exported(["power", ...args]);
    assert.equal(code, 0);
    assert.deepEqual(new Set(readCsv(stdout).slice(1).map((row) => row[0])), new Set(["1234567"]));
  }
  const { code, stdout, stderr } = await exported(["power", "-s", "1234567,9"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /Site 9 is not in the database/);
});

Deno.test("--serial chooses a device", async () => {
  const [header, ...all] = readCsv((await exported(["telemetry"])).stdout);
  const at = header.indexOf("device_key");
  const serial = all[0][at]!;
  const chosen = readCsv((await exported(["telemetry", "--serial", serial])).stdout).slice(1);
  assert.ok(chosen.length > 0 && chosen.length < all.length);
  assert.ok(chosen.every((row) => row[at] === serial));
});

Deno.test("per-panel data is said to be not available, on stderr", async () => {
  const { code, stdout, stderr } = await exported(["optimizers"]);
  assert.equal(code, 0);
  assert.equal(stdout.split("\n").length, 2);
  assert.match(stderr, /optimizers: no rows; .*single panels/);
});

Deno.test("`seh export | head` ends quietly", async () => {
  const child = spawnSeh(["export", "telemetry"], { cwd: harvest().folder, env: harvest().env });
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const { code } = await child.status;
  assert.equal(await new Response(child.stderr).text(), "");
  assert.equal(code, 0);
});
