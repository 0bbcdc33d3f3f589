/**
 * The product's own way of saving against one `INSERT … SELECT … ON CONFLICT DO UPDATE` inside PostgreSQL
 * with the same rules, on real tables: rows per second and their ratio, first for an empty table, then
 * again with the same values; and rows per second of reading all of it.
 * `deno run -A bench/postgres_bench.ts [POWER_ROWS] [TELEMETRY_ROWS]`
 */
import postgres from "postgres";
import { openDatabase } from "../src/database/open.ts";
import { readingsDiffer, readingsSet } from "../src/database/postgres/upsert.ts";
import { table as factsOf } from "../src/model/tables.ts";
import { startPostgres } from "../tests/support/postgres_server.ts";
import { type Load, powerLoad, telemetryLoad } from "./loads.ts";

const server = await startPostgres();
if (!server) {
  console.log("no PostgreSQL here: install the package, or name a server in TEST_POSTGRES_URL");
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
async function engine(schema: string, load: Load): Promise<number[]> {
  const table = factsOf(load.table);
  const columns = load.columns.map((name) => table.columns.find((one) => one.name === name)!);
  const names = [...load.columns, "source", "updated_at"].join(", ");
  const connection = postgres(server!.url(), { max: 1, onnotice: () => {} });
  await connection.unsafe(`
    set search_path = ${schema};
    create unlogged table staging as select * from ${table.name} order by ${table.key};
    truncate ${table.name};
  `).simple();
  const speeds: number[] = [];
  for (let run = 0; run < 2; run++) {
    const start = performance.now();
    await connection.unsafe(`
      insert into ${table.name} (${names}) select ${names} from staging
      on conflict (${table.key}) do update set
        ${readingsSet(table, columns, "excluded").join(", ")}
      where ${readingsDiffer(table, columns, "excluded")}`);
    speeds.push(load.rowCount / (performance.now() - start) * 1000);
  }
  await connection.end();
  return speeds;
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
    for (const [at, speed] of (await engine(place.schema, load)).entries()) {
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
