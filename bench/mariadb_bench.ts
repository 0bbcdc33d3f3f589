/**
 * The product's own way of saving against one `INSERT … SELECT … ON DUPLICATE KEY UPDATE` inside MariaDB
 * with the same rules, on real tables: rows per second and their ratio, first for an empty table, then
 * again with the same values; and rows per second of reading all of it.
 * `deno run -A bench/mariadb_bench.ts [POWER_ROWS] [TELEMETRY_ROWS]`
 */
import { openDatabase } from "../src/database/open.ts";
import { setReadings } from "../src/database/mariadb/upsert.ts";
import type { Column, Table } from "../src/model/table.ts";
import { table as factsOf } from "../src/model/tables.ts";
import { startMariadb } from "../tests/support/mariadb_server.ts";
import { type Load, powerLoad, telemetryLoad } from "./loads.ts";

const server = await startMariadb();
if (!server) {
  console.log("no MariaDB here: install the package, or name a server in TEST_MARIADB_URL");
  Deno.exit(0);
}

interface Speeds {
  /** Rows per second: into an empty table, and with the same rows again. */
  readonly runs: readonly number[];
  readonly read: number;
}

async function product(url: string, load: Load): Promise<Speeds> {
  const database = await openDatabase(url);
  await database.migrate();
  const runs: number[] = [];
  for (const unchanged of [0, load.rowCount]) {
    let milliseconds = 0;
    let same = 0;
    for (const piece of load.pieces()) {
      const start = performance.now();
      same += (await database.save(piece)).unchanged;
      milliseconds += performance.now() - start;
    }
    runs.push(load.rowCount / milliseconds * 1000);
    if (same !== unchanged) throw new Error(`${same} rows unchanged instead of ${unchanged}`);
  }
  const start = performance.now();
  let count = 0;
  for await (const page of database.read({ table: load.table })) count += page.length;
  const read = count / (performance.now() - start) * 1000;
  await database.close();
  return { runs, read };
}

/** From a copy of what the product has stored, into tables that are as fresh. */
async function engine(database: string, load: Load): Promise<number[]> {
  const table = factsOf(load.table);
  const columns = load.columns.map((name) => table.columns.find((one) => one.name === name)!);
  const names = [...load.columns, "source", "updated_at"].join(", ");
  await server!.admin(`
    use ${database};
    create table staging as select * from ${table.name} order by ${table.key};
    truncate ${table.name};
  `);
  const speeds: number[] = [];
  for (let run = 0; run < 2; run++) {
    const start = performance.now();
    await server!.admin(`
      use ${database};
      insert into ${table.name} (${names}) select ${names} from staging as given
      on duplicate key update ${engineClause(table, columns)}`);
    speeds.push(load.rowCount / (performance.now() - start) * 1000);
  }
  return speeds;
}

/** The clause of the product; beside a second table the names of the first need its name before them. */
function engineClause(table: Table, columns: readonly Column[]): string {
  const words = new RegExp(
    `(?<!values\\()\\b(${table.columns.map((one) => one.name).join("|")})\\b`,
    "g",
  );
  return setReadings(table, columns).replace(words, `${table.name}.$1`);
}

const figure = (speed: number) => `${Math.round(speed / 1000)} k/s`.padStart(10);

for (
  const load of [
    powerLoad(Number(Deno.args[0] ?? 1_000_000)),
    telemetryLoad(Number(Deno.args[1] ?? 200_000)),
  ]
) {
  const ours = [0, 0];
  const limit = [0, 0];
  let read = 0;
  // The best counts, since what else a machine does only ever slows it down.
  for (let round = 0; round < 2; round++) {
    await using place = await server.fresh();
    const speeds = await product(place.url, load);
    read = Math.max(read, speeds.read);
    for (const [at, speed] of speeds.runs.entries()) ours[at] = Math.max(ours[at], speed);
    for (const [at, speed] of (await engine(place.database, load)).entries()) {
      limit[at] = Math.max(limit[at], speed);
    }
  }
  for (const [at, run] of ["insert", "unchanged"].entries()) {
    console.log(
      `${load.table.padEnd(20)} ${run.padEnd(10)} save ${figure(ours[at])}   insert…select ${
        figure(limit[at])
      }   ratio ${(ours[at] / limit[at]).toFixed(2)}`,
    );
  }
  console.log(`${load.table.padEnd(20)} ${"read".padEnd(10)}      ${figure(read)}`);
}
