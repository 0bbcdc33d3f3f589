import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { startMariadb } from "../support/mariadb_server.ts";
import { powerDelivery, quarterHours } from "./deliveries.ts";

// These tests change settings that hold for all who use a server.
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
