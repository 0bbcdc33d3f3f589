import assert from "node:assert/strict";
import postgres from "postgres";
import { DatabaseError, type DatabaseErrorKind } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import { postgresSchema as schema } from "../../src/database/schemas.ts";
import { sqlTypes } from "../../src/database/postgres/binary_parameters.ts";
import { tables } from "../../src/model/tables.ts";
import { newName } from "../support/new_name.ts";
import { startPostgres } from "../support/postgres_server.ts";
import { testDatabase } from "./conformance.ts";
import { rows } from "./conformance/dialect.ts";
import { figures, latestFigures, saveLatestFigures } from "./latest_figures.ts";
import { delivery, later, noon, powerDelivery, quarterHours, rowsOf } from "./deliveries.ts";

const server = await startPostgres();
const ignore = server === null;
const fresh = () => server!.fresh();

const execute = (url: string, sql: string) => server!.select(url, sql);

testDatabase({ name: "postgres", ignore, fresh, schema, execute });
testDatabase({
  name: "postgres partitioned by month",
  ignore,
  fresh,
  schema,
  execute,
  prepare: (url) => server!.partition(url),
  // The program does not know whether tables are partitioned: the server does the work.
  oneIn: 3,
});

/** A test with a schema of its own. */
function test(name: string, run: (url: string, schema: string) => Promise<void>): void {
  Deno.test(`postgres: ${name}`, { ignore }, async () => {
    await using place = await fresh();
    await run(place.url, place.schema);
  });
}

async function refuses(url: string, kind: DatabaseErrorKind, says: RegExp) {
  await assert.rejects(openDatabase(url), (error) => {
    assert.ok(error instanceof DatabaseError, String(error));
    assert.match(error.message, says);
    assert.equal(error.kind, kind);
    return true;
  });
}

test(
  "the schema has every column of the facts and no other",
  async (url, name) => {
    const database = await openDatabase(url);
    await database.migrate();
    await database.close();
    const there = await server!.admin(`
    select table_name || '.' || column_name || ' ' ||
      replace(replace(data_type, 'timestamp with time zone', 'timestamptz'),
        'timestamp without time zone', 'timestamp') ||
      case is_nullable when 'NO' then ' not null' else '' end as line
    from information_schema.columns c join information_schema.tables t
      using (table_schema, table_name)
    where table_schema = '${name}' and table_type = 'BASE TABLE'
  `);
    const facts = tables.flatMap((table) =>
      table.columns.map((column) =>
        `${table.name}.${column.name} ${sqlTypes[column.type]}` +
        (column.required || table.key.includes(column.name) ? " not null" : "")
      )
    );
    assert.deepEqual(there.map((row) => row.line).sort(), facts.sort());
    const keys = await server!.admin(`
    select conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) as line
    from pg_constraint where connamespace = '${name}'::regnamespace and contype = 'p'`);
    assert.deepEqual(
      keys.map((row) => String(row.line).replace(`${name}.`, "").replaceAll('"', "")).sort(),
      tables.map((table) => `${table.name} PRIMARY KEY (${table.key.join(", ")})`).sort(),
    );
    const collations = await server!.admin(`
    select c.relname || '.' || a.attname as line
    from pg_index i join pg_class c on c.oid = i.indrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
    where c.relnamespace = '${name}'::regnamespace and i.indisprimary
      and a.atttypid = 'text'::regtype and a.attcollation <> '"C"'::regcollation`);
    assert.deepEqual(collations, []);
  },
);

