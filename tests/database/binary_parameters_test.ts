import assert from "node:assert/strict";
import fc from "fast-check";
import { DatabaseError } from "../../src/database/database_error.ts";
import { addressOf } from "../../src/database/postgres/address.ts";
import { binaryArray } from "../../src/database/postgres/bulk/binary_values.ts";
import { sqlTypes } from "../../src/database/postgres/binary_parameters.ts";
import { connect, type PostgresSession } from "../../src/database/postgres/driver.ts";
import { planOnce } from "../../src/database/session.ts";
import type { ColumnType, Value } from "../../src/model/table.ts";
import { startPostgres } from "../support/postgres_server.ts";

const server = await startPostgres();
const address = () => addressOf(server!.url());

function test(name: string, run: (session: PostgresSession) => Promise<void>): void {
  Deno.test(`postgres: ${name}`, { ignore: server === null }, async () => {
    const session = await connect(address());
    try {
      await run(session);
    } finally {
      await session.close();
    }
  });
}

const moment = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 })
  .map((second) => new Date(second * 1000).toISOString().slice(0, 19));
const text = fc.string({ unit: "binary" }).map((one) => one.replaceAll("\0", "\uFFFD"));

const valuesOf: Readonly<Record<ColumnType, fc.Arbitrary<Value>>> = {
  integer: fc.oneof(
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  ),
  flag: fc.constantFrom(0, 1),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }),
  text,
  json: text,
  instant: moment.map((one) => `${one}Z`),
  local: moment,
  date: moment.map((one) => one.slice(0, 10)),
};

for (const [type, value] of Object.entries(valuesOf) as [ColumnType, fc.Arbitrary<Value>][]) {
  test(`values of the type ${type} cross in binary form and come back the same`, async (session) => {
    const question = `select unnest($1::${sqlTypes[type]}[])`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(value)), async (given) => {
        const back = await session.rows(question, [binaryArray(type, given)], planOnce);
        assert.deepEqual(back.map(([one]) => one), given);
      }),
    );
  });
}

test("parameters of both forms cross beside each other, in statements that overlap", async (session) => {
  const ask = (size: number) => {
    const numbers = Array.from({ length: size }, (_, at) => at / 3);
    const [first, last] = [`{${size}}`, size === 0 ? "" : "\\N"];
    return session.rows(
      `select $1::text, array_length($2::double precision[], 1), $3::text, $4::bigint,
         (select sum(n) from unnest($2) as n), ($5::text[] = array[$1, $3])::integer`,
      [first, binaryArray("real", numbers), last, null, binaryArray("text", [first, last])],
      planOnce,
    ).then(([row]) => {
      const sum = numbers.length === 0 ? null : numbers.reduce((a, b) => a + b);
      assert.deepEqual(row.slice(0, 4), [first, size || null, last, null]);
      assert.equal(String(row[4]), String(sum));
      assert.equal(row[5], 1);
    });
  };
  // The driver sends what is short otherwise than what is long.
  for (let round = 0; round < 3; round++) await Promise.all([0, 1, 50_000, 2, 300_000].map(ask));
});

test("after a statement that was refused its parameters do not stand in the way", async (session) => {
  const numbers = binaryArray("real", [1, 2]);
  await assert.rejects(
    session.rows("select unnest($1::bigint[])", [numbers]),
    /element type/,
  );
  await assert.rejects(session.rows("select no_such_column + $1", [numbers]), /no_such_column/);
  const [[sum]] = await session.rows(
    "select sum(n)::integer from unnest($1::double precision[]) n",
    [
      numbers,
    ],
  );
  assert.equal(sum, 3);
});

test("a text that looks like a stand-in is refused", async (session) => {
  await assert.rejects(session.rows("select $1::text", ["\u00000"]), /0x00/);
});

Deno.test("a time that no clock shows has no binary form", () => {
  const wrong = [
    "2026-02-29T00:00:00",
    "2026-04-31T00:00:00",
    "2026-04-01T24:00:00",
    "2026-04-01T12:60:00",
    "2026-04-01T12:00:60",
    "2026-04-01 12:00:00",
    "2026-04-01T12:0a:00",
    "0000-04-01T12:00:00",
    "",
  ];
  const refused = (type: ColumnType, value: Value) =>
    assert.throws(
      () => binaryArray(type, [null, value]),
      (error) => error instanceof DatabaseError && error.kind === "failed",
      String(value),
    );
  for (const time of wrong) refused("local", time);
  for (const day of ["2026-02-29", "2026-13-01", "0000-01-01", "26-01-01"]) refused("date", day);
  for (const one of [2n ** 63n, -(2n ** 63n) - 1n]) refused("integer", one);
});
