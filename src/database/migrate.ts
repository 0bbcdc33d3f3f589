import { pythonSets } from "../model/python_tool.ts";
import { table as factsOf, tables } from "../model/tables.ts";
import { instantText } from "../model/site_time.ts";
import type { TableName } from "../model/table.ts";
import type { MigrationReport } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { type RowBatch, wholeRows } from "./row_batch.ts";
import { type Awaitable, columnsByTable, type Session } from "./session.ts";

/** One step of the schema, numbered from 1 without gaps. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** The schema of a dialect: its migrations in order, and the views, which are made again when their text changes. */
export interface Schema {
  readonly migrations: readonly Migration[];
  readonly views: string;
}

/** What a dialect does for the migrations. */
export interface Migrating<S extends Session> {
  readonly schema: Schema;
  /**
   * Asks for pairs of a table or view that is there and one of its columns; of one table alone where it is named,
   * which is a tenth of the work.
   */
  catalogue(table?: TableName): string;
  /** Runs the work alone among all processes, and undoes it when it throws, where the database can. */
  alone<T>(session: S, work: () => Awaitable<T>): Promise<T>;
  /** Writes whole rows as they are, inside a transaction of the caller; one that is there is replaced or kept. */
  write(session: S, batch: RowBatch, there: "replaced" | "kept"): Awaitable<void>;
}

export type SchemaState = "empty" | "behind" | "current";

/**
 * Whether the tables are there and up to date. Reads only.
 * Throws DatabaseError `foreign` or `newer`.
 */
export async function schemaState(
  session: Session,
  { schema, catalogue }: Pick<Migrating<Session>, "schema" | "catalogue">,
): Promise<SchemaState> {
  const applied = await appliedHere(session, schema, catalogue);
  if (applied.length === 0) return "empty";
  return schema.migrations.every((one) => applied.includes(one.version)) ? "current" : "behind";
}

/** The number under which stands which views were made; migrations begin at 1. */
const viewsVersion = 0;

/**
 * Applies the migrations that are missing, and makes the views again: always, or where one is missing or was made
 * from another text. Of two processes that start at once, one waits and then finds nothing left to do. Throws
 * DatabaseError; `foreign` and `newer` before anything is written.
 */
export async function migrate<S extends Session>(
  session: S,
  dialect: Migrating<S>,
  now: Temporal.Instant,
  views: "always" | "changed",
): Promise<MigrationReport> {
  const { schema, catalogue } = dialect;
  await appliedHere(session, schema, catalogue);
  const note = async (version: number, name: string) => {
    const rows = [[version, name, instantText(now)]];
    await dialect.write(session, wholeRows({ table: "schema_migrations", rows }), "replaced");
  };
  return await dialect.alone(session, async () => {
    const here = new Set(await appliedHere(session, schema, catalogue));
    const missing = schema.migrations.filter((one) => !here.has(one.version));
    for (const { version, name, sql } of missing) {
      await session.script(sql);
      await note(version, name);
    }
    const there = await columnsByTable(session, catalogue());
    const made = `views ${await digest(schema.views)}`;
    if (
      views === "always" || missing.length > 0 || await viewsMade(session) !== made ||
      !viewNames(schema).every((one) => there.has(one))
    ) {
      await session.script(schema.views);
      await note(viewsVersion, made);
    }
    return {
      isShared: pythonSets(there).length > 0,
      applied: missing.map((one) => one.name),
      version: newestVersion(schema),
      views: viewNames(schema).length,
    };
  });
}

/** Which views were made last, by the text of all of them; null where that is not known. */
async function viewsMade(session: Session): Promise<string | null> {
  const [found] = await session.rows(
    `select name from schema_migrations where version = ${viewsVersion}`,
  );
  return found ? String(found[0]) : null;
}

/** SHA-256 of a text, in hexadecimal. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).toHex();
}

/** The names of the views that a schema makes. */
export function viewNames(schema: Schema): string[] {
  return [...schema.views.matchAll(/^create (?:or replace )?view (\w+)/gim)].map((match) =>
    match[1]
  );
}

async function appliedHere(
  session: Session,
  schema: Schema,
  catalogue: Migrating<Session>["catalogue"],
): Promise<readonly number[]> {
  const ownTable = await columnsByTable(session, catalogue("schema_migrations"));
  if (isOurs(ownTable)) return await appliedVersions(session, schema);
  const there = await columnsByTable(session, catalogue());
  // Between the two looks another process may have made the tables.
  if (isOurs(there)) return await appliedVersions(session, schema);
  if (pythonSets(there).length > 0) {
    throw new DatabaseError(
      "foreign",
      `${session.address} is a database of the Python tool; nothing was changed. Set ` +
        "SEH_DATABASE_URL to a new database, for example sqlite:///./seh-harvest.db. Then take " +
        `over what the Python tool has stored: seh import ${importable(session.address)}`,
    );
  }
  const ours = [...tables.map((one) => one.name), ...viewNames(schema)];
  const inTheWay = ours.filter((name) => there.has(name));
  if (inTheWay.length > 0) {
    throw new DatabaseError(
      "foreign",
      `${session.address} holds tables of another program (${inTheWay.join(", ")}); nothing was ` +
        "changed. Set SEH_DATABASE_URL to another database, for example " +
        "sqlite:///./seh-harvest.db",
    );
  }
  return [];
}

function isOurs(columns: ReadonlyMap<string, readonly string[]>): boolean {
  const migrations = columns.get("schema_migrations");
  const own = factsOf("schema_migrations").columns;
  return migrations?.length === own.length && own.every(({ name }) => migrations.includes(name));
}

async function appliedVersions(session: Session, schema: Schema): Promise<readonly number[]> {
  const applied = (await session.rows("select version from schema_migrations"))
    .map(([version]) => Number(version));
  const newest = Math.max(0, ...applied);
  if (newest > newestVersion(schema)) {
    throw new DatabaseError(
      "newer",
      `${session.address} was made by a newer version of seh (schema ${newest}; this one knows ` +
        `${newestVersion(schema)}); nothing was changed. Use that version, or set ` +
        "SEH_DATABASE_URL to another database",
    );
  }
  return applied;
}

/** What the person writes after `seh import`: an address for people may name a schema behind it. */
function importable(address: string): string {
  return address.includes("://") ? "URL" : address;
}

function newestVersion(schema: Schema): number {
  return Math.max(...schema.migrations.map((one) => one.version));
}