Deno.test("postgres: every file of the migrations folder is applied, in the order of its numbers", () => {
  const folder = new URL("../../sql/postgres/migrations/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map((one) => one.name).sort();
  assert.deepEqual(schema.migrations.map((one) => `${one.name}.sql`), files);
  const numbers = files.map((name) => Number(name.slice(0, 4)));
  assert.deepEqual(schema.migrations.map((one) => one.version), numbers);
});

test("every view can be read, and the newest and daily figures are in them", async (url, name) => {
  const database = await openDatabase(url);
  await database.migrate();
  await database.save(powerDelivery(quarterHours("2026-05-01", 8)));
  await database.save(delivery([
    rowsOf("sites", [{ site_id: 1, name: "Roof" }]),
    rowsOf("batteries", ["B1", "B2"].map((key) => ({ site_id: 1, device_key: key }))),
    rowsOf("equipment", [{ site_id: 1, device_key: "7E1", category: "inverter" }]),
    rowsOf(
      "energy_readings",
      [["DAY", "2026-04-01", 100], ["DAY", "2026-04-02", 50], ["MONTH", "2026-05-01", 900]].map((
        [unit, date, energy],
      ) => ({
        site_id: 1,
        time_unit: unit,
        reading_date: date,
        energy_wh: energy,
        is_complete: 1,
      })),
    ),
    rowsOf(
      "battery_telemetry",
      [5, -7].map((power, at) => ({
        site_id: 1,
        device_key: "B1",
        timestamp: `2026-05-01T00:0${at}:00Z`,
        local_time: `2026-05-01T00:0${at}:00`,
        interval_s: 0,
        power_w: power,
      })),
    ),
  ]));
  const all = async (view: string, columns: string) =>
    (await server!.admin(`set search_path = ${name}; select ${columns} from ${view}`))
      .map((row) => Object.values(row));
  assert.deepEqual(
    await all("v_site_summary", "inverters::int, batteries::int, open_alerts::int"),
    [
      [1, 2, 0],
    ],
  );
  assert.deepEqual(await all("v_daily_energy", "reading_date::text, energy_kwh"), [
    ["2026-04-01", 0.1],
    ["2026-04-02", 0.05],
  ]);
  assert.deepEqual(await all("v_latest_power", "site_name, local_time::text, power_w"), [
    ["Roof", "2026-05-01 01:45:00", 10.5],
  ]);
  assert.deepEqual(await all("v_power_flow_current", "pv_power_w"), []);
  assert.deepEqual(await all("v_sync_status", "series"), []);
  assert.deepEqual(await all("v_equipment_list", "site_name, device_key"), [["Roof", "7E1"]]);
  assert.deepEqual(await all("v_battery_status", "device_key, power_w"), [["B1", -7], [
    "B2",
    null,
  ]]);
  assert.deepEqual(await all("v_energy_monthly", "month::text, energy_wh, basis, days::int"), [
    ["2026-05-01", 900, "MONTH", null],
    ["2026-04-01", 150, "DAY", 2],
  ]);
  await database.close();
});

test("the latest figures of a site are shown whatever source they come from", async (url, name) => {
  const database = await openDatabase(url);
  await database.migrate();
  await saveLatestFigures(database);
  await database.close();
  const rows = await server!.admin(
    `set search_path = ${name}; select ${figures} from v_site_summary order by site_id`,
  );
  assert.deepEqual(
    rows.map((row) => Object.values(row).map((one) => one === null ? null : Number(one))),
    latestFigures,
  );
});

test("rights on a view and what was built upon it outlive the next sync", async (url, name) => {
  const database = await openDatabase(url);
  await database.migrate();
  await server!.admin(`
    set search_path = ${name};
    create view mine as select * from v_daily_energy;
    grant select on v_daily_energy to public`);
  await database.migrate();
  await database.close();
  const rights = await server!.admin(
    `select has_table_privilege('public', '${name}.v_daily_energy', 'select') as granted`,
  );
  assert.equal(rights[0].granted, true);
});

test("a database of the Python tool is refused and stays as it is", async (url, name) => {
  await server!.admin(`
    set search_path = ${name};
    create table sites (id serial primary key, name varchar(255));
    insert into sites (name) values ('Roof')`);
  await refuses(url, "foreign", /sites.*SEH_DATABASE_URL/);
  assert.deepEqual(
    (await server!.admin(`select relname from pg_class where relnamespace = '${name}'::regnamespace
      and relkind in ('r', 'v')`)).map((row) => row.relname),
    ["sites"],
  );
});

test("a database of a newer version is refused", async (url, name) => {
  const database = await openDatabase(url);
  await database.migrate();
  await database.close();
  await server!.admin(`insert into ${name}.schema_migrations values (99, '0099_future', now())`);
  await refuses(url, "newer", /newer version.*99/);
});

test("times are the same whatever the zone of the server, the role or the process", async (url) => {
  const role = newName("zoned");
  await server!.admin(`
    create role ${role} superuser login;
    alter role ${role} set timezone = 'America/St_Johns';
    alter role ${role} set datestyle = 'SQL, DMY';
    alter role ${role} set extra_float_digits = 0;
    alter role ${role} set default_transaction_isolation = 'serializable'`);
  try {
    const zoned = new URL(url);
    zoned.username = role;
    const script = `
      import { openDatabase } from "${new URL("../../src/database/open.ts", import.meta.url)}";
      import { delivery, rowsOf } from "${new URL("deliveries.ts", import.meta.url)}";
      const database = await openDatabase(Deno.args[0]);
      await database.migrate();
      await database.save(delivery([
        rowsOf("sites", [{ site_id: 1, data_start_date: "2026-03-29",
          last_update_local: "2026-03-29T02:30:00", last_update_at: "2026-03-29T01:30:00Z",
          lifetime_energy_wh: 0.1 + 0.2 }]),
      ]));
      for await (const [row] of database.read({ table: "sites" })) console.log(JSON.stringify(row));
      console.log(JSON.stringify((await database.known()).sites[0]));
      await database.close();`;
    const said = async (timeZone: string) => {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "eval",
          "--config",
          new URL("../../deno.json", import.meta.url).pathname,
          script,
          zoned.href,
        ],
        env: { TZ: timeZone },
      }).output();
      assert.equal(new TextDecoder().decode(stderr).replace(/Check.*\n/g, ""), "");
      return new TextDecoder().decode(stdout);
    };
    const inAuckland = await said("Pacific/Auckland");
    assert.equal(await said("America/New_York"), inAuckland);
    for (const text of ["2026-03-29T02:30:00", "2026-03-29T01:30:00Z", "0.30000000000000004"]) {
      assert.ok(inAuckland.includes(text), `${text} in ${inAuckland}`);
    }
  } finally {
    await server!.admin(`drop owned by ${role}; drop role ${role}`);
  }
});

