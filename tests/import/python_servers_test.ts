import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { openPythonMariadb } from "../../src/import/python/mariadb.ts";
import { openPythonPostgres } from "../../src/import/python/postgres.ts";
import { pythonReader } from "../../src/import/python/tool.ts";
import { type MariadbServer, startMariadb } from "../support/mariadb_server.ts";
import { runInWorld } from "../support/captured_world.ts";
import { freshOn } from "../support/on_each_database.ts";
import { freshFile } from "../support/fresh_file.ts";
import { type PostgresServer, startPostgres } from "../support/postgres_server.ts";
import { storedRows } from "../support/stored_rows.ts";
import {
  importedAt,
  importFrom,
  migrated,
  rightRows,
  sample,
  totals,
  truthOf,
} from "./python_truth.ts";

const [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()]);

const targets = [
  { name: "sqlite", fresh: freshFile },
  ...(postgres ? [{ name: "postgres", fresh: () => freshOn(postgres) }] : []),
  ...(mariadb ? [{ name: "mariadb", fresh: () => freshOn(mariadb) }] : []),
];

for (const target of targets) {
  Deno.test(
    `${target.name}: the Python tool's database on PostgreSQL comes over, the repeated hour resolved`,
    {
      ignore: postgres === null,
    },
    async () => {
      await using source = await restoredPostgres(postgres!);
      await using place = await target.fresh();
      const database = await migrated(place.url);
      try {
        const reader = async () => await pythonReader(await openPythonPostgres(source.url, "UTC"));
        const report = await importFrom(database, await reader());
        assert.equal(report.tables.find((one) => one.table === "power_readings")?.rows, 743);
        assert.equal(report.tables.find((one) => one.table === "power_details")?.rows, 861);
        // The file lists only what is not right; numbers that were used up show the second pass.
        assert.deepEqual(
          await rightRows(database, await truthOf("python-tool-new.postgresql.truth.csv")),
          {
            "power_readings either pass": 1,
            "power_readings second pass": 3,
            "power_readings partial": 1,
            "power_details either pass": 1,
            "power_details second pass": 3,
            "power_details partial": 1,
            "energy_readings stale": 1,
            "energy_readings partial": 1,
            "inverter_telemetry second pass": 8,
            "inverter_telemetry missing": 100,
          },
        );
        const flows = await storedRows(database, "power_flows");
        assert.equal(flows.length, 5);
        assert.ok(flows.some((one) => one.timestamp === "2026-10-24T14:07:01Z"));
        assert.deepEqual(totals(await importFrom(database, await reader())).slice(0, 2), [0, 0]);
      } finally {
        await database.close();
      }
    },
  );

  Deno.test(
    `${target.name}: the Python tool's database on MariaDB comes over with all its digits`,
    {
      ignore: mariadb === null,
    },
    async () => {
      await using source = await restoredMariadb(mariadb!);
      await using place = await target.fresh();
      const database = await migrated(place.url);
      try {
        const reader = async () => await pythonReader(await openPythonMariadb(source.url, null));
        const report = await importFrom(database, await reader());
        assert.equal(report.tables.find((one) => one.table === "power_readings")?.rows, 727);
        assert.equal(report.tables.find((one) => one.table === "power_details")?.rows, 845);
        // Counters lost digits when the dump was made, so what is stored of them differs from the truth.
        const truth = (await truthOf("python-tool-new.mariadb.truth.csv"))
          .filter((one) => one.table !== "inverter_telemetry");
        const counts = await rightRows(database, truth);
        assert.equal(counts["power_readings stale"], 58);
        assert.equal(counts["power_readings partial"], 2);
        assert.equal(counts["power_readings second pass"], 3);
        assert.equal(counts["power_readings missing"], 16);
        assert.equal(counts["power_details stale"], 96);
        assert.equal(counts["power_details empty"], 16);
        const flows = await storedRows(database, "power_flows");
        assert.equal(flows.length, 9);
        // The server and the computer had the clock of Berlin.
        assert.match(String(flows[2].timestamp), /^2026-10-24T14:07:0\dZ$/);
        assert.deepEqual(totals(await importFrom(database, await reader())).slice(0, 2), [0, 0]);
      } finally {
        await database.close();
      }
    },
  );
}

Deno.test("a PostgreSQL server with another zone than today's is read in the zone that is named", {
  ignore: postgres === null,
}, async () => {
  await using source = await restoredPostgres(postgres!);
  const read = async (writtenIn: string) => {
    const database = await openPythonPostgres(source.url, writtenIn);
    for await (const page of database.rows("seh_", "power_readings", { timestamp: "wall" })) {
      await database.close();
      return page[0].timestamp;
    }
  };
  assert.equal(await read("UTC"), "2026-10-17T04:00:00");
  assert.equal(await read("America/New_York"), "2026-10-17T00:00:00");
  const notes = async (writtenIn: string) => {
    const database = await migrated("sqlite:///:memory:");
    const reader = await pythonReader(await openPythonPostgres(source.url, writtenIn));
    const report = await importFrom(database, reader);
    await database.close();
    return report.notes.join("\n");
  };
  assert.match(await notes("Asia/Tokyo"), /stored before their time.*--written-in/);
  assert.doesNotMatch(await notes("UTC"), /before their time/);
});

