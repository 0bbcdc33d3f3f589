import assert from "node:assert/strict";
import { DatabaseError, type DatabaseErrorKind } from "../../src/database/database_error.ts";
import { addressOf } from "../../src/database/mariadb/address.ts";
import { connect, type MariadbSession } from "../../src/database/mariadb/driver.ts";
import { insertRows } from "../../src/database/mariadb/bulk/bulk.ts";
import { mariadbSchema as schema } from "../../src/database/schemas.ts";
import { openDatabase } from "../../src/database/open.ts";
import { rowBatch } from "../../src/database/row_batch.ts";
import { constantsOf } from "../../src/database/upsert_rules.ts";
import type { ColumnType, Value } from "../../src/model/table.ts";
import { tables } from "../../src/model/tables.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { testDatabase } from "./conformance.ts";
import { rows } from "./conformance/dialect.ts";
import { figures, latestFigures, saveLatestFigures } from "./latest_figures.ts";
import { delivery, later, powerDelivery, quarterHours, rowsOf } from "./deliveries.ts";

const server = await startMariadb();
const ignore = server === null;
testDatabase({
  name: "mariadb",
  ignore,
  fresh: () => server!.fresh(),
  schema,
  // It knows no Z: all its times are UTC.
  execute: (url, sql) => server!.select(url, sql.replace(/(\d\d:\d\d:\d\d)Z/g, "$1")),
});

type Place = Awaited<ReturnType<NonNullable<typeof server>["fresh"]>>;

/** A test with an empty database of its own. */
function test(name: string, run: (place: Place) => Promise<void>): void {
  Deno.test(`mariadb: ${name}`, { ignore }, async () => {
    await using place = await server!.fresh();
    await run(place);
  });
}

async function refuses(url: string, kind: DatabaseErrorKind, says: RegExp): Promise<void> {
  await assert.rejects(openDatabase(url), (error) => {
    assert.ok(error instanceof DatabaseError, String(error));
    assert.match(error.message, says);
    assert.equal(error.kind, kind);
    assert.doesNotMatch(error.message + Deno.inspect(error), /hunter/);
    return true;
  });
}

async function migrated(url: string) {
  const database = await openDatabase(url);
  await database.migrate();
  return database;
}

const sqlTypes: Record<ColumnType, readonly string[]> = {
  integer: ["bigint"],
  flag: ["tinyint"],
  real: ["double"],
  text: ["text", "varchar"],
  instant: ["datetime"],
  local: ["datetime"],
  date: ["date"],
  json: ["mediumtext"],
};

test("the schema has every column of the facts, in their order, and no other", async (place) => {
  await (await migrated(place.url)).close();
  const there = await server!.admin(`
    select table_name as t, column_name as name, data_type as type,
      is_nullable = 'NO' as required, collation_name as collation
    from information_schema.columns
    where table_schema = '${place.database}' and table_name not like 'v\\_%'
      and table_name <> 'sync_lock'
    order by table_name, ordinal_position`);
  const byTable = Map.groupBy(there, (one) => String(one.t));
  assert.deepEqual([...byTable.keys()].sort(), tables.map((one) => one.name).sort());
  for (const table of tables) {
    const columns = byTable.get(table.name)!;
    assert.deepEqual(
      columns.map(({ name, required }) => [name, Number(required)]),
      table.columns.map(({ name, required }) => [
        name,
        required || table.key.includes(name) ? 1 : 0,
      ]),
      table.name,
    );
    for (const [at, { name, type }] of table.columns.entries()) {
      assert.ok(sqlTypes[type].includes(String(columns[at].type)), `${table.name}.${name}`);
    }
    assert.ok(
      columns.every((one) => (one.collation ?? "utf8mb4_nopad_bin") === "utf8mb4_nopad_bin"),
    );
  }
  const keys = await server!.admin(`
    select table_name as t, column_name as name from information_schema.key_column_usage
    where table_schema = '${place.database}' and constraint_name = 'PRIMARY'
      and table_name <> 'sync_lock'
    order by table_name, ordinal_position`);
  const keyOf = Map.groupBy(keys, (one) => String(one.t));
  for (const { name, key } of tables) {
    assert.deepEqual(keyOf.get(name)?.map((one) => one.name), key, name);
  }
});

