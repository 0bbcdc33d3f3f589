import { DatabaseSync } from "node:sqlite";

/** The address of an empty database of a test's own, removed when disposed. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string;
  /** The rows of a query, past the program and its driver's settings. */
  select(sql: string): Promise<Record<string, unknown>[]>;
  /** Runs one statement, likewise. */
  change(sql: string): Promise<void>;
}

/** An SQLite file in a folder of its own. */
export async function freshFile(): Promise<FreshDatabase> {
  const folder = await Deno.makeTempDir({ prefix: "seh-test-" });
  const file = `${folder}/seh.db`;
  return {
    url: `sqlite:///${file}`,
    select(sql) {
      using database = new DatabaseSync(file);
      return Promise.resolve(database.prepare(sql).all());
    },
    change(sql) {
      using database = new DatabaseSync(file);
      database.exec(sql);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
