import assert from "node:assert/strict";
import { businessSite, homeSite } from "../../src/simulator/scenarios.ts";
import { datasetNames } from "../../src/export/datasets.ts";
import { dataset } from "../../src/export/dataset.ts";
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
    const { code, stdout } = await exported([name]);
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
  const empty = [];
  for (const name of datasetNames) {
    const { stdout } = await exported([name]);
    if (readCsv(stdout).length === 1) empty.push(name);
  }
  assert.deepEqual(empty, ["optimizers", "alerts"]);
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
  assert.ok(names.has("telemetry") && names.has("sensor-readings"));
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

Deno.test("CSV of everything without a folder ends with exit code 2, also on a terminal", async () => {
  for (const terminal of [true, false]) {
    const { code, stderr } = await exported([], { terminal });
    assert.equal(code, 2);
    assert.match(stderr, /-o FOLDER\//);
  }
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

Deno.test("a folder that does not exist is told as such", async () => {
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

Deno.test("per-panel data is told to be not available, on stderr", async () => {
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