Deno.test("mariadb: every file of the migrations folder is applied, in the order of its numbers", () => {
  const folder = new URL("../../sql/mariadb/migrations/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map((one) => one.name).sort();
  assert.deepEqual(schema.migrations.map((one) => `${one.name}.sql`), files);
  const numbers = files.map((name) => Number(name.slice(0, 4)));
  assert.deepEqual(schema.migrations.map((one) => one.version), numbers);
});

test("making the tables goes on after it was cut off", async (place) => {
  const whole = schema.migrations[0].sql;
  await server!.admin(
    `use ${place.database}; ${
      whole.slice(0, whole.indexOf("create table if not exists power_readings"))
    }`,
  );
  const database = await openDatabase(place.url);
  assert.equal(await database.state(), "empty");
  assert.equal((await database.migrate()).applied.length, schema.migrations.length);
  assert.equal((await database.save(powerDelivery(quarterHours("2026-05-01", 8)))).inserted, 8);
  await database.close();
});

test("every view can be read, and the newest and daily figures are in them", async (place) => {
  const database = await migrated(place.url);
  await database.save(powerDelivery(quarterHours("2026-05-01", 8)));
  await database.close();
  await server!.admin(`
    use ${place.database};
    set time_zone = '+00:00';
    insert into sites (site_id, name, last_seen, updated_at) values (1, 'Roof', now(), now());
    insert into power_readings (site_id, timestamp, local_time, interval_s, source, updated_at)
      values (1, '2026-05-01 02:00:00', '2026-05-01 02:00:00', 900, 'v1', now());
    insert into energy_readings
      (site_id, time_unit, reading_date, energy_wh, is_complete, source, updated_at) values
      (1, 'DAY', '2026-04-01', 100, 1, 'v1', now()), (1, 'DAY', '2026-04-02', 50, 1, 'v1', now()),
      (1, 'DAY', '2026-05-01', 30, 1, 'v1', now()), (1, 'MONTH', '2026-05-01', 900, 1, 'v1', now());
    insert into batteries (site_id, device_key, last_seen, updated_at)
      values (1, 'B1', now(), now()), (1, 'B2', now(), now());
    insert into battery_telemetry
      (site_id, device_key, timestamp, local_time, interval_s, power_w, source, updated_at) values
      (1, 'B1', '2026-05-01 00:00:00', now(), 0, 5, 'v1', now()),
      (1, 'B1', '2026-05-01 00:05:00', now(), 0, -7, 'v1', now());
    insert into power_flows (site_id, timestamp, local_time, pv_power_w, source, updated_at) values
      (1, '2026-05-01 00:00:00', now(), 1, 'v1', now()),
      (1, '2026-05-01 01:00:00', now(), 2, 'v1', now());
    insert into equipment (site_id, device_key, category, last_seen, updated_at)
      values (1, '7E1', 'inverter', now(), now());
    insert into sync_metadata (site_id, series, device_key, data_type)
      values (1, 'power', '', 'power');
    insert into coverage values
      (1, 'power', '', '2026-05-01', '2026-05-02', 'covered', now(), null, null);
  `);
  const all = async (view: string, columns: string) =>
    (await server!.admin(`select ${columns} from ${place.database}.${view}`))
      .map((row) => Object.values(row).map((one) => typeof one === "bigint" ? Number(one) : one));
  assert.deepEqual(await all("v_site_summary", "site_id, inverters, batteries, open_alerts"), [
    [1, 1, 2, 0],
  ]);
  assert.deepEqual(await all("v_daily_energy", "cast(reading_date as char) as d, energy_kwh"), [
    ["2026-04-01", 0.1],
    ["2026-04-02", 0.05],
    ["2026-05-01", 0.03],
  ]);
  assert.deepEqual(
    await all("v_latest_power", "site_name, cast(local_time as char) as t, power_w"),
    [
      ["Roof", "2026-05-01 01:45:00", 10.5],
    ],
  );
  assert.deepEqual(await all("v_power_flow_current", "pv_power_w"), [[2]]);
  assert.deepEqual(await all("v_sync_status", "series, cast(covered_to as char) as t"), [
    ["power", "2026-05-02 00:00:00"],
  ]);
  assert.deepEqual(await all("v_equipment_list", "site_name, device_key"), [["Roof", "7E1"]]);
  assert.deepEqual(await all("v_battery_status", "device_key, power_w"), [["B1", -7], [
    "B2",
    null,
  ]]);
  assert.deepEqual(
    await all("v_energy_monthly", "cast(month as char) as m, energy_wh, basis, days"),
    [
      ["2026-05-01", 900, "MONTH", null],
      ["2026-04-01", 150, "DAY", 2],
    ],
  );
});

test("the latest figures of a site are shown whatever source they come from", async (place) => {
  const database = await migrated(place.url);
  await saveLatestFigures(database);
  await database.close();
  const rows = await server!.admin(
    `select ${figures} from ${place.database}.v_site_summary order by site_id`,
  );
  assert.deepEqual(
    rows.map((row) => Object.values(row).map((one) => one === null ? null : Number(one))),
    latestFigures,
  );
});

test("a database of the Python tool is refused and left as it is", async (place) => {
  await server!.admin(`
    use ${place.database};
    create table sites (id integer not null auto_increment, name varchar(255), primary key (id));
    insert into sites (name) values ('Roof')`);
  await refuses(place.url, "foreign", /sites.*SEH_DATABASE_URL/);
  const there = await server!.admin(`select table_name as t from information_schema.tables
    where table_schema = '${place.database}'`);
  assert.deepEqual(there.map((one) => one.t), ["sites"]);
});

test("a database of a newer version is refused", async (place) => {
  await (await migrated(place.url)).close();
  await server!.admin(`insert into ${place.database}.schema_migrations values (99, '0099', now())`);
  await refuses(place.url, "newer", /newer version.*99/);
});

test("three thousand random doubles come back to the last digit", async (place) => {
  const database = await migrated(place.url);
  const bytes = new DataView(crypto.getRandomValues(new Uint8Array(24_000)).buffer);
  const doubles = Array.from({ length: 3000 }, (_, at) => bytes.getFloat64(at * 8))
    .filter(Number.isFinite);
  const times = quarterHours("2020-01-01", doubles.length);
  const power = powerDelivery(times).harvest.rows[0];
  await database.save(
    delivery({ ...power, rows: power.rows.map((row, at) => row.with(4, doubles[at])) }),
  );
  const stored = (await rows(database, { table: "power_readings" })).map((row) => row.power_w);
  assert.deepEqual(stored, doubles);
  await database.close();
});

test("a value that does not fit is an error, not a warning, and nothing of its delivery stays", async (place) => {
  const database = await migrated(place.url);
  const equipment = rowsOf("equipment", [{ site_id: 1, device_key: "x".repeat(256) }]);
  await assert.rejects(
    database.save(powerDelivery(quarterHours("2026-05-01", 4), {
      harvest: { rows: [powerDelivery(quarterHours("2026-05-01", 4)).harvest.rows[0], equipment] },
    })),
    (error) => error instanceof DatabaseError && error.kind === "failed",
  );
  assert.deepEqual(await rows(database, { table: "power_readings" }), []);
  assert.equal((await database.save(powerDelivery(quarterHours("2026-05-01", 4)))).inserted, 4);
  await database.close();
});

test("texts larger than one statement are saved in several", async (place) => {
  const database = await migrated(place.url);
  const notes = "é".repeat(30_000);
  const sites = Array.from(
    { length: 300 },
    (_, at) => ({ site_id: at + 1, notes: `${at}${notes}` }),
  );
  assert.equal((await database.save(delivery(rowsOf("sites", sites)))).inserted, 300);
  const stored = await rows(database, { table: "sites" });
  assert.deepEqual(stored.map((row) => row.notes), sites.map((one) => one.notes));
  await database.close();
});

test("thousands of rows are counted as inserted, changed and unchanged", async (place) => {
  const database = await migrated(place.url);
  const times = quarterHours("2020-01-01", 3777);
  await database.save(powerDelivery(times.filter((_, at) => at % 3 !== 0)));
  const saved = await database.save(
    powerDelivery(times, { fetchedAt: later, keepRevisions: true }),
  );
  const fresh = times.filter((_, at) => at % 3 === 0).length;
  assert.equal(saved.inserted, fresh);
  assert.equal(saved.changed + saved.unchanged, times.length - fresh);
  // The first row stands at the first place in both; all others have moved.
  assert.equal(saved.changed, saved.revised.length);
  assert.ok(saved.changed > 2000);
  await database.close();
});

test("reading page by page looks at each row about once, however long a site or device is", async (place) => {
  const database = await migrated(place.url);
  const times = quarterHours("2026-01-01", 12_000);
  const [power] = powerDelivery(times).harvest.rows;
  const samples = {
    table: "inverter_telemetry" as const,
    columns: ["site_id", "device_key", "timestamp", "local_time", "interval_s", "temperature_c"],
    rows: ["A", "B"].flatMap((device) => times.map((time) => [1, device, `${time}Z`, time, 0, 1])),
  };
  await database.save(delivery([power, samples]));
  const looked = async () =>
    Number((await server!.admin("show global status like 'Handler_read_%'"))
      .reduce((sum, one) => sum + Number(one.Value), 0));
  for (
    const [table, count] of [["power_readings", 12_000], ["inverter_telemetry", 24_000]] as const
  ) {
    const before = await looked();
    let last: Value[] = [];
    let read = 0;
    for await (const page of database.read({ table })) {
      for (const row of page) {
        assert.ok(String(row.slice(0, 4)) > String(last), "in the order of the key");
        last = row.slice(0, 4);
      }
      read += page.length;
    }
    assert.equal(read, count);
    const effort = await looked() - before;
    assert.ok(effort < 1.5 * count, `${effort} rows looked at for ${count}`);
  }
  await database.close();
});

test("the site and its dates find their rows through the key", async (place) => {
  const database = await migrated(place.url);
  await database.save(powerDelivery(quarterHours("2026-01-01", 5000)));
  const before = await rowsRead();
  const day = Temporal.PlainDate.from("2026-01-10");
  const found = await rows(database, {
    table: "power_readings",
    siteIds: [1],
    start: day,
    end: day,
  });
  assert.equal(found.length, 96);
  const read = await rowsRead() - before;
  assert.ok(read < 1500, `${read} rows read`);
  await database.close();
});

test("each page begins where the one before has ended", async (place) => {
  const database = await migrated(place.url);
  const times = quarterHours("2020-01-01", 20_000);
  await database.save(powerDelivery(times));
  const before = await rowsRead();
  assert.equal((await rows(database, { table: "power_readings" })).length, times.length);
  const read = await rowsRead() - before;
  assert.ok(read < 1.5 * times.length, `${read} rows read`);
  await database.close();
});

test("new readings are saved without a look at those of other times", async (place) => {
  const database = await migrated(place.url);
  const times = quarterHours("2026-01-01", 6000);
  await database.save(powerDelivery(times.slice(0, 5900)));
  const before = await rowsRead();
  assert.equal((await database.save(powerDelivery(times.slice(5900)))).inserted, 100);
  const read = await rowsRead() - before;
  assert.ok(read < 100, `${read} rows read`);
  await database.close();
});

/** How many rows the server has read in the order of a key, since it was started. */
async function rowsRead(): Promise<number> {
  const counts = await server!.admin("show global status like 'Handler_read_%next'");
  return counts.reduce((sum, one) => sum + Number(one.Value), 0);
}

test("a server without bulk takes thousands of rows as well", async (place) => {
  await (await migrated(place.url)).close();
  const session = await connect(addressOf(place.url));
  try {
    assert.notEqual(session.bulk, null, "MariaDB has bulk");
    const given = powerDelivery(quarterHours("2020-01-01", 3777)).harvest.rows[0];
    const batch = rowBatch(given);
    const constants = constantsOf(batch.table, batch.columns, {
      source: "v1",
      fetchedAt: "2026-06-01T12:00:00Z",
      revisions: false,
      rank: "answer",
    });
    const insert = (one: MariadbSession) =>
      insertRows(one, batch, constants, "power_w = values(power_w)");
    const inserted = { inserted: given.rows.length, changed: 0 };
    assert.deepEqual(await insert({ ...session, bulk: null }), inserted);
    const asValues = await session.rows("select * from power_readings order by timestamp");
    await session.script("truncate power_readings");
    assert.deepEqual(await insert(session), inserted);
    assert.deepEqual(
      await session.rows("select * from power_readings order by timestamp"),
      asValues,
    );
  } finally {
    await session.close();
  }
});

test("a reader that is left midway gives its connection back", async (place) => {
  const database = await migrated(place.url);
  await database.save(powerDelivery(quarterHours("2026-05-01", 3000)));
  for await (const page of database.read({ table: "power_readings" })) {
    assert.equal(page.length, 1000);
    break;
  }
  await database.close();
});

test("a day that no calendar has is refused among thousands, and nothing of its delivery stays", async (place) => {
  const database = await migrated(place.url);
  const times = quarterHours("2026-02-01", 1500);
  const wrong = times.map((time, at) => at === 1200 ? "2026-02-30T00:00:00" : time);
  await assert.rejects(
    database.save(powerDelivery(wrong)),
    (error) => error instanceof DatabaseError && error.kind === "failed",
  );
  assert.deepEqual(await rows(database, { table: "power_readings" }), []);
  assert.equal((await database.save(powerDelivery(times))).inserted, 1500);
  await database.close();
});

test("a reading that another program puts there meanwhile is counted as there", async (place) => {
  const database = await migrated(place.url);
  const other = await connect(addressOf(place.url));
  try {
    const times = quarterHours("2026-05-01", 1200);
    await other.script(`
      begin;
      insert into power_readings
        (site_id, timestamp, local_time, interval_s, power_w, source, updated_at)
      values
        (1, '${times[1000]}', '${times[1000]}', 900, 1500, 'v1', '2026-05-01'),
        (1, '${times[1001]}', '${times[1001]}', 900, 0, 'v1', '2026-05-01')`);
    const saving = database.save(powerDelivery(times));
    // Nobody sees those rows until they are committed, but their keys are taken: saving waits for them.
    const waits = `select count(*) from information_schema.innodb_lock_waits
      where blocking_trx_id in (select trx_id from information_schema.innodb_trx
        where trx_mysql_thread_id = connection_id())`;
    while ((await other.rows(waits))[0][0] === 0) {
      // The server counts again only when it has not been asked for a tenth of a second.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await other.script("commit");
    const { inserted, changed, unchanged } = await saving;
    assert.deepEqual([inserted, changed, unchanged], [1198, 1, 1]);
  } finally {
    await other.close();
    await database.close();
  }
});
