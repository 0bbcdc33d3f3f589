import { type FreshDatabase, freshFile } from "./fresh_file.ts";
import { startMariadb } from "./mariadb_server.ts";
import { startPostgres } from "./postgres_server.ts";

interface Kind {
  readonly name: string;
  /** Null where there is neither a server nor a package of it on this machine. */
  readonly fresh: (() => Promise<FreshDatabase>) | null;
}

const [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()]);

const kinds: readonly Kind[] = [
  { name: "sqlite", fresh: freshFile },
  { name: "postgres", fresh: postgres && (() => postgres.fresh()) },
  { name: "mariadb", fresh: mariadb && (() => mariadb.fresh()) },
];

/** Registers a test once for each kind of database; where a kind is missing, as ignored, by name. */
export function onEachDatabase(
  name: string,
  run: (fresh: () => Promise<FreshDatabase>) => Promise<void>,
): void {
  for (const kind of kinds) {
    Deno.test({
      name: `${kind.name}: ${name}`,
      ignore: kind.fresh === null,
      fn: () => run(kind.fresh!),
    });
  }
}
