import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import { addressOf } from "../../src/database/postgres/address.ts";
import { connect } from "../../src/database/postgres/driver.ts";
import { RowDigests } from "../../src/database/postgres/bulk/row_digest.ts";
import { rowBatch } from "../../src/database/row_batch.ts";
import type { ColumnType, Table, Value } from "../../src/model/table.ts";
import { tables } from "../../src/model/tables.ts";
import { startPostgres } from "../support/postgres_server.ts";
import { delivery, quarterHours } from "./deliveries.ts";

const server = await startPostgres();
const ignore = server === null;

/** What is hard to write in binary form, by type. */
const oddValues: Readonly<Record<ColumnType, readonly Value[]>> = {
  integer: [0, -1, 2 ** 32, -(2 ** 32) - 1, 2 ** 53 - 1, -(2 ** 53 - 1), 9223372036854775807n],
  real: [0, -1.5, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, null, 123456.789],
  flag: [0, 1],
  text: ["", "a", "Dächer 🌞", "\\", '"', "x".repeat(200), "ü".repeat(63), "\ud800", null],
  json: ['{"b":1,"a":[]}', "{}"],
  instant: ["2026-03-29T01:15:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", null],
  local: ["0001-01-01T00:00:00", "2026-03-29T02:59:59", "1999-12-31T23:59:59"],
  date: ["2000-01-01", "1999-12-31", "2026-02-28", "0001-01-01", "9999-12-31"],
};

/** A few hundred rows of three series, with every column given. */
function oddRows(table: Table): { columns: string[]; rows: Value[][] } {
  const columns = table.columns.filter((one) => !["source", "updated_at"].includes(one.name));
  const days = quarterHours("2026-01-01", 200 * 96).filter((_, at) => at % 96 === 0);
  const rows = Array.from(
    { length: 600 },
    (_, at) =>
      columns.map(({ name, type, required }, place): Value => {
        if (name === "site_id") return 1 + Math.floor(at / 200);
        if (name === "reading_date") return days[at % 200].slice(0, 10);
        if (name === "timestamp") return `${days[at % 200]}Z`;
        if (table.key.includes(name)) return type === "text" ? "DÄY" : 900;
        const odd = oddValues[type].filter((one) => one !== null || !required);
        return odd[(at + place) % odd.length];
      }),
  );
  return { columns: columns.map((one) => one.name), rows };
}

for (const table of tables.filter((one) => one.kind === "readings")) {
  Deno.test(`postgres: ${table.name} that are stored as given are known without sending them`, {
    ignore,
  }, async () => {
    await using place = await server!.fresh();
    const database = await openDatabase(place.url);
    await database.migrate();
    const session = await connect(addressOf(place.url));
    try {
      const { columns, rows } = oddRows(table);
      const ask = async (given: readonly (readonly Value[])[], source = "v1") => {
        const batch = rowBatch({ table: table.name, columns, rows: given });
        return await new RowDigests(batch, source).stored(session, 0, batch.count);
      };
      const noneStored = (given: Value[][]) =>
        new RowDigests(rowBatch({ table: table.name, columns, rows: given }), "v1")
          .noneStored(session);
      assert.equal(await ask(rows), "none");
      assert.equal(await noneStored(rows), true);
      await database.save(delivery({ table: table.name, columns, rows }));
      assert.equal(await ask(rows), "same");
      assert.equal(await noneStored(rows.slice(3, 4)), false);

      for (const [place, name] of columns.entries()) {
        const { type, required } = table.columns.find((one) => one.name === name)!;
        if (table.key.includes(name)) continue;
        const odd = oddValues[type].filter((one) => one !== null || !required);
        const changed = rows.map((row) => [...row]);
        changed[450][place] = odd.find((one) => one !== rows[450][place])!;
        assert.equal(await ask(changed), "other", name);
      }
      assert.equal(await ask(rows, "v2"), "other");
      assert.equal(await ask(rows.toSpliced(300, 1)), "other", "one more is stored");
      assert.equal(await ask(rows.slice(0, 399)), "same", "what comes after does not matter");
      const later = ["timestamp", "reading_date"].map((one) => columns.indexOf(one));
      const next = rows.map((row) =>
        row.map((value, at) => later.includes(at) ? String(value).replace("2026", "2027") : value)
      );
      assert.equal(await ask(next), "none");
    } finally {
      await session.close();
      await database.close();
    }
  });
}