test("a server that ends idle connections lets these wait", async (url) => {
  const database = await openDatabase(
    url.replace("-csearch_path", "-cidle_session_timeout=1500 $&"),
  );
  await database.migrate();
  await using lock = await database.lock({ host: "attic", pid: 1, since: noon });
  await new Promise((resolve) => setTimeout(resolve, 2200));
  assert.equal(lock.lost.aborted, false);
  assert.equal((await database.save(powerDelivery(quarterHours("2026-05-01", 4)))).inserted, 4);
  await database.close();
});

testOfLoss(
  "after a connection is lost between two deliveries the next one is saved",
  async (place) => {
    const { url, terminate } = place;
    const database = await openDatabase(url);
    await database.migrate();
    await terminate();
    // Until the end of the connection has been noticed, a delivery may meet it.
    const save = () => database.save(powerDelivery(quarterHours("2026-05-01", 4)));
    const saved = await save().catch(save).catch(save);
    assert.equal(saved.inserted, 4);
    await database.close();
  },
);

testOfLoss(
  "of a delivery that loses its connection midway nothing is there, and the next is saved",
  async ({ url, schema: name, terminate }) => {
    const database = await openDatabase(url);
    await database.migrate();
    const whole = powerDelivery(quarterHours("2026-05-01", 20));
    const [power] = whole.harvest.rows;
    // The second table waits for a lock when the connection is ended.
    const blocker = postgres(server!.url(), { max: 1, onnotice: () => {} });
    await blocker.unsafe(`begin; lock table ${name}.power_details`).simple();
    const details = { ...power, table: "power_details" as const, columns: detailsColumns };
    const saving = database.save({ ...whole, harvest: { rows: [power, details] } });
    const failed = assert.rejects(
      saving,
      (error) => error instanceof DatabaseError && error.kind === "unreachable",
    );
    await waitingForLock(name);
    await terminate();
    await failed;
    await blocker.unsafe("rollback").simple();
    await blocker.end();
    assert.deepEqual(await rows(database, { table: "power_readings" }), []);
    assert.equal((await database.save(whole)).inserted, 20);
    await database.close();
  },
);

