import assert from "node:assert/strict";
import fc from "fast-check";
import { table, tables } from "../../../src/model/tables.ts";
import { endpoints } from "../../../src/source/v2/endpoints.ts";
import { assertReadOrRefused, objectsIn } from "../any_body.ts";
import { ask, type Reply } from "./ask.ts";
import { bodies } from "./bodies.ts";

const all = endpoints("fleet");

function everythingIn(reply: Reply): string {
  return JSON.stringify([reply.rows, reply.notes, reply.absent]);
}

Deno.test("there is a body to test for every query of the second generation", () => {
  assert.deepEqual(Object.keys(bodies).sort(), all.map((one) => one.query.name).sort());
});

Deno.test("every row names the whole key and only columns of its table, none of them NULL where that is not allowed", async () => {
  for (const [name, body] of Object.entries(bodies)) {
    const reply = await ask(name, body);
    assert.ok(reply.rows.length > 0, `${name} gives rows`);
    for (const { table: of, columns, rows } of reply.rows) {
      const facts = table(of);
      const known = new Map(facts.columns.map((one) => [one.name, one]));
      assert.deepEqual(columns.filter((one) => !known.has(one)), [], `${name}: columns of ${of}`);
      assert.deepEqual(facts.key.filter((one) => !columns.includes(one)), [], `${name}: key`);
      assert.equal(new Set(columns).size, columns.length, `${name}: columns once each`);
      const keys = rows.map((row) =>
        JSON.stringify(facts.key.map((one) => row[columns.indexOf(one)]))
      );
      assert.equal(new Set(keys).size, keys.length, `${name}: ${of} has each key once`);
      for (const row of rows) {
        assert.equal(row.length, columns.length, `${name}: width of ${of}`);
        row.forEach((value, index) => {
          const { required, type } = known.get(columns[index]!)!;
          assert.notEqual(value, undefined, `${name}: ${of}.${columns[index]}`);
          if (required) assert.notEqual(value, null, `${name}: ${of}.${columns[index]}`);
          if (value !== null && (type === "real" || type === "integer" || type === "flag")) {
            assert.equal(typeof value, "number", `${name}: ${of}.${columns[index]}`);
          }
        });
      }
    }
  }
});

Deno.test("a query fills the tables that its facts name", async () => {
  for (const { query } of all) {
    const filled = new Set(
      (await ask(query.name, bodies[query.name])).rows.map((one) => one.table),
    );
    assert.deepEqual([...filled].sort(), [...query.fills].sort(), query.name);
  }
});

Deno.test("every column that this generation fills comes filled from a complete answer", async () => {
  const filled = new Set<string>();
  for (const name of Object.keys(bodies)) {
    for (const { table: of, columns, rows } of (await ask(name, bodies[name])).rows) {
      columns.forEach((column, index) => {
        if (rows.some((row) => row[index] !== null)) filled.add(`${of}.${column}`);
      });
    }
  }
  const promised = tables.flatMap((one) =>
    one.columns.filter(({ from }) => from?.includes("v2 ") && !from.includes("v2 derived"))
      .map((column) => `${one.name}.${column.name}`)
  );
  assert.deepEqual(promised.filter((one) => !filled.has(one)), []);
});

Deno.test("a field that nobody knows is kept, wherever it stands in an answer", async () => {
  const names = Object.keys(bodies);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.nat(), async (name, pick) => {
      const body = structuredClone(bodies[name]);
      // The period repeats what was asked for and is not kept; in a map, a new key is a new device.
      const { period, storage, meters, inverters } = body as Record<string, unknown>;
      const objects = objectsIn(body)
        .filter((one) => ![period, storage, meters, inverters].includes(one));
      objects[pick % objects.length]!["brandNew"] = "unheard of";
      const reply = await ask(name, body);
      assert.match(everythingIn(reply), /unheard of/, `${name}: ${JSON.stringify(body)}`);
    }),
    { numRuns: 200 },
  );
});

Deno.test("a word in place of a figure costs that figure, and is reported", async () => {
  const untold = /count$|^siteId$|^alertId$|^nameplate$/i;
  for (const [name, body] of Object.entries(bodies)) {
    const places = objectsIn(body).flatMap((one, index) =>
      Object.keys(one).filter((key) => typeof one[key] === "number" && !untold.test(key))
        .map((key) => ({ index, key }))
    );
    for (const { index, key } of places) {
      const odd = structuredClone(body);
      objectsIn(odd)[index]![key] = "odd-4711";
      const found = await ask(name, odd).then(
        ({ notes }) => notes.filter((one) => one.level !== "info").map((one) => one.text).join(),
        (error) => String(error),
      );
      assert.match(found, /odd-4711/, `${name}: ${key}`);
    }
  }
});

Deno.test("whatever an answer has in place of a value, it is read or refused as a bad answer", async () => {
  await assertReadOrRefused(bodies, ask, {
    numRuns: 300,
    refused: ({ kind }) => assert.equal(kind, "body"),
  });
});
