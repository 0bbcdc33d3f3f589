import assert from "node:assert/strict";
import { exitCode, exitCodes, mostSerious } from "../../src/cli/exit_codes.ts";
import { tell } from "../../src/cli/failure.ts";
import { DatabaseError, LockedError } from "../../src/database/database_error.ts";
import { SettingsError } from "../../src/settings/settings.ts";
import { SourceError, type SourceErrorKind } from "../../src/source/source_error.ts";

Deno.test("of several exit codes the most serious is the program's", () => {
  const order = [6, 4, 2, 1, 5, 75] as const;
  for (const [i, worse] of order.entries()) {
    for (const better of [...order.slice(i), 0] as const) {
      assert.equal(mostSerious([better, worse]), worse);
    }
  }
  assert.equal(mostSerious([]), 0);
});

Deno.test("each exit code has one meaning", () => {
  assert.deepEqual(exitCodes.map((one) => one.code), [0, 1, 2, 3, 4, 5, 6, 75]);
  assert.equal(exitCode("credentials"), 4);
});

Deno.test("each kind of failure has its exit code", () => {
  const source = (kind: SourceErrorKind) =>
    new SourceError({ kind, endpoint: "/sites/list", detail: "it went wrong" });
  const cases: readonly (readonly [unknown, number])[] = [
    [source("credentials"), 4],
    [source("forbidden"), 4],
    [source("quota"), 75],
    [source("retired"), 1],
    [source("transport"), 1],
    [source("body"), 1],
    [new SettingsError(["SEH_LOG_LEVEL is wrong"]), 2],
    [new DatabaseError("foreign", "tables of another program"), 6],
    [new DatabaseError("failed", "a statement failed"), 6],
    [new LockedError(null), 75],
    [new TypeError("x is undefined"), 1],
  ];
  for (const [error, code] of cases) assert.equal(tell(error).code, code, String(error));
});

Deno.test("a retired API is told as such", () => {
  const error = new SourceError({ kind: "retired", endpoint: "/sites/list", detail: "HTTP 410" });
  assert.match(tell(error).text, /SolarEdge has retired this generation of its API/);
});

Deno.test("who waits for another sync is told whose it is", () => {
  const since = Temporal.Instant.from("2026-06-01T12:00:00Z");
  const text = tell(new LockedError({ host: "attic", pid: 4711, since })).text;
  assert.match(text, /attic, process 4711, since 2026-06-01T12:00:00Z.*nothing is lost/);
});