test("after a statement that fails the next delivery is saved", async (url) => {
  const database = await openDatabase(url);
  await database.migrate();
  const wrong = powerDelivery(["2026-13-45T00:00:00"]);
  await assert.rejects(
    database.save(wrong),
    (error) => error instanceof DatabaseError && error.kind === "failed",
  );
  assert.equal((await database.save(powerDelivery(quarterHours("2026-05-01", 4)))).inserted, 4);
  await database.close();
});

testOfLoss(
  "reading that loses its connection midway fails instead of ending early",
  async (place) => {
    const { url, terminate } = place;
    const database = await openDatabase(url);
    await database.migrate();
    await database.save(powerDelivery(quarterHours("2026-01-01", 5000)));
    let seen = 0;
    await assert.rejects(async () => {
      for await (const page of database.read({ table: "power_readings" })) {
        if (seen === 0) await terminate();
        seen += page.length;
      }
    }, (error) => error instanceof DatabaseError && error.kind === "unreachable");
    assert.ok(seen < 5000);
    await database.close();
  },
);

testOfLoss("a run is told when its lock is lost", async ({ url, terminate }) => {
  const database = await openDatabase(url);
  await database.migrate();
  const lock = await database.lock({ host: "here", pid: 1, since: noon });
  assert.equal(lock.lost.aborted, false);
  const told = new Promise((resolve) => lock.lost.addEventListener("abort", resolve));
  await terminate();
  await told;
  assert.ok(lock.lost.reason instanceof DatabaseError);
  await lock[Symbol.asyncDispose]();
  await database.close();
});

test("giving the lock back is no loss, and two schemas have two locks", async (url) => {
  await using other = await fresh();
  const databases = await Promise.all([openDatabase(url), openDatabase(other.url)]);
  const holder = { host: "a-host-whose-name-is-rather-long.example.org", pid: 7, since: noon };
  const locks = await Promise.all(databases.map((one) => one.lock(holder)));
  await Promise.all(locks.map((one) => one[Symbol.asyncDispose]()));
  assert.deepEqual(locks.map((one) => one.lost.aborted), [false, false]);
  await databases[0].migrate();
  await using _held = await databases[0].lock(holder);
  await databases[0].recordRun({ runId: "r", holder });
  await assert.rejects(databases[0].lock(holder), new RegExp(`${holder.host}, process 7`));
  await Promise.all(databases.map((one) => one.close()));
});

test(
  "a table that grows far beyond what the server last saw of it is still found by key",
  async (url, name) => {
    const database = await openDatabase(url);
    await database.migrate();
    const details = { keepRevisions: true, fetchedAt: later };
    for (const month of ["01", "02", "03", "04", "05"]) {
      const times = quarterHours(`2026-${month}-01`, 6000);
      await database.save(powerDelivery(times));
      await database.save(powerDelivery(times.toReversed(), details));
    }
    await database.close();
    // The server says what a connection did when that has ended.
    let told: Record<string, unknown>;
    do {
      [told] = await server!.admin(`
        select
          n_tup_ins = (select count(*) from ${name}.power_readings) as is_whole,
          (seq_tup_read + idx_tup_fetch)::float8 as looked_at
        from pg_stat_user_tables
        where schemaname = '${name}' and relname = 'power_readings'`);
    } while (!told.is_whole);
    // Each of the 60,000 rows given is looked for a few times; comparing it with all would take millions.
    assert.ok(told.looked_at as number < 300_000, `${told.looked_at} rows were looked at`);
  },
);