Deno.test("numbers of four bytes are read with all the digits that they hold", {
  ignore: mariadb === null,
}, async () => {
  await using source = await restoredMariadb(mariadb!);
  await mariadb!.admin(
    `use ${source.database}; update seh_inverter_telemetry set total_energy = 17330270, ac_voltage = 227.063 where id = 1`,
  );
  const database = await openPythonMariadb(source.url, null);
  const columns = { total_energy: "number", ac_voltage: "number" } as const;
  for await (const page of database.rows("seh_", "inverter_telemetry", columns)) {
    assert.deepEqual([page[0].total_energy, page[0].ac_voltage], [17330270, 227.063]);
  }
  await database.close();
});

async function restoredPostgres(server: PostgresServer) {
  const place = await server.fresh();
  await restorePostgres(server, place);
  return place;
}

async function restorePostgres(server: PostgresServer, place: { schema: string }) {
  const dump = await readFile(sample("python-tool-new.postgresql.sql"), "utf8");
  // Lines that begin with a backslash are for psql.
  const sql = dump.replaceAll(/^\\.*$/gm, "").replaceAll("public.", `${place.schema}.`)
    .replaceAll(/^ALTER .* OWNER TO .*;$/gm, "");
  await server.admin(sql.replaceAll(/^COPY (.+) FROM stdin;\n([^]*?)(?<=\n)\n/gm, asInsert));
}

/** What psql copies, as a statement that any client can send. */
function asInsert(_: string, into: string, text: string): string {
  const rows = text.split("\n").filter((line) => line !== "").map((line) =>
    `(${
      line.split("\t").map((one) => one === "\\N" ? "null" : `'${one.replaceAll("'", "''")}'`)
        .join(", ")
    })`
  );
  return rows.length === 0 ? "" : `insert into ${into} values ${rows.join(",\n")};\n`;
}

async function restoredMariadb(server: MariadbServer) {
  const place = await server.fresh();
  await restoreMariadb(server, place);
  return place;
}

async function restoreMariadb(server: MariadbServer, place: { database: string }) {
  const dump = await readFile(sample("python-tool-new.mariadb.sql"), "utf8");
  const sql = dump.replace(/^\/\*M!999999.*\n/, "").replaceAll(/\/\*!50013 DEFINER=[^*]*\*\//g, "");
  await server.admin(`use ${place.database}; ${sql}`);
}

for (const [name, server] of [["postgres", postgres], ["mariadb", mariadb]] as const) {
  Deno.test(`${name}: what the Python tool stored comes over within the database that both use`, {
    ignore: server === null,
  }, async () => {
    const isPostgres = name === "postgres";
    await using place = await server!.fresh();
    const restore = () =>
      isPostgres
        ? restorePostgres(postgres!, place as { schema: string } & typeof place)
        : restoreMariadb(mariadb!, place as { database: string } & typeof place);
    const seh = (...args: string[]) =>
      runInWorld(args, {
        cwd: Deno.cwd(),
        now: importedAt,
        env: { SEH_DATABASE_URL: place.url, XDG_CONFIG_HOME: "/nowhere" },
      });
    assert.equal((await seh("init-db")).code, 0);
    await restore();
    const count = async (table: string) =>
      Number((await server!.select(place.url, `select count(*) as n from ${table}`))[0].n);
    const before = await count("seh_power_readings");
    assert.match((await seh("init-db")).stderr, /The Python tool keeps its data in the same place/);
    const { code, stderr } = await seh("import", place.url);
    assert.equal(code, 0, stderr);
    assert.equal(await count("power_readings"), before);
    assert.equal(await count("seh_power_readings"), before);
    const again = await seh("import", place.url, "--json");
    for (const { inserted, changed } of JSON.parse(again.stdout).sources[0].tables) {
      assert.deepEqual([inserted, changed], [0, 0]);
    }
  });

  Deno.test(`${name}: a database of the Python tool alone is left alone, and reported`, {
    ignore: server === null,
  }, async () => {
    await using source = name === "postgres"
      ? await restoredPostgres(postgres!)
      : await restoredMariadb(mariadb!);
    const { code, stderr } = await runInWorld(["init-db"], {
      cwd: Deno.cwd(),
      env: { SEH_DATABASE_URL: source.url, XDG_CONFIG_HOME: "/nowhere" },
    });
    assert.equal(code, 6);
    assert.match(stderr, /is a database of the Python tool; nothing was changed.*seh import/);
  });
}
