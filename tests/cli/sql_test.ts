import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { runInWorld, type WorldChoice } from "../support/captured_world.ts";
import { fillFleet } from "../support/fleet_database.ts";
import { type FreshDatabase, freshFile } from "../support/fresh_file.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { readCsv } from "../support/read_csv.ts";
import { spawnSeh } from "../support/run_seh.ts";

const now = Temporal.Instant.from("2026-06-01T12:00:00Z");

/** A database with three sites and 40 days of energy each. */
async function filled(fresh: () => Promise<FreshDatabase>): Promise<FreshDatabase> {
  const place = await fresh();
  const database = await openDatabase(place.url);
  await fillFleet(database, { sites: 3, now });
  await database.close();
  return place;
}

function asked(place: { url: string }, args: readonly string[], choice: Partial<WorldChoice> = {}) {
  return runInWorld(["sql", ...args], {
    cwd: Deno.cwd(),
    env: { SEH_DATABASE_URL: place.url },
    ...choice,
  });
}

/** Numbers from 1 on, as many as one likes, on every database. */
const numbers = (count: number) =>
  `with recursive n(v) as (select 1 union all select v + 1 from n where v < ${count})`;

onEachDatabase("seh sql answers as a table, as CSV and as JSON", async (fresh) => {
  await using place = await filled(fresh);
  const question =
    "select site_id, name, peak_power_kwp, last_update_local from sites order by site_id";
  const csv = await asked(place, [question]);
  assert.equal(csv.code, 0, csv.stderr);
  assert.deepEqual(readCsv(csv.stdout).slice(0, 2), [
    ["site_id", "name", "peak_power_kwp", "last_update_local"],
    ["5000001", "Berlin roof 1", "10", null],
  ]);
  const json = JSON.parse((await asked(place, ["-f", "json", question])).stdout);
  assert.equal(json.length, 3);
  assert.deepEqual(json[0], {
    site_id: 5000001,
    name: "Berlin roof 1",
    peak_power_kwp: 10,
    last_update_local: null,
  });
  const env = { SEH_DATABASE_URL: place.url, NO_COLOR: "1" };
  const table = await asked(place, [question], { terminal: true, env });
  assert.match(table.stdout, /│ +site_id │ name +│/);
  assert.match(table.stdout, /│ 5000003 │ Ulm roof 3/);
  const none = await asked(place, ["-f", "json", "select * from sites where 1 = 0"]);
  assert.equal(none.stdout, "[]\n");
  const head = await asked(place, ["select name from sites where 1 = 0;"]);
  assert.equal(head.stdout, "name\n");
});

Deno.test("an answer that is wider than the terminal is shown row by row, with every column", async () => {
  await using place = await filled(freshFile);
  const question = "select site_id, name, status, time_zone, peak_power_kwp, extra from sites " +
    "order by site_id limit 2";
  const env = { SEH_DATABASE_URL: place.url, NO_COLOR: "1" };
  const { stdout } = await asked(place, [question], { terminal: true, env, columns: 40 });
  const block = (id: number, name: string, kwp: number) =>
    [
      `site_id         ${id}`,
      `name            ${name}`,
      "status          Active",
      "time_zone       Europe/Berlin",
      `peak_power_kwp  ${kwp}`,
      "extra           -",
    ].join("\n");
  assert.equal(
    stdout,
    `${block(5_000_001, "Berlin roof 1", 10)}\n\n${block(5_000_002, "Köln roof 2", 11)}\n`,
  );
  const wide = await asked(place, [question], { terminal: true, env, columns: 120 });
  assert.match(wide.stdout, /│ +site_id │/);
});

