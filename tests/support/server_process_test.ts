import assert from "node:assert/strict";
import { oneOf } from "./scope.ts";
import { prepare } from "./prepare.ts";
import { startServerProcess } from "./server_process.ts";

Deno.test("a server that does not start is reported with its log, by those who need it", async () => {
  const server = await startServerProcess("The server", "echo no room; echo for data; exit 1", {});
  assert.equal(server.failure, "The server did not start. Its log:\nno room\nfor data\n");
});

Deno.test("what fails while the tests of a file are prepared is thrown to those that ask for it", async () => {
  const outcome = await prepare(() => Promise.reject(new Error("no harvest")));
  assert.throws(outcome, /no harvest/);
  assert.equal((await prepare(() => Promise.resolve(5)))(), 5);
});

Deno.test("which of several kinds a test takes is the same each time, and none is left out", () => {
  const kinds = ["a", "b", "c"];
  const taken = Array.from({ length: 100 }, (_, at) => oneOf(kinds, `test ${at}`));
  assert.deepEqual(taken, Array.from({ length: 100 }, (_, at) => oneOf(kinds, `test ${at}`)));
  assert.deepEqual(new Set(taken), new Set(kinds));
});
