/**
 * The product's own way of saving against one `INSERT … SELECT` with the same ON CONFLICT clause inside
 * SQLite, on real tables: rows per second and their ratio, first for an empty table, then again with
 * the same values. The two take turns, and the best of three rounds counts, since what else a machine does
 * only ever slows them down. `deno run -A bench/upsert_bench.ts [POWER_ROWS] [TELEMETRY_ROWS]`
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { TableRows } from "../src/model/harvest.ts";
import type { Column, Table, TableName, Value } from "../src/model/table.ts";
import { table as factsOf } from "../src/model/tables.ts";
import type { Piece } from "../src/database/database.ts";
import { openDatabase } from "../src/database/open.ts";
import { upsertStatement } from "../src/database/sqlite/upsert.ts";

const firstQuarter = Temporal.Instant.from("2020-01-01T00:00:00Z").epochMilliseconds;
const fetchedAt = Temporal.Instant.from("2026-06-01T12:00:00Z");
/** A month of quarter-hours: what one request brings. */
const rowsPerPiece = 2976;

/** What a run of the bench saves: piece after piece, made when it is asked for. */
interface Load {
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly rowCount: number;
  pieces(): Generator<TableRows>;
}

/** So many sites with a power reading per quarter-hour, in key order, a month a piece. */
function powerLoad(rowCount: number): Load {
  const sites = 10;
  const columns = [
    "site_id",
    "timestamp",
    "local_time",
    "interval_s",
    "power_w",
    "measured_by",
  ];
  return load("power_readings", columns, rowCount, sites, (site, timestamp, local, at) => [
    site + 1,
    timestamp,
    local,
    900,
    Math.round(Math.abs(Math.sin(at / 30)) * 8e6) / 1000,
    "INVERTER",
  ]);
}

/** Telemetry of inverters with every column filled. */
function telemetryLoad(rowCount: number): Load {
  const devices = 10;
  const facts = factsOf("inverter_telemetry");
  const columns = facts.columns.map((one) => one.name)
    .filter((name) => !["source", "extra", "updated_at"].includes(name));
  const data = facts.columns.filter((one) =>
    columns.includes(one.name) && !facts.key.includes(one.name) && one.name !== "local_time"
  );
  const value = ({ type }: Column, seed: number): Value => {
    if (type === "text") return "MPPT";
    return type === "integer" ? 0 : Math.round(Math.abs(Math.sin(seed)) * 4e5) / 1000;
  };
  return load("inverter_telemetry", columns, rowCount, devices, (device, timestamp, local, at) => [
    1,
    `7E18${1000 + device}-00`,
    timestamp,
    local,
    0,
    ...data.map((column, number) => value(column, at / 30 + number)),
  ]);
}

function load(
  table: TableName,
  columns: readonly string[],
  rowCount: number,
  series: number,
  row: (series: number, timestamp: string, local: string, at: number) => Value[],
): Load {
  const perSeries = rowCount / series;
  return {
    table,
    columns,
    rowCount,
    *pieces() {
      for (let one = 0; one < series; one++) {
        for (let first = 0; first < perSeries; first += rowsPerPiece) {
          const length = Math.min(rowsPerPiece, perSeries - first);
          const rows = Array.from({ length }, (_, next) => {
            const at = first + next;
            const local = new Date(firstQuarter + at * 900_000).toISOString().slice(0, 19);
            return row(one, `${local}Z`, local, at);
          });
          yield { table, columns, rows };
        }
      }
    },
  };
}

const pieceOf = (rows: TableRows): Piece => ({
  source: "v1",
  series: "bench",
  dataType: "power",
  harvest: { rows: [rows] },
  stretches: [],
  marks: [],
  fetchedAt,
});

/** Rows per second of the product: first run, second run with the same rows. */
async function product(folder: string, load: Load): Promise<number[]> {
  const database = await openDatabase(`sqlite:///${join(folder, "product.db")}`);
  await database.migrate();
  const speeds: number[] = [];
  for (const unchanged of [0, load.rowCount]) {
    let milliseconds = 0;
    let same = 0;
    for (const rows of load.pieces()) {
      const start = performance.now();
      same += (await database.save(pieceOf(rows))).unchanged;
      milliseconds += performance.now() - start;
    }
    speeds.push(load.rowCount / milliseconds * 1000);
    if (same !== unchanged) throw new Error(`${same} rows unchanged instead of ${unchanged}`);
  }
  await database.close();
  return speeds;
}

/** Rows per second of one statement inside SQLite with the same clause, from a staging table. */
async function engine(folder: string, load: Load): Promise<number[]> {
  const target = join(folder, "engine.db");
  const made = await openDatabase(`sqlite:///${target}`);
  await made.migrate();
  await made.close();
  const table = factsOf(load.table);
  const database = new DatabaseSync(target);
  database.exec("pragma synchronous = normal");
  database.exec(`attach '${join(folder, "product.db")}' as product`);
  database.exec(
    `create table staging as select * from product.${table.name} order by ${table.key}`,
  );
  const statement = insertSelect(table, load.columns);
  const speeds: number[] = [];
  for (let run = 0; run < 2; run++) {
    const start = performance.now();
    database.exec(statement);
    speeds.push(load.rowCount / (performance.now() - start) * 1000);
  }
  database.close();
  return speeds;
}

function insertSelect(table: Table, names: readonly string[]): string {
  const columns = names.map((name) => table.columns.find((one) => one.name === name)!);
  const shape = { rows: 1, varying: columns.map((_, at) => at) };
  const text = upsertStatement(table, columns, shape, false);
  const clause = text.slice(text.indexOf("on conflict")).replace(
    "seh_changed(excluded.updated_at)",
    "excluded.updated_at",
  );
  const all = [...names, "source", "updated_at"].join(", ");
  return `insert into ${table.name} (${all}) select ${all} from staging where true\n${clause}`;
}

const figure = (speed: number) => `${Math.round(speed / 1000)} k/s`.padStart(10);

async function compare(load: Load): Promise<void> {
  const ours = [0, 0];
  const limit = [0, 0];
  for (let round = 0; round < 3; round++) {
    const folder = await Deno.makeTempDir({ prefix: "seh-bench-" });
    try {
      keepBest(ours, await product(folder, load));
      keepBest(limit, await engine(folder, load));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  for (const [at, run] of ["insert", "unchanged"].entries()) {
    console.log(
      `${load.table.padEnd(20)} ${run.padEnd(10)} save ${figure(ours[at])}   insert…select ${
        figure(limit[at])
      }   ratio ${(ours[at] / limit[at]).toFixed(2)}`,
    );
  }
}

function keepBest(best: number[], speeds: readonly number[]): void {
  for (const [at, speed] of speeds.entries()) best[at] = Math.max(best[at], speed);
}

await compare(powerLoad(Number(Deno.args[0] ?? 1_000_000)));
await compare(telemetryLoad(Number(Deno.args[1] ?? 200_000)));
