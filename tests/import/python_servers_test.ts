import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { openPythonMariadb } from "../../src/import/python/mariadb.ts";
import { openPythonPostgres } from "../../src/import/python/postgres.ts";
import { pythonReader } from "../../src/import/python/tool.ts";
import { type MariadbServer, startMariadb } from "../support/mariadb_server.ts";
import { freshOn } from "../support/on_each_database.ts";
import { freshFile } from "../support/fresh_file.ts";
import { type PostgresServer, startPostgres } from "../support/postgres_server.ts";
import { storedRows } from "../support/stored_rows.ts";
import { importFrom, migrated, rightRows, sample, totals, truthOf } from "./python_truth.ts";

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
        // The file lists only what is not right; numbers that were used up tell the second pass.
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
        const told = await rightRows(database, truth);
        assert.equal(told["power_readings stale"], 58);
        assert.equal(told["power_readings partial"], 2);
        assert.equal(told["power_readings second pass"], 3);
        assert.equal(told["power_readings missing"], 16);
        assert.equal(told["power_details stale"], 96);
        assert.equal(told["power_details empty"], 16);
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
  const dump = await readFile(sample("python-tool-new.postgresql.sql"), "utf8");
  const place = await server.fresh();
  // Lines that begin with a backslash are for psql.
  const sql = dump.replaceAll(/^\\.*$/gm, "").replaceAll("public.", `${place.schema}.`)
    .replaceAll(/^ALTER .* OWNER TO .*;$/gm, "");
  await server.admin(sql.replaceAll(/^COPY (.+) FROM stdin;\n([^]*?)(?<=\n)\n/gm, asInsert));
  return place;
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
  const dump = await readFile(sample("python-tool-new.mariadb.sql"), "utf8");
  const place = await server.fresh();
  const sql = dump.replace(/^\/\*M!999999.*\n/, "").replaceAll(/\/\*!50013 DEFINER=[^*]*\*\//g, "");
  await server.admin(`use ${place.database}; ${sql}`);
  return place;
}
