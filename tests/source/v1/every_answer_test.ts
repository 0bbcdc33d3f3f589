import assert from "node:assert/strict";
import fc from "fast-check";
import { tables } from "../../../src/model/tables.ts";
import { table } from "../../../src/model/tables.ts";
import { SourceError } from "../../../src/source/source_error.ts";
import { endpoints } from "../../../src/source/v1/endpoints.ts";
import { assertReadOrRefused, objectsIn } from "../any_body.ts";
import { ask, type Reply } from "./ask.ts";
import { bodies } from "./bodies.ts";

function everythingIn(reply: Reply): string {
  return JSON.stringify([reply.rows, reply.notes, reply.absent]);
}

Deno.test("there is a body to test for every query", () => {
  assert.deepEqual(Object.keys(bodies).sort(), endpoints.map((one) => one.query.name).sort());
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
  for (const { query } of endpoints) {
    const reply = await ask(query.name, bodies[query.name]);
    assert.deepEqual(
      [...new Set(reply.rows.map((one) => one.table))].sort(),
      [...query.fills].sort(),
    );
  }
});

Deno.test("every column that this API fills comes filled from a complete answer", async () => {
  const filled = new Set<string>();
  for (const [name, body] of Object.entries(bodies)) {
    for (const { table: of, columns, rows } of (await ask(name, body)).rows) {
      columns.forEach((column, index) => {
        if (rows.some((row) => row[index] !== null)) filled.add(`${of}.${column}`);
      });
    }
  }
  const promised = tables.flatMap((one) =>
    one.columns.filter((column) => column.from?.startsWith("v1") && column.type !== "json")
      .map((column) => `${one.name}.${column.name}`)
  );
  assert.deepEqual(promised.filter((one) => !filled.has(one)), []);
});

Deno.test("a field that nobody knows is kept, wherever it stands in an answer", async () => {
  const names = Object.keys(bodies);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.nat(), async (name, pick) => {
      const body = structuredClone(bodies[name]);
      const objects = objectsIn(body);
      objects[pick % objects.length]!.unheardOf = "keep-me-4711";
      assert.match(everythingIn(await ask(name, body)), /keep-me-4711/);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a value that does not fit its column is kept beside it, and reported", async () => {
  const names = Object.keys(bodies).filter((name) => name !== "sites");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.nat(), async (name, pick) => {
      const body = structuredClone(bodies[name]);
      const leaves = objectsIn(body).flatMap((one) =>
        Object.entries(one).filter(([, value]) => typeof value === "number")
          .map(([key]) => ({ one, key }))
      ).filter(({ key }) => !/count$/i.test(key) && key !== "id");
      if (leaves.length === 0) return;
      const { one, key } = leaves[pick % leaves.length]!;
      one[key] = "odd-4711";
      const reply = await ask(name, body);
      assert.match(everythingIn(reply), /odd-4711/);
      const found = reply.notes.filter((one) => one.level !== "info").map((one) => one.text).join();
      assert.match(found, /cannot be read/, `${name}: ${key}`);
    }),
    { numRuns: 300 },
  );
});

Deno.test("whatever an answer has in place of a value, it is read or refused as a bad answer", async () => {
  await assertReadOrRefused(bodies, ask, { numRuns: 1000 });
});

Deno.test("numbers may come as text, with exponents too", async () => {
  for (const [name, body] of Object.entries(bodies)) {
    const asText = JSON.parse(
      JSON.stringify(body),
      (_key, value) => typeof value === "number" ? ` ${value.toExponential()}` : value,
    );
    assert.deepEqual((await ask(name, asText)).rows, (await ask(name, body)).rows, name);
  }
});

Deno.test("equal answers give equal rows, whatever the order of their keys", async () => {
  for (const [name, body] of Object.entries(bodies)) {
    const turned = JSON.parse(
      JSON.stringify(body),
      (_key, value) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
    );
    assert.deepEqual(sortedRows(await ask(name, turned)), sortedRows(await ask(name, body)), name);
  }
});

Deno.test("a single object is accepted where a list is usual", async () => {
  for (const [name, body] of Object.entries(bodies)) {
    const single = JSON.parse(
      JSON.stringify(body),
      (key, value) =>
        Array.isArray(value) && value.length === 1 && key !== "errorCodes" ? value[0] : value,
    );
    assert.deepEqual((await ask(name, single)).rows, (await ask(name, body)).rows, name);
  }
});

Deno.test("an answer of another shape is the error of that piece, and says where and what", async () => {
  for (const { query } of endpoints) {
    for (const wrong of ["<html>", 7, null, {}, { String: "invalid token" }, [1, 2]]) {
      await assert.rejects(
        ask(query.name, wrong),
        (error) =>
          error instanceof SourceError && error.kind === "body" &&
          error.facts.endpoint.startsWith("/") && error.facts.detail.length > 0,
        `${query.name}: ${JSON.stringify(wrong)}`,
      );
    }
  }
});

Deno.test("a list that is no list is an error, not an empty answer", async () => {
  const lists =
    /^(site|list|values|meters|batteries|telemetries|data|alert|inverters|connections)$/;
  for (const [name, body] of Object.entries(bodies)) {
    for (const { key } of listsOf(body).filter(({ key }) => lists.test(key))) {
      const broken = JSON.parse(JSON.stringify(body), (at, value) => at === key ? "none" : value);
      await assert.rejects(
        ask(name, broken),
        (error) => error instanceof SourceError && error.kind === "body",
        `${name}: ${key}`,
      );
    }
  }
});

function sortedRows({ rows }: Reply): string[] {
  return rows.flatMap((one) => one.rows.map((row) => JSON.stringify([one.table, one.columns, row])))
    .sort();
}

function listsOf(body: unknown): { key: string }[] {
  return objectsIn(body).flatMap((one) =>
    Object.entries(one).filter(([, value]) => Array.isArray(value)).map(([key]) => ({ key }))
  );
}
