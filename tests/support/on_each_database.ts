import { openDatabase } from "../../src/database/open.ts";
import { type FreshDatabase, freshFile } from "./fresh_file.ts";
import { type MariadbServer, startMariadb } from "./mariadb_server.ts";
import { type PostgresServer, startPostgres } from "./postgres_server.ts";
import { onBundle, oneOf, scope } from "./scope.ts";

/** A kind of database that tests run on. */
export interface Kind {
  readonly name: string;
  /** Null where there is neither a server nor a package of it on this machine. */
  readonly fresh: (() => Promise<FreshDatabase>) | null;
}

const isFast = scope === "fast";
const [postgres, mariadb] = isFast
  ? [null, null]
  : await Promise.all([startPostgres(), startMariadb()]);

const sqlite: Kind = { name: "sqlite", fresh: freshFile };

/**
 * What the sync tests run on: three kinds of database, and PostgreSQL with tables cut into months. Without
 * servers, in `test:fast`, SQLite alone.
 */
export const kinds: readonly Kind[] = isFast ? [sqlite] : [
  sqlite,
  { name: "postgres", fresh: postgres && (() => freshOn(postgres)) },
  { name: "postgres partitioned by month", fresh: postgres && (() => freshPartitioned(postgres)) },
  { name: "mariadb", fresh: mariadb && (() => freshOn(mariadb)) },
];

/**
 * Registers a test once for each kind of database; where a kind is missing, as ignored, by name. PostgreSQL is
 * tried whole or by month, in turns, and both in `test:all`. What runs on the bundle has run on all of them
 * from source, so it takes one kind in turns.
 */
export function onEachDatabase(
  name: string,
  run: (fresh: () => Promise<FreshDatabase>) => Promise<void>,
): void {
  register(name, kindsFor(name), run);
}

/**
 * Likewise, for what does not depend on how rows are stored, or of which some tests on each kind are enough: on
 * one kind in turns, by the name and TEST_SEED, and on each in `test:all`.
 */
export function onOneDatabase(
  name: string,
  run: (fresh: () => Promise<FreshDatabase>) => Promise<void>,
): void {
  register(name, scope === "all" ? kinds : [oneOf(kinds, name)], run);
}

/** Likewise, for what takes seconds on each: on a file, and on one of the servers in turns. */
export function onFileAndServer(
  name: string,
  run: (fresh: () => Promise<FreshDatabase>) => Promise<void>,
): void {
  const servers = kinds.filter((one) => one !== sqlite);
  register(
    name,
    scope === "usual" && !onBundle ? [sqlite, oneOf(servers, name)] : kindsFor(name),
    run,
  );
}

function register(
  name: string,
  on: readonly Kind[],
  run: (fresh: () => Promise<FreshDatabase>) => Promise<void>,
): void {
  for (const kind of on) {
    Deno.test({
      name: `${kind.name}: ${name}`,
      ignore: kind.fresh === null,
      fn: () => run(kind.fresh!),
    });
  }
}

function kindsFor(name: string): readonly Kind[] {
  if (scope === "all" || isFast) return kinds;
  if (onBundle) return [oneOf(kinds, name)];
  const left = oneOf(kinds.filter((one) => one.name.startsWith("postgres")), name);
  return kinds.filter((one) => one !== left);
}

/** An empty database of a server. */
export async function freshOn(server: PostgresServer | MariadbServer): Promise<FreshDatabase> {
  const place = await server.fresh();
  const select = (sql: string) => server.select(place.url, sql);
  return { ...place, select, change: async (sql) => void await select(sql) };
}

async function freshPartitioned(server: PostgresServer): Promise<FreshDatabase> {
  const place = await freshOn(server);
  const database = await openDatabase(place.url);
  await database.migrate();
  await database.close();
  // What comes later goes to the default partitions.
  await server.partition(place.url, "2026-10-01");
  return place;
}
