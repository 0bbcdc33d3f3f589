import { openDatabase } from "../../../src/database/open.ts";
import type { Schema } from "../../../src/database/migrate.ts";
import type { Database, Selection } from "../../../src/database/database.ts";
import type { Value } from "../../../src/model/table.ts";
import { isChosen } from "../../support/scope.ts";
import { table as factsOf, tables } from "../../../src/model/tables.ts";

/** How the suite gets at one kind of database. */
export interface DialectUnderTest {
  readonly name: string;
  /** There is no server here: the tests are reported as ignored. */
  readonly ignore?: boolean;
  /** The address of a database of its own that is empty, and that is removed when disposed. */
  fresh(): Promise<{ url: string } & AsyncDisposable>;
  readonly schema: Schema;
  /** Runs statements on it past the program; instants are written as `2026-05-01T00:00:00Z`. */
  execute(url: string, sql: string): Promise<unknown>;
  /** How many tests there are for each that runs outside of `test:all`; 1 by default. */
  readonly oneIn?: number;
  /** What is done to the fresh tables before a test uses them. */
  prepare?(url: string): Promise<void>;
}

export type Row = Record<string, Value>;

/** Registers a test with a migrated database that holds no rows. */
export type DatabaseTest = (name: string, run: (database: Database) => Promise<void>) => void;

/** The place of a dialect that its tests use one after the other: tables are slower to make than to empty. */
const places = new Map<DialectUnderTest, Promise<{ url: string } & AsyncDisposable>>();
const emptied = tables.map((one) => one.name).filter((name) => name !== "schema_migrations")
  .map((name) => `delete from ${name};`).join("\n");

export function databaseTest(dialect: DialectUnderTest): DatabaseTest {
  return (name, run) => {
    if (!isChosen(name, { oneIn: dialect.oneIn ?? 1 })) return;
    Deno.test(`${dialect.name}: ${name}`, { ignore: dialect.ignore ?? false }, async () => {
      const database = await openEmpty(dialect);
      try {
        await run(database);
      } finally {
        await database.close();
      }
    });
  };
}

async function openEmpty(dialect: DialectUnderTest): Promise<Database> {
  const there = places.get(dialect);
  if (there === undefined) {
    const made = dialect.fresh();
    places.set(dialect, made);
    return await openMigrated(dialect, (await made).url);
  }
  const { url } = await there;
  await dialect.execute(url, emptied);
  return await openDatabase(url);
}

/** Removes what the tests of a dialect shared. */
export async function disposePlace(dialect: DialectUnderTest): Promise<void> {
  const place = places.get(dialect);
  places.delete(dialect);
  await (await place)?.[Symbol.asyncDispose]();
}

/** Opens a fresh database and makes its tables. */
export async function openMigrated(dialect: DialectUnderTest, url: string): Promise<Database> {
  const database = await openDatabase(url);
  await database.migrate();
  await dialect.prepare?.(url);
  return database;
}

/** All selected rows as objects. */
export async function rows(database: Database, selection: Selection): Promise<Row[]> {
  const names = factsOf(selection.table).columns.map((one) => one.name);
  const found: Row[] = [];
  for await (const page of database.read(selection)) {
    for (const row of page) {
      found.push(Object.fromEntries(names.map((name, at) => [name, row[at]])));
    }
  }
  return found;
}

/** Inserted, changed, unchanged. */
export function counts(saved: { inserted: number; changed: number; unchanged: number }): number[] {
  return [saved.inserted, saved.changed, saved.unchanged];
}