onEachDatabase("what writes is refused by the database, and nothing is changed", async (fresh) => {
  await using place = await filled(fresh);
  for (
    const statement of [
      "delete from sites",
      "update sites set name = 'x'",
      "insert into runs (run_id, host, pid, started_at) values ('x', 'x', 1, '2026-01-01 00:00:00')",
      "drop table sites",
      "create table mine (x integer)",
    ]
  ) {
    const { code, stdout, stderr } = await asked(place, [statement]);
    assert.deepEqual([code, stdout], [2, ""], statement);
    assert.match(stderr, /seh sql only reads, and this statement writes\. \w+ refused it: /);
  }
  for (const two of ["select 1; delete from sites", "commit; delete from sites"]) {
    const { code, stderr } = await asked(place, [two]);
    assert.equal(code, 2, stderr);
  }
  const left = await asked(place, ["select count(*) as many, min(name) as name from sites"]);
  assert.equal(left.stdout, "many,name\n3,Berlin roof 1\n");
});

onEachDatabase("a mistake in SQL is reported in the words of the database", async (fresh) => {
  await using place = await filled(fresh);
  for (
    const [statement, says] of [
      ["select nonsense from sites", /nonsense/],
      ["selec 1", /selec/i],
      ["select * from nowhere", /nowhere/],
      ["select (select site_id from sites union all select 2 where 1 = 0) / 'x'::int", /./],
    ] as const
  ) {
    const { code, stdout, stderr } = await asked(place, [statement]);
    if (statement.includes("::int") && code === 0) continue;
    assert.deepEqual([code, stdout], [2, ""], statement + stderr);
    assert.match(stderr, /^seh: \w+ does not take this statement: /);
    assert.match(stderr, says);
  }
});

onEachDatabase(
  "an answer of many rows is whole, and a table shows the first of them",
  async (fresh) => {
    await using place = await filled(fresh);
    const question = "select a.reading_date, b.reading_date, a.energy_wh from energy_readings a " +
      "join energy_readings b on 1 = 1 order by a.energy_wh, b.reading_date, a.site_id, b.site_id";
    const { code, stdout } = await asked(place, [question]);
    assert.equal(code, 0);
    const [head, ...rows] = readCsv(stdout);
    assert.deepEqual(head, ["reading_date", "reading_date", "energy_wh"]);
    assert.equal(rows.length, 120 * 120);
    const values = rows.map((row) => Number(row[2]));
    assert.deepEqual(values, values.toSorted((a, b) => a - b));
    const table = await asked(place, ["--format", "table", question]);
    assert.equal(table.stdout.trimEnd().split("\n").length, 1001);
    assert.match(table.stderr, /the first 1,000 rows\. --format csv gives all/);
  },
);

Deno.test("sqlite: an error in the middle of an answer is reported, not taken for its end", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const place = { url: `sqlite:///${folder}/seh.db` };
    const database = await openDatabase(place.url);
    await database.migrate();
    await database.close();
    const overflow = "case when v = 1500 then abs(-9223372036854775807 - 1) else v end";
    const { code, stdout, stderr } = await asked(place, [
      `${numbers(3000)} select ${overflow} as v from n`,
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /integer overflow/);
    assert.ok(stdout.split("\n").length > 1000);
    const pragma = await asked(place, ["pragma table_info(sites)"]);
    assert.match(pragma.stdout, /^cid,name,type/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

onEachDatabase("Ctrl-C ends a question that takes long", async (fresh) => {
  await using place = await filled(fresh);
  const endless = "select count(*) from energy_readings a join energy_readings b on 1 = 1 " +
    "join energy_readings c on 1 = 1 join energy_readings d on 1 = 1 where a.energy_wh + " +
    "b.energy_wh + c.energy_wh + d.energy_wh < 0";
  const child = spawnSeh(["sql", endless], {
    cwd: Deno.cwd(),
    env: { SEH_DATABASE_URL: place.url },
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const since = performance.now();
  child.kill("SIGINT");
  const [{ code, signal }] = await Promise.all([
    child.status,
    child.stdout.cancel(),
    child.stderr.cancel(),
  ]);
  assert.ok(performance.now() - since < 4000);
  assert.ok(code === 130 || signal === "SIGINT", `${code} ${signal}`);
});

Deno.test("no statement, and a database that is not there, are reported", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const place = { url: `sqlite:///${folder}/none.db` };
    assert.equal((await asked(place, [" "])).code, 2);
    assert.equal((await asked(place, ["select 1"])).code, 6);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