test("months that are added later take over the rows that waited for them", async (url, name) => {
  const database = await openDatabase(url);
  await database.migrate();
  await server!.partition(url);
  assert.equal(await database.state(), "current");
  await database.save(powerDelivery(quarterHours("2026-06-30", 192)));
  const partitions = async () =>
    (await server!.admin(`
      select tableoid::regclass::text as part, count(*)::int as count
      from ${name}.power_readings group by 1 order by 1`))
      .map((row) => [String(row.part).replace(`${name}.`, ""), row.count]);
  assert.deepEqual(await partitions(), [
    ["power_readings_2026_06", 96],
    ["power_readings_default", 96],
  ]);
  const before = await rows(database, { table: "power_readings" });
  const [{ made }] = await server!.admin(
    `set search_path = ${name}; select seh_add_months('2026-05-15', '2026-07-01') as made`,
  );
  assert.equal(made, 9);
  assert.deepEqual(await partitions(), [
    ["power_readings_2026_06", 96],
    ["power_readings_2026_07", 96],
  ]);
  assert.deepEqual(await rows(database, { table: "power_readings" }), before);
  const again = await database.save(powerDelivery(quarterHours("2026-06-30", 192)));
  assert.equal(again.unchanged, 192);
  await database.close();
});

test("tables that hold readings are not partitioned by accident", async (url) => {
  const database = await openDatabase(url);
  await database.migrate();
  await database.save(powerDelivery(quarterHours("2026-05-01", 4)));
  await assert.rejects(server!.partition(url), /power_readings holds rows already/);
  assert.equal((await rows(database, { table: "power_readings" })).length, 4);
  await database.close();
});

const detailsColumns = ["site_id", "timestamp", "local_time", "interval_s", "production_w"];

/** Likewise, with a user of its own, by whom the server distinguishes its connections from those of other tests. */
function testOfLoss(name: string, run: (one: Losing) => Promise<void>): void {
  test(name, async (url, schema) => {
    const user = newName("losing");
    await server!.admin(`create role ${user} superuser login`);
    const own = new URL(url);
    own.username = user;
    try {
      await run({
        url: own.href,
        schema,
        terminate: async () => {
          await server!.admin(
            `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${user}'`,
          );
        },
      });
    } finally {
      await server!.admin(`drop owned by ${user}; drop role ${user}`);
    }
  });
}

/** A schema, and how to end every connection that has come to it by this address. */
interface Losing {
  readonly url: string;
  readonly schema: string;
  terminate(): Promise<void>;
}

async function waitingForLock(name: string): Promise<void> {
  while (true) {
    const [found] = await server!.admin(`
      select count(*)::int as waiting from pg_locks
      where not granted and relation = '${name}.power_details'::regclass`);
    if (found.waiting) return;
  }
}

test(
  "a reading that another program puts there meanwhile is counted as there",
  async (url, schema) => {
    const database = await openDatabase(url);
    await database.migrate();
    const other = postgres(server!.url(), { max: 1 });
    try {
      const times = quarterHours("2026-05-01", 1200);
      await other.unsafe(`
      begin;
      insert into ${schema}.power_readings
        (site_id, timestamp, local_time, interval_s, power_w, source, updated_at)
      values
        (1, '${times[1000]}Z', '${times[1000]}', 900, 1500, 'v1', '2026-05-01'),
        (1, '${times[1001]}Z', '${times[1001]}', 900, 0, 'v1', '2026-05-01')`);
      const saving = database.save(powerDelivery(times));
      // Nobody sees those rows until they are committed, but their keys are taken: saving waits for them.
      const [{ pid }] = await other`select pg_backend_pid() as pid`;
      const waits = `select count(*)::integer as count from pg_stat_activity
      where ${pid} = any(pg_blocking_pids(pid)) and query like 'insert into power_readings%'`;
      while ((await server!.admin(waits))[0].count === 0);
      await other.unsafe("commit");
      const { inserted, changed, unchanged } = await saving;
      assert.deepEqual([inserted, changed, unchanged], [1198, 1, 1]);
    } finally {
      await other.end();
      await database.close();
    }
  },
);

test("a day that no calendar has is refused among thousands, and nothing of its delivery stays", async (url) => {
  const database = await openDatabase(url);
  await database.migrate();
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
