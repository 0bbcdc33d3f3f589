/** The databases that the benches run on: a fresh place in each, and its own `INSERT … SELECT`. */
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../src/database/open.ts";
import { setReadings } from "../src/database/mariadb/upsert.ts";
import { upsertStatement } from "../src/database/sqlite/upsert.ts";
import { readingRules } from "../src/database/upsert_rules.ts";
import type { Column, Table } from "../src/model/table.ts";
import { table as factsOf } from "../src/model/tables.ts";
import { startMariadb } from "../tests/support/mariadb_server.ts";
import { startPostgres } from "../tests/support/postgres_server.ts";
import type { Load } from "./loads.ts";

/** A kind of database. */
export interface Engine {
  fresh(): Promise<Place>;
}

/** An empty database. */
export interface Place extends AsyncDisposable {
  readonly url: string;
  /**
   * A function that inserts what the product has stored of a load into an empty table of the same form, by one
   * statement inside the database that has the same rules for rows that are there; again, it finds them.
   */
  insertSelect(load: Load): Promise<() => Promise<void>>;
}

const starts = {
  SQLite: () => Promise.resolve(sqlite),
  PostgreSQL: postgresEngine,
  MariaDB: mariadbEngine,
};

export type EngineName = keyof typeof starts;

export const engineNames = Object.keys(starts) as EngineName[];

/** One of them; null, having said so, where its server cannot be started here. */
export function startEngine(name: EngineName): Promise<Engine | null> {
  return starts[name]();
}

const sqlite: Engine = {
  async fresh() {
    const folder = await Deno.makeTempDir({ prefix: "seh-bench-" });
    return {
      url: `sqlite:///${folder}/product.db`,
      async insertSelect(load) {
        const target = `${folder}/engine.db`;
        const made = await openDatabase(`sqlite:///${target}`);
        await made.migrate();
        await made.close();
        const { table, columns, names } = shapeOf(load);
        const database = new DatabaseSync(target);
        database.exec(`
          pragma synchronous = normal;
          attach '${folder}/product.db' as product;
          create table staging as select * from product.${table.name} order by ${table.key};
          detach product`);
        const shape = { rows: 1, varying: columns.map((_, at) => at) };
        const upsert = upsertStatement(table, columns, shape, false);
        const clause = upsert.slice(upsert.indexOf("on conflict"))
          .replace("seh_changed(excluded.updated_at)", "excluded.updated_at");
        return async () =>
          await database.exec(
            `insert into ${table.name} (${names}) select ${names} from staging where true ${clause}`,
          );
      },
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
};

async function postgresEngine(): Promise<Engine | null> {
  const server = await startPostgres();
  if (!server) {
    console.log("no PostgreSQL here: install the package, or name a server in TEST_POSTGRES_URL");
    return null;
  }
  return {
    async fresh() {
      const place = await server.fresh();
      const run = (sql: string) => server.admin(`set search_path = ${place.schema}; ${sql}`);
      return {
        url: place.url,
        async insertSelect(load) {
          const { table, columns, names } = shapeOf(load);
          await run(`
            create unlogged table staging as select * from ${table.name} order by ${table.key};
            truncate ${table.name}`);
          const { set, setSource, differ } = readingRules(table, columns, {
            old: (name) => `${table.name}.${name}`,
            given: (name) => `excluded.${name}`,
            differ: (a, b) => `${a} is distinct from ${b}`,
          });
          return async () =>
            void await run(`
              insert into ${table.name} (${names}) select ${names} from staging
              on conflict (${table.key}) do update set
                ${[...set(), ...setSource, "updated_at = excluded.updated_at"].join(", ")}
              where ${differ}`);
        },
        [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
      };
    },
  };
}

async function mariadbEngine(): Promise<Engine | null> {
  const server = await startMariadb();
  if (!server) {
    console.log("no MariaDB here: install the package, or name a server in TEST_MARIADB_URL");
    return null;
  }
  return {
    async fresh() {
      const place = await server.fresh();
      const run = (sql: string) => server.admin(`use ${place.database}; ${sql}`);
      return {
        url: place.url,
        async insertSelect(load) {
          const { table, columns, names } = shapeOf(load);
          await run(`
            create table staging as select * from ${table.name} order by ${table.key};
            truncate ${table.name}`);
          // Beside a second table the names of the first need its name before them.
          const words = new RegExp(
            `(?<!values\\()\\b(${table.columns.map((one) => one.name).join("|")})\\b`,
            "g",
          );
          const clause = setReadings(table, columns).replace(words, `${table.name}.$1`);
          return async () =>
            void await run(`
              insert into ${table.name} (${names}) select ${names} from staging as given
              on duplicate key update ${clause}`);
        },
        [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
      };
    },
  };
}

function shapeOf(load: Load): { table: Table; columns: Column[]; names: string } {
  const table = factsOf(load.table);
  return {
    table,
    columns: load.columns.map((name) => table.columns.find((one) => one.name === name)!),
    names: [...load.columns, "source", "updated_at"].join(", "),
  };
}
