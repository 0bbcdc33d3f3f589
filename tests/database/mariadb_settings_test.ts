import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import type { Value } from "../../src/model/table.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { rows } from "./conformance/dialect.ts";
import { delivery, powerDelivery, quarterHours } from "./deliveries.ts";

// These tests change settings that hold for all who use a server, or count what the whole of it does.
const server = await startMariadb([], { own: true });

type Place = Awaited<ReturnType<NonNullable<typeof server>["fresh"]>>;

/** A test with an empty database of its own. */
function test(name: string, run: (place: Place) => Promise<void>): void {
  Deno.test(`mariadb: ${name}`, { ignore: server === null }, async () => {
    await using place = await server!.fresh();
    await run(place);
  });
}

async function migrated(url: string) {
  const database = await openDatabase(url);
  await database.migrate();
  return database;
}

test("times are the same whatever the zone of the server and of the process", async (place) => {
  await server!.admin("set global time_zone = '+09:30'");
  try {
    const database = await migrated(place.url);
    await database.save(powerDelivery(quarterHours("2026-03-29", 8)));
    await database.close();
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--quiet",
        `
        import { openDatabase } from "${new URL("../../src/database/open.ts", import.meta.url)}";
        const database = await openDatabase(${JSON.stringify(place.url)});
        for await (const page of database.read({ table: "power_readings" })) {
          for (const row of page) console.log(row[1], row[2], row.at(-1));
        }
        await database.close();`,
      ],
      env: { TZ: "America/New_York" },
      cwd: new URL("../../", import.meta.url),
      stderr: "inherit",
    });
    const { stdout } = await child.output();
    assert.deepEqual(
      new TextDecoder().decode(stdout).trim().split("\n"),
      quarterHours("2026-03-29", 8).map((time) => `${time}Z ${time} 2026-06-01T12:00:00Z`),
    );
  } finally {
    await server!.admin("set global time_zone = 'SYSTEM'");
  }
});

test("a server that ends idle transactions lets a slow reader take its time", async ({ url }) => {
  const impatient = (seconds: number) =>
    server!.admin(`set global idle_readonly_transaction_timeout = ${seconds},
      global idle_transaction_timeout = ${seconds}`);
  await impatient(1);
  try {
    const database = await migrated(url);
    await database.save(powerDelivery(quarterHours("2026-01-01", 5000)));
    let seen = 0;
    for await (const page of database.read({ table: "power_readings" })) {
      if (seen === 0) await new Promise((resolve) => setTimeout(resolve, 1600));
      seen += page.length;
    }
    assert.equal(seen, 5000);
    await database.close();
  } finally {
    await impatient(0);
  }
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
