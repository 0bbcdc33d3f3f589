// Not in test:fast: rows of any value, read back by DuckDB.
import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Dataset } from "../../src/export/dataset.ts";
import { parquetFormat } from "../../src/export/parquet.ts";
import { NoTime } from "../../src/model/packed_column.ts";
import { column } from "../../src/model/table.ts";
import type { Value } from "../../src/model/table.ts";

const columns = [
  column("at", "instant", ""),
  column("wall", "local", ""),
  column("day", "date", ""),
  column("whole", "integer", ""),
  column("part", "real", ""),
  column("word", "text", ""),
  column("yes", "flag", ""),
  column("more", "json", ""),
];

/** Rows as Parquet, in pages of so many; read by DuckDB, times as text. */
async function throughDuck(rows: readonly Value[][], rowsPerPage = 1000): Promise<unknown[][]> {
  const file = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    using open = await Deno.open(file, { write: true });
    const format = parquetFormat({
      async write(bytes) {
        for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await open.write(rest));
      },
    });
    await format.open();
    await format.openDataset({ name: "power", table: "power_readings", columns } as Dataset);
    for (let at = 0; at < rows.length; at += rowsPerPage) {
      const page = rows.slice(at, at + rowsPerPage);
      for (const [place, one] of format.columns().entries()) one!.add(page, place);
      await format.added();
    }
    await format.closeDataset();
    await format.close();
    return await readByDuck(file);
  } finally {
    await Deno.remove(file);
  }
}

async function readByDuck(file: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("set timezone = 'UTC'");
    const answer = await connection.runAndReadAll(
      `select strftime("at", '%Y-%m-%dT%H:%M:%SZ'), strftime(wall, '%Y-%m-%dT%H:%M:%S'),
        cast(day as varchar), whole, part, word, yes, more from '${file}'`,
    );
    return answer.getRows() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** What DuckDB gives for values that are stored: whole numbers as bigint, flags as they are. */
const asRead = (rows: readonly Value[][]) =>
  rows.map((row) =>
    row.map((value, at) => {
      if (value === null) return null;
      if (columns[at].type === "integer") return BigInt(value);
      return columns[at].type === "flag" ? value !== 0 : value;
    })
  );

/** The same numbers at every run, 0 to 1. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

Deno.test("a Parquet file keeps each value, whatever stands beside it", async () => {
  const random = numbersFrom(7);
  const oneOf = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)];
  const start = Date.UTC(1999, 11, 31);
  const text = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19);
  // More than a group, with steps that are small in one place and years in another.
  let at = start;
  const rows = Array.from({ length: 60_000 }, (_, number): Value[] => {
    at += number % 1000 < 900 ? 900_000 : Math.floor(random() * 30_000_000) * 1000;
    if (at > Date.UTC(2190, 0)) at = start;
    return [
      `${text(at)}Z`,
      random() < 0.1 ? null : text(at + oneOf([3_600_000, 7_200_000, -39_600_000])),
      text(at).slice(0, 10),
      number < 50_000
        ? oneOf([null, 0, -1, 900, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, number])
        : oneOf([null, 0, -(2 ** 51), 2 ** 51, number]),
      oneOf([null, 0, -0.1, random() * 1e300, Number.MIN_VALUE, 1 / 3, number]),
      number < 50_000 ? oneOf([null, "", "INVERTER", "Zähler 🌞"]) : `${random()}`,
      oneOf([null, 0, 1]),
      number % 7 === 0 ? `{"a":${number},"b":"ü"}` : null,
    ];
  });
  const read = await throughDuck(rows);
  assert.equal(read.length, rows.length);
  // Row by row: to show how two such lists differ takes minutes and gigabytes.
  for (const [at, expected] of asRead(rows).entries()) assert.deepEqual(read[at], expected);
});

Deno.test("a Parquet file keeps numbers and texts that come again, soon or late, in part or whole", async () => {
  const random = numbersFrom(3);
  const noise = Array.from({ length: 9000 }, () => random());
  const patterns: readonly ((at: number) => number)[] = [
    () => 0.1,
    (at) => at % 3 + 0.5,
    (at) => noise[at % 200],
    // As far back as Snappy sees, and further.
    (at) => noise[at % 8191],
    (at) => noise[at % 9000],
    // Days with the same nights.
    (at) => at % 96 < 48 ? 0 : Math.round(random() * 1e6) / 1000,
    (at) => at < 30_000 ? random() : at / 7,
  ];
  for (const [number, part] of patterns.entries()) {
    const rows = Array.from({ length: 30_000 + number }, (_, at): Value[] => {
      const value = part(at);
      return [null, null, null, null, value, `a text about ${value}, ${at % 5}`, null, null];
    });
    const read = await throughDuck(rows);
    assert.equal(read.length, rows.length);
    const expected = asRead(rows);
    const wrong = read.findIndex((row, at) => row[4] !== rows[at][4] || row[5] !== rows[at][5]);
    assert.equal(wrong, -1, `pattern ${number}: ${read[wrong]} instead of ${expected[wrong]}`);
  }
});

Deno.test("a Parquet file keeps whole numbers beyond 2^53, and columns without a value", async () => {
  const most = 2n ** 63n - 1n;
  const rows: Value[][] = [most, -most - 1n, 5, null].map((
    whole,
  ) => [null, null, null, whole, null, null, null, null]);
  assert.deepEqual(await throughDuck(rows, 3), asRead(rows));
});

Deno.test("a Parquet file without a row is a table without a row", async () => {
  assert.deepEqual(await throughDuck([]), []);
});

Deno.test("a time that is none is refused instead of being written as another one", async () => {
  const rows: Value[][] = [["soon", null, null, null, null, null, null, null]];
  await assert.rejects(throughDuck(rows), NoTime);
});
