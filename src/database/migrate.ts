import { pythonSets } from "../model/python_tool.ts";
import { table as factsOf, tables } from "../model/tables.ts";
import type { Awaitable } from "./awaitable.ts";
import type { MigrationReport } from "./database.ts";
import { DatabaseError } from "./database_error.ts";

/** One step of the schema, numbered from 1 without gaps. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** The schema of a dialect: its migrations in order, and the views, which are made anew each time. */
export interface Schema {
  readonly migrations: readonly Migration[];
  readonly views: string;
}

/** What a dialect does for the migrations. */
export interface MigrationStore {
  /** Address without password, for people. */
  readonly address: string;
  /** Tables and views that are there, each with its columns. */
  catalogue(): Awaitable<ReadonlyMap<string, readonly string[]>>;
  /** Versions in `schema_migrations`; asked only where that table is ours. */
  appliedVersions(): Awaitable<readonly number[]>;
  /** Runs the work alone among all processes, and undoes it when it throws, where the database can. */
  exclusively<T>(work: () => Awaitable<T>): Promise<T>;
  /** Runs a text of several statements. */
  run(sql: string): Awaitable<void>;
  record(migration: Migration, appliedAt: Temporal.Instant): Awaitable<void>;
}

export type SchemaState = "empty" | "behind" | "current";

/**
 * Whether the tables are there and up to date. Reads only.
 * Throws DatabaseError `foreign` or `newer`.
 */
export async function schemaState(store: MigrationStore, schema: Schema): Promise<SchemaState> {
  return state(schema, await appliedHere(store, schema));
}

/**
 * Applies the migrations that are missing and makes the views anew. Of two processes that start at once,
 * one waits and then finds nothing left to do. Throws DatabaseError; `foreign` and `newer` before
 * anything is written.
 */
export async function migrate(
  store: MigrationStore,
  schema: Schema,
  now: Temporal.Instant,
): Promise<MigrationReport> {
  await schemaState(store, schema);
  return await store.exclusively(async () => {
    const here = new Set(await appliedHere(store, schema));
    const missing = schema.migrations.filter((one) => !here.has(one.version));
    for (const migration of missing) {
      await store.run(migration.sql);
      await store.record(migration, now);
    }
    await store.run(schema.views);
    const isShared = pythonSets(await store.catalogue()).length > 0;
    return {
      isShared,
      applied: missing.map((one) => one.name),
      version: newestVersion(schema),
      views: viewNames(schema).length,
    };
  });
}

/** The names of the views that a schema makes. */
export function viewNames(schema: Schema): string[] {
  return [...schema.views.matchAll(/^create (?:or replace )?view (\w+)/gim)].map((match) =>
    match[1]
  );
}

async function appliedHere(store: MigrationStore, schema: Schema): Promise<readonly number[]> {
  const catalogue = await store.catalogue();
  const migrations = catalogue.get("schema_migrations");
  if (migrations && sameNames(migrations, columnNames("schema_migrations"))) {
    const applied = await store.appliedVersions();
    const newest = Math.max(0, ...applied);
    if (newest > newestVersion(schema)) {
      throw new DatabaseError(
        "newer",
        `${store.address} was made by a newer version of seh (schema ${newest}; this one knows ` +
          `${newestVersion(schema)}); nothing was changed. Use that version, or set ` +
          "SEH_DATABASE_URL to another database",
      );
    }
    return applied;
  }
  if (pythonSets(catalogue).length > 0) {
    throw new DatabaseError(
      "foreign",
      `${store.address} is a database of the Python tool; nothing was changed. Set ` +
        "SEH_DATABASE_URL to a new database, for example sqlite:///./seh-harvest.db. Then take " +
        `over what the Python tool has stored: seh import ${importable(store.address)}`,
    );
  }
  const ours = [...tables.map((one) => one.name), ...viewNames(schema)];
  const inTheWay = ours.filter((name) => catalogue.has(name));
  if (inTheWay.length > 0) {
    throw new DatabaseError(
      "foreign",
      `${store.address} holds tables of another program (${inTheWay.join(", ")}); nothing was ` +
        "changed. Set SEH_DATABASE_URL to another database, for example " +
        "sqlite:///./seh-harvest.db",
    );
  }
  return [];
}

/** What the person writes after `seh import`: an address for people may name a schema behind it. */
function importable(address: string): string {
  return address.includes("://") ? "URL" : address;
}

function state(schema: Schema, applied: readonly number[]): SchemaState {
  if (applied.length === 0) return "empty";
  return schema.migrations.every((one) => applied.includes(one.version)) ? "current" : "behind";
}

function newestVersion(schema: Schema): number {
  return Math.max(...schema.migrations.map((one) => one.version));
}

function columnNames(name: "schema_migrations"): string[] {
  return factsOf(name).columns.map((one) => one.name);
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
