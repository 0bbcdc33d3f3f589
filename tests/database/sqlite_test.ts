import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { DatabaseError, type DatabaseErrorKind } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import { connect, translating } from "../../src/database/sqlite/driver.ts";
import { sqliteSchema as schema } from "../../src/database/schemas.ts";
import { Secret } from "../../src/model/secret.ts";
import type { ColumnType } from "../../src/model/table.ts";
import { tables } from "../../src/model/tables.ts";
import { SettingsError } from "../../src/settings/settings.ts";
import { testDatabase } from "./conformance.ts";
import { figures, latestFigures, saveLatestFigures } from "./latest_figures.ts";
import { powerDelivery, quarterHours } from "./deliveries.ts";

testDatabase({
  name: "sqlite",
  async fresh() {
    const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
    return {
      url: `sqlite:///${join(folder, "seh.db")}`,
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
  schema,
  execute(url, sql) {
    using database = new DatabaseSync(url.slice("sqlite:///".length));
    database.exec(sql);
    return Promise.resolve();
  },
});

/** A test with a folder of its own. */
function test(name: string, run: (folder: string) => Promise<void>): void {
  Deno.test(`sqlite: ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
    try {
      await run(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function refuses(url: string, kind: DatabaseErrorKind, says: RegExp, create = true) {
  await assert.rejects(openDatabase(url, { create }), (error) => {
    assert.ok(error instanceof DatabaseError, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, says);
    return true;
  });
}

const sqlTypes: Record<ColumnType, string> = {
  integer: "INTEGER",
  flag: "INTEGER",
  real: "REAL",
  text: "TEXT",
  instant: "TEXT",
  local: "TEXT",
  date: "TEXT",
  json: "TEXT",
};

Deno.test("sqlite: the schema has every column of the facts, in their order, and no other", () => {
  using live = new DatabaseSync(":memory:");
  for (const { sql } of schema.migrations) live.exec(sql);
  const names = live.prepare("select name, strict, wr from pragma_table_list where schema = 'main'")
    .all().filter(({ name }) => !String(name).startsWith("sqlite_"));
  assert.deepEqual(names.map((one) => one.name).sort(), tables.map((one) => one.name).sort());
  assert.ok(names.every((one) => one.strict === 1 && one.wr === 1));
  for (const table of tables) {
    const there = live.prepare('select name, type, "notnull", pk from pragma_table_xinfo(?)')
      .all(table.name);
    assert.deepEqual(
      there.map(({ name, type, notnull, pk }) => [name, type, notnull, pk]),
      table.columns.map(({ name, type, required }) => [
        name,
        sqlTypes[type],
        required || table.key.includes(name) ? 1 : 0,
        table.key.indexOf(name) + 1,
      ]),
      table.name,
    );
  }
});

Deno.test("sqlite: every file of the migrations folder is applied, in the order of its numbers", () => {
  const folder = new URL("../../sql/sqlite/migrations/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map((one) => one.name).sort();
  assert.deepEqual(schema.migrations.map((one) => `${one.name}.sql`), files);
  const numbers = files.map((name) => Number(name.slice(0, 4)));
  assert.deepEqual(schema.migrations.map((one) => one.version), numbers);
  for (const { name, sql } of schema.migrations) {
    assert.equal(sql, Deno.readTextFileSync(new URL(`${name}.sql`, folder)));
  }
});

test("every view can be read, and the newest and daily figures are in them", async (folder) => {
  const path = join(folder, "seh.db");
  const database = await openDatabase(`sqlite:///${path}`);
  await database.migrate();
  await database.save(powerDelivery(quarterHours("2026-05-01", 8)));
  await database.close();
  using plain = new DatabaseSync(path);
  plain.exec(`
    insert into sites (site_id, name, last_seen, updated_at) values (1, 'Roof', '', '');
    insert into power_readings (site_id, timestamp, local_time, interval_s, source, updated_at)
      values (1, '2026-05-01T02:00:00Z', '2026-05-01T02:00:00', 900, 'v1', '');
    insert into energy_readings
      (site_id, time_unit, reading_date, energy_wh, is_complete, source, updated_at) values
      (1, 'DAY', '2026-04-01', 100, 1, 'v1', ''), (1, 'DAY', '2026-04-02', 50, 1, 'v1', ''),
      (1, 'DAY', '2026-05-01', 30, 1, 'v1', ''), (1, 'MONTH', '2026-05-01', 900, 1, 'v1', '');
    insert into batteries (site_id, device_key, last_seen, updated_at)
      values (1, 'B1', '', ''), (1, 'B2', '', '');
    insert into battery_telemetry
      (site_id, device_key, timestamp, local_time, interval_s, power_w, source, updated_at) values
      (1, 'B1', '2026-05-01T00:00:00Z', '', 0, 5, 'v1', ''),
      (1, 'B1', '2026-05-01T00:05:00Z', '', 0, -7, 'v1', '');
    insert into power_flows (site_id, timestamp, local_time, pv_power_w, source, updated_at) values
      (1, '2026-05-01T00:00:00Z', '', 1, 'v1', ''), (1, '2026-05-01T01:00:00Z', '', 2, 'v1', '');
    insert into equipment (site_id, device_key, category, last_seen, updated_at)
      values (1, '7E1', 'inverter', '', '');
    insert into sync_metadata (site_id, series, device_key, data_type)
      values (1, 'power', '', 'power');
    insert into coverage values
      (1, 'power', '', '2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z', 'covered', '', null,
       null);
  `);
  const all = (view: string, columns: string) =>
    plain.prepare(`select ${columns} from ${view}`).all().map((row) => Object.values(row));
  assert.deepEqual(all("v_site_summary", "site_id, inverters, batteries, open_alerts"), [
    [1, 1, 2, 0],
  ]);
  assert.deepEqual(all("v_daily_energy", "reading_date, energy_kwh"), [
    ["2026-04-01", 0.1],
    ["2026-04-02", 0.05],
    ["2026-05-01", 0.03],
  ]);
  assert.deepEqual(all("v_latest_power", "site_name, local_time, power_w"), [
    ["Roof", "2026-05-01T01:45:00", 10.5],
  ]);
  assert.deepEqual(all("v_power_flow_current", "pv_power_w"), [[2]]);
  assert.deepEqual(all("v_sync_status", "series, covered_to"), [["power", "2026-05-02T00:00:00Z"]]);
  assert.deepEqual(all("v_equipment_list", "site_name, device_key"), [["Roof", "7E1"]]);
  assert.deepEqual(all("v_battery_status", "device_key, power_w"), [["B1", -7], ["B2", null]]);
  assert.deepEqual(all("v_energy_monthly", "month, energy_wh, basis, days"), [
    ["2026-05-01", 900, "MONTH", null],
    ["2026-04-01", 150, "DAY", 2],
  ]);
});

test("the latest figures of a site are shown whatever source they come from", async (folder) => {
  const path = join(folder, "seh.db");
  const database = await openDatabase(`sqlite:///${path}`);
  await database.migrate();
  await saveLatestFigures(database);
  await database.close();
  using plain = new DatabaseSync(path);
  const rows = plain.prepare(`select ${figures} from v_site_summary order by site_id`).all();
  assert.deepEqual(rows.map((row) => Object.values(row)), latestFigures);
  assert.deepEqual(
    plain.prepare("select current_power_at, data_end_date from v_site_summary where site_id = 3")
      .all().map((row) => Object.values(row)),
    [["2026-06-10T12:15:00Z", "2026-06-10"]],
  );
});

test("a database of the Python tool is refused and stays byte for byte", async (folder) => {
  const path = join(folder, "seh.db");
  const python = new DatabaseSync(path);
  python.exec(`
    create table sites (id integer not null, name varchar(255), primary key (id));
    create table equipment (id integer not null, site_id integer, serial_number varchar(100),
      primary key (id), unique (site_id, serial_number));
    create table energy_readings (id integer not null, site_id integer not null,
      reading_date datetime not null, energy_wh float, primary key (id));
    insert into sites values (1, 'Roof');
  `);
  python.close();
  const before = await Deno.readFile(path);
  for (const create of [true, false]) {
    await refuses(`sqlite:///${path}`, "foreign", /sites.*SEH_DATABASE_URL/, create);
  }
  assert.deepEqual(await Deno.readFile(path), before);
  assert.deepEqual([...Deno.readDirSync(folder)].map((one) => one.name), ["seh.db"]);
});

test("a user's own tables beside ours are left alone", async (folder) => {
  const path = join(folder, "own.db");
  const own = new DatabaseSync(path);
  own.exec("create table my_notes (text); insert into my_notes values ('mine')");
  own.close();
  const database = await openDatabase(`sqlite:///${path}`);
  assert.equal(await database.state(), "empty");
  await database.migrate();
  await database.close();
  using again = new DatabaseSync(path);
  assert.deepEqual(again.prepare("select text from my_notes").all().map((row) => row.text), [
    "mine",
  ]);
});

test("a schema_migrations table of another program is foreign once names collide", async (folder) => {
  const path = join(folder, "rails.db");
  const rails = new DatabaseSync(path);
  rails.exec("create table schema_migrations (version varchar primary key)");
  rails.close();
  await refuses(`sqlite:///${path}`, "foreign", /schema_migrations/);
});

test("a database of a newer version is refused", async (folder) => {
  const path = join(folder, "seh.db");
  const database = await openDatabase(`sqlite:///${path}`);
  await database.migrate();
  await database.close();
  const newer = new DatabaseSync(path);
  newer.exec("insert into schema_migrations values (99, '0099_future', '2030-01-01T00:00:00Z')");
  newer.close();
  await refuses(`sqlite:///${path}`, "newer", /newer version.*99/);
});

test("a file that is no database is refused and stays as it is", async (folder) => {
  const path = join(folder, "notes.txt");
  await Deno.writeTextFile(path, "not a database ".repeat(100));
  await refuses(`sqlite:///${path}`, "refused", /notes\.txt.*not an SQLite database/);
  assert.equal(await Deno.readTextFile(path), "not a database ".repeat(100));
  await refuses(`sqlite:///${folder}`, "refused", /is a folder/);
});

test("a folder that is missing is named", async (folder) => {
  await refuses(`sqlite:///${join(folder, "nowhere", "seh.db")}`, "unreachable", /nowhere/);
});

test("looking at a database that is not there does not make one", async (folder) => {
  await refuses(`sqlite:///${join(folder, "seh.db")}`, "absent", /Run: seh sync/, false);
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});

test("what a process that died left half written, without a write-ahead log, is undone", async (folder) => {
  const path = join(folder, "seh.db");
  const database = await openDatabase(`sqlite:///${path}`);
  await database.migrate();
  await database.save(powerDelivery(quarterHours("2026-05-01", 3000)));
  await database.close();
  const dying = new DatabaseSync(path);
  dying.exec("pragma journal_mode = delete; pragma cache_size = 1");
  dying.exec("begin; update power_readings set power_w = -1");
  const copy = join(folder, "copy.db");
  await Deno.copyFile(path, copy);
  await Deno.copyFile(`${path}-journal`, `${copy}-journal`);
  dying.exec("rollback");
  dying.close();

  const again = await openDatabase(`sqlite:///${copy}`);
  assert.equal(await again.state(), "current");
  await again.close();
  using plain = new DatabaseSync(copy);
  const wrong = plain.prepare("select count(*) as count from power_readings where power_w < 0")
    .get();
  assert.equal(wrong?.count, 0);
});

test("readers see the last finished delivery while another connection writes", async (folder) => {
  const url = `sqlite:///${join(folder, "seh.db")}`;
  const writer = await openDatabase(url);
  await writer.migrate();
  await writer.save(powerDelivery(quarterHours("2026-05-01", 4)));
  const blocking = new DatabaseSync(join(folder, "seh.db"));
  blocking.exec("begin immediate; delete from power_readings");
  const reader = await openDatabase(url, { create: false });
  const [counted] = await reader.query("row_counts");
  assert.equal(counted.row_count, 4);
  blocking.exec("rollback");
  blocking.close();
  await reader.close();
  await writer.close();
});

test("a reader that is left midway gives its connection back", async (folder) => {
  const database = await openDatabase(`sqlite:///${join(folder, "seh.db")}`);
  await database.migrate();
  await database.save(powerDelivery(quarterHours("2026-05-01", 3000)));
  for await (const page of database.read({ table: "power_readings" })) {
    assert.equal(page.length, 1000);
    break;
  }
  await database.close();
  // The last connection to close removes the write-ahead log.
  assert.deepEqual([...Deno.readDirSync(folder)].map((one) => one.name), ["seh.db"]);
});

test("a damaged page in the middle of a table fails the reader instead of ending early", async (folder) => {
  const path = join(folder, "seh.db");
  const database = await openDatabase(`sqlite:///${path}`);
  await database.migrate();
  await database.save(powerDelivery(quarterHours("2026-05-01", 20_000)));
  await database.close();
  using file = await Deno.open(path, { read: true, write: true });
  const { size } = await file.stat();
  await file.seek(Math.floor(size / 2 / 4096) * 4096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(8 * 4096).fill(0x55));
  const damaged = await openDatabase(`sqlite:///${path}`, { create: false });
  let seen = 0;
  await assert.rejects(
    async () => {
      for await (const page of damaged.read({ table: "power_readings" })) seen += page.length;
    },
    (error) => error instanceof DatabaseError && /the file is damaged.*recover/.test(error.message),
  );
  assert.ok(seen > 0 && seen < 20_000, `${seen} rows before the damage`);
  await damaged.close();
});

test("a lock of another program is named as such, by a single statement and by a script", (folder) => {
  const path = join(folder, "seh.db");
  using other = new DatabaseSync(path);
  other.exec("create table mine (a)");
  const ours = connect(path);
  ours.database.prepare("pragma busy_timeout = 0").get();
  other.exec("begin exclusive");
  for (
    const work of [
      () => ours.database.prepare("begin immediate").run(),
      // A script fails without a code, with words alone.
      () => ours.database.exec("create table ours (a); create table too (a)"),
    ]
  ) {
    assert.throws(() => translating(path, work), /another program has locked it for more than/);
  }
  ours.database.close();
  return Promise.resolve();
});

test("the site and its dates find their rows through the key", async (folder) => {
  const path = join(folder, "seh.db");
  const database = await openDatabase(`sqlite:///${path}`);
  await database.migrate();
  await database.close();
  using plain = new DatabaseSync(path);
  const plan = plain.prepare(`explain query plan
    select * from power_readings
    where site_id = 1 and local_time >= '2026-05-01' and timestamp >= '2026-04-29'
      and timestamp < '2026-05-04' order by site_id, timestamp, interval_s limit 1000`).all();
  assert.match(
    String(plan[0].detail),
    /SEARCH .* \(site_id=\? AND timestamp>\? AND timestamp<\?\)/,
  );
  assert.equal(plan.length, 1);
});

Deno.test("sqlite: a database in memory needs no file", async () => {
  for (const url of ["sqlite:///:memory:", new Secret("sqlite://:memory:")]) {
    const database = await openDatabase(url);
    await database.migrate();
    assert.equal((await database.save(powerDelivery(quarterHours("2026-05-01", 4)))).inserted, 4);
    let count = 0;
    for await (const page of database.read({ table: "power_readings" })) count += page.length;
    assert.equal(count, 4);
    assert.ok((await database.size())! > 0);
    await using _lock = await database.lock({
      host: "here",
      pid: 1,
      since: Temporal.Instant.from("2026-05-01T00:00:00Z"),
    });
    await database.close();
  }
});

test("an address may name a driver, as SQLAlchemy writes it", async (folder) => {
  const path = join(folder, "seh.db");
  const database = await openDatabase(`sqlite+aiosqlite:///${path}`);
  assert.equal(database.address, path);
  await database.close();
});

Deno.test("an address that cannot be right is reported without showing a password", async () => {
  const bad = [
    "postgresql+psycopg://user:hunter2@host:port/db",
    "oracle://user:hunter2@host/db",
    "hunter2.db",
    "sqlite://hunter2.db",
  ];
  for (const url of bad) {
    await assert.rejects(openDatabase(url), (error) => {
      assert.ok(error instanceof SettingsError, String(error));
      assert.match(error.message, /SEH_DATABASE_URL/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
});
