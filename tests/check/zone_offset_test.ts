import assert from "node:assert/strict";
import { zoneOffset } from "../../src/check/rules_of_rows.ts";

Deno.test("a wrong offset that begins when the clocks change is not said to be that of the zone", () => {
  const site = { timeZone: "Europe/Berlin" } as Parameters<typeof zoneOffset.judge>[1];
  const row = {
    table_name: "power_readings",
    offset_s: 7200,
    first_at: "2026-10-20T12:00:00Z",
    last_at: "2026-10-30T12:00:00Z",
    readings: 900,
  };
  const said = (more: Partial<typeof row>) =>
    zoneOffset.judge([{ ...row, ...more }], site).map((one) => one.text);
  assert.deepEqual(said({}), [
    "The local time of 900 rows of power is UTC+02:00; in Europe/Berlin it is UTC+01:00.",
  ]);
  assert.deepEqual(said({ last_at: "2026-10-24T12:00:00Z" }), []);
});
