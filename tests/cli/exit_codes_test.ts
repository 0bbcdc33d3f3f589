import assert from "node:assert/strict";
import { exitCode, exitCodes, interruptedCode, mostSerious } from "../../src/cli/exit_codes.ts";
import { describe } from "../../src/cli/failure.ts";
import { Interrupted } from "../../src/cli/world.ts";
import { DatabaseError, LockedError } from "../../src/database/database_error.ts";
import { SettingsError } from "../../src/settings/settings.ts";
import { SourceError, type SourceErrorKind } from "../../src/source/source_error.ts";

Deno.test("of several exit codes the most serious is the program's", () => {
  const order = [130, 143, 6, 4, 2, 1, 5, 75, 7, 3] as const;
  for (const [i, worse] of order.entries()) {
    for (const better of [...order.slice(i), 0] as const) {
      assert.equal(mostSerious([better, worse]), worse);
    }
  }
  assert.equal(mostSerious([]), 0);
});

Deno.test("each exit code has one meaning", () => {
  assert.deepEqual(exitCodes.map((one) => one.code), [0, 1, 2, 3, 4, 5, 6, 7, 75, 130, 143]);
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
    [source("interrupted"), 130],
    [new Interrupted("SIGINT"), 130],
    [new Interrupted("SIGTERM"), 143],
    [new SettingsError(["SEH_LOG_LEVEL is wrong"]), 2],
    [new DatabaseError("foreign", "tables of another program"), 6],
    [new DatabaseError("failed", "a statement failed"), 6],
    [new LockedError(null), 75],
    [new TypeError("x is undefined"), 1],
  ];
  for (const [error, code] of cases) assert.equal(describe(error).code, code, String(error));
});

Deno.test("a web page that refuses is not the credentials", () => {
  const facts = { endpoint: "/sites/list", detail: "HTTP 403: a web page", isPage: true };
  assert.equal(describe(new SourceError({ kind: "forbidden", ...facts })).code, 1);
});

Deno.test("what ended a run stands in its exit code", () => {
  assert.equal(interruptedCode(new Interrupted("SIGTERM")), 143);
  assert.equal(interruptedCode(new Interrupted("SIGINT")), 130);
  assert.equal(interruptedCode(new DOMException("interrupted", "AbortError")), 130);
});

Deno.test("a retired API is reported as such", () => {
  const error = new SourceError({ kind: "retired", endpoint: "/sites/list", detail: "HTTP 410" });
  assert.match(describe(error).text, /SolarEdge has switched this API off/);
});

Deno.test("who waits for another sync is told where it runs and since when, by the own clock", () => {
  const since = Temporal.Instant.from("2026-06-01T22:05:00Z");
  const locked = new LockedError({ host: "attic", pid: 4711, since });
  assert.equal(
    describe(locked, "Europe/Berlin").text,
    "another sync is running on attic, since 00:05 on 2 June 2026. Run again when it has finished; nothing is lost.",
  );
  assert.equal(
    describe(new LockedError(null)).text,
    "another sync is running. Run again when it has finished; nothing is lost.",
  );
});
