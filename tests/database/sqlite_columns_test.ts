// Not in test:fast: thousands of rows of any value.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Database } from "../../src/database/database.ts";
import { isDatabaseError } from "../../src/database/database_error.ts";
import { openDatabase } from "../../src/database/open.ts";
import { readWholeTable } from "../../src/database/sqlite/columns.ts";
import { DatabaseFile } from "../../src/database/sqlite/database_file.ts";
import { connect } from "../../src/database/sqlite/driver.ts";
import { PackedColumn } from "../../src/model/packed_column.ts";
import type { Column, TableName, Value } from "../../src/model/table.ts";
import { table as factsOf } from "../../src/model/tables.ts";
import { sitesOfAnyValue as sites } from "../support/sites_of_any_value.ts";

/** Runs the work in a folder that is gone afterwards. */
function test(name: string, work: (path: string) => Promise<void>): void {
  Deno.test(`sqlite: ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "seh-columns-" });
    try {
      await work(`${folder}/seh.db`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function opened(path: string): Promise<Database & AsyncDisposable> {
  const database = await openDatabase(`sqlite:///${path}`);
  return { ...database, [Symbol.asyncDispose]: () => database.close() };
}

function emptyColumns(table: TableName): PackedColumn[] {
  return factsOf(table).columns.map((one) => new PackedColumn(one.type));
}

/** What columns hold, as rows. */
function rowsOf(table: TableName, columns: readonly PackedColumn[]): Value[][] {
  const unpacked = columns.map((one, at) => valuesOf(factsOf(table).columns[at], one));
  return unpacked[0].map((_, row) => unpacked.map((values) => values[row]));
}

function valuesOf({ type }: Column, column: PackedColumn): Value[] {
  const texts = [...column.texts.keys()];
  const text = (microseconds: number) => new Date(microseconds / 1000).toISOString().slice(0, 19);
  let next = 0;
  return Array.from(column.present.subarray(0, column.rows), (isPresent) => {
    if (!isPresent) return null;
    const value = column.values[next];
    const exact = column.exact.get(next++);
    if (type === "text" || type === "json") return texts[value];
    if (type === "instant") return `${text(value)}Z`;
    if (type === "local") return text(value);
    if (type === "date") return text(value * 86_400_000_000).slice(0, 10);
    return exact ?? value;
  });
}

async function inColumns(database: Database, table: TableName): Promise<Value[][]> {
  const columns = emptyColumns(table);
  let count = 0;
  for await (const more of database.readColumns({ table }, columns)) count += more;
  assert.equal(count, columns[0].rows);
  return rowsOf(table, columns);
}

async function inRows(database: Database, table: TableName): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of database.read({ table })) for (const row of page) rows.push([...row]);
  return rows;
}

/** What stands in the pages of a file; null: it is not read that way. */
function outOfPages(path: string, table: TableName): Value[][] | null {
  const connection = connect(path, { readOnly: true });
  const files: DatabaseFile[] = [];
  try {
    connection.database.exec("begin");
    const columns = emptyColumns(table);
    const counts = readWholeTable(connection, { table }, columns, (name) => {
      files.push(new DatabaseFile(name));
      return files[0];
    });
    if (counts === null) return null;
    for (const _ of counts);
    return rowsOf(table, columns);
  } finally {
    connection.database.close();
    for (const one of files) one[Symbol.dispose]();
  }
}

/** Value by value: to show how two such lists differ takes minutes. */
function assertSame(actual: readonly (readonly Value[])[] | null, rows: readonly Value[][]): void {
  assert.equal(actual?.length, rows.length);
  const { columns } = factsOf("sites");
  for (const [row, values] of rows.entries()) {
    for (const [at, value] of values.entries()) {
      if (Object.is(actual![row][at], value)) continue;
      const both: Value[] = [actual![row][at], value];
      const shown = both.map((one) => String(one).slice(0, 40));
      assert.fail(`row ${row}, ${columns[at].name}: ${shown.join(" instead of ")}`);
    }
  }
}

/** A file with these sites, as rows are read from it. */
async function filled(path: string, rows: readonly (readonly Value[])[]): Promise<Value[][]> {
  await using database = await opened(path);
  await database.migrate();
  await database.write({ table: "sites", rows });
  return await inRows(database, "sites");
}

test("columns out of the pages of a file hold each value as rows do", async (path) => {
  const given = sites(3000);
  const rows = await filled(path, given);
  assertSame(outOfPages(path, "sites"), rows);
  // Some values are stored as others: a zero has no sign, a text no NUL.
  const kept = given.flat().filter((one) => !Object.is(one, -0) && !String(one).includes("\0"));
  assert.ok(kept.length > 100_000);
  const stored = new Set(rows.flat());
  for (const one of kept) assert.ok(stored.has(one), String(one).slice(0, 40));
});

for (const pageSize of [512, 65_536]) {
  test(`columns out of pages of ${pageSize} bytes hold the same`, async (path) => {
    const rows = await filled(path, sites(300));
    alter(path, `pragma page_size = ${pageSize}; vacuum`);
    using file = new DatabaseFile(path);
    assert.equal(file.pageSize, pageSize);
    assertSame(outOfPages(path, "sites"), rows);
  });
}

test("columns without a value, and a table without a row, are read out of pages too", async (path) => {
  const { columns } = factsOf("sites");
  const bare = columns.map(({ name, required }) =>
    name === "site_id" ? 7 : required ? "2026-06-01T12:00:00Z" : null
  );
  const rows = await filled(path, [bare]);
  assertSame(outOfPages(path, "sites"), rows);
  assert.deepEqual(outOfPages(path, "alerts"), []);
});

test("a row from before a column was added has none in it", async (path) => {
  const rows = await filled(path, sites(20));
  alter(path, "alter table sites drop column address2; alter table sites add column address2 text");
  const at = factsOf("sites").columns.findIndex((one) => one.name === "address2");
  assertSame(outOfPages(path, "sites"), rows.map((row) => row.with(at, null)));
});

test("what is not as our tables are is read by rows, to the same end", async (path) => {
  const rows = await filled(path, sites(20));
  // A default stands in no row from before.
  alter(
    path,
    "alter table sites drop column address2; alter table sites add column address2 text default 'x'",
  );
  assert.equal(outOfPages(path, "sites"), null);
  await using database = await opened(path);
  const at = factsOf("sites").columns.findIndex((one) => one.name === "address2");
  assertSame(await inColumns(database, "sites"), rows.map((row) => row.with(at, "x")));
});

test("texts that are not stored as UTF-8 are read by rows", async (path) => {
  alter(path, "pragma encoding = 'UTF-16'; create table away (x); drop table away");
  const rows = await filled(path, sites(20));
  assert.equal(outOfPages(path, "sites"), null);
  await using database = await opened(path);
  assertSame(await inColumns(database, "sites"), rows);
});

test("what another program has written a moment ago is in the columns, though not in the file yet", async (path) => {
  await filled(path, sites(20));
  await using other = await opened(path);
  const rows = sites(30);
  await other.write({ table: "sites", rows });
  assert.equal(outOfPages(path, "sites"), null);
  await using database = await opened(path);
  assertSame(await inColumns(database, "sites"), await inRows(other, "sites"));
});

test("columns hold what was there when the reading began, whatever others write meanwhile", async (path) => {
  const rows = await filled(path, sites(3000));
  await using database = await opened(path);
  const columns = emptyColumns("sites");
  await using other = await opened(path);
  let isFirst = true;
  for await (const _ of database.readColumns({ table: "sites" }, columns)) {
    if (!isFirst) continue;
    isFirst = false;
    assert.ok(columns[0].rows < 2000);
    await other.replace([{ table: "sites", rows: sites(10).map((row) => row.with(0, 9)) }]);
    alter(path, "pragma wal_checkpoint(truncate)", { timeout: 10 });
  }
  assertSame(rowsOf("sites", columns), rows);
  assert.equal((await inColumns(database, "sites")).length, 1);
});

test("others see that the database is in use after columns were read", async (path) => {
  await filled(path, sites(3000));
  await using database = await opened(path);
  await inColumns(database, "sites");
  // Only where nobody else has it open can a database leave its log.
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { DatabaseSync } from "node:sqlite";
      new DatabaseSync(Deno.args[0]).exec("pragma journal_mode = delete");`,
      path,
    ],
  }).output();
  assert.match(new TextDecoder().decode(stderr), /database is locked/);
});

test("a damaged file is called damaged instead of being read", async (path) => {
  await filled(path, sites(3000));
  const { pageSize, root } = placeOf(path, "sites");
  {
    using file = await Deno.open(path, { read: true, write: true });
    await file.seek((root - 1) * pageSize, Deno.SeekMode.Start);
    await file.write(new Uint8Array(pageSize).fill(0xff));
  }
  await using database = await opened(path);
  await assert.rejects(
    inColumns(database, "sites"),
    (error) => isDatabaseError(error, "failed") && /the file is damaged/.test(error.message),
  );
});

for (
  const time of [
    ...["soon", "2026-05-01T24:15:00Z", "2026-05-01T10:60:00Z", "2026-05-01T10:15:61Z"],
    ...["2026-02-30T10:15:00Z", "0000-05-01T10:15:00Z"],
  ]
) {
  test(`${time}, which is no time, is refused instead of being read as another one`, async (path) => {
    await filled(path, sites(20));
    alter(path, `update sites set last_update_at = '${time}' where site_id = 3`);
    await using database = await opened(path);
    await assert.rejects(
      inColumns(database, "sites"),
      (error) =>
        isDatabaseError(error, "failed") &&
        error.message === `${path}: the database holds ${time}, which is no time`,
    );
  });
}

function alter(path: string, sql: string, options: { timeout?: number } = {}): void {
  using database = new DatabaseSync(path, options);
  database.exec(sql);
}

function placeOf(path: string, table: TableName): { pageSize: number; root: number } {
  using database = new DatabaseSync(path);
  const { rootpage } = database.prepare("select rootpage from sqlite_schema where name = ?")
    .get(table)!;
  using file = new DatabaseFile(path);
  return { pageSize: file.pageSize, root: Number(rootpage) };
}
