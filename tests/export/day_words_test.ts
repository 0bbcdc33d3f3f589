import assert from "node:assert/strict";
import { readFirstDay, readLastDay } from "../../src/cli/day_words.ts";

const today = Temporal.PlainDate.from("2026-03-31");

Deno.test("a word stands for the first day at --start and for the last at --end", () => {
  for (
    const [word, first, last] of [
      ["2026-02-28", "2026-02-28", "2026-02-28"],
      ["2026-02", "2026-02-01", "2026-02-28"],
      ["2024", "2024-01-01", "2024-12-31"],
      ["today", "2026-03-31", "2026-03-31"],
      ["yesterday", "2026-03-30", "2026-03-30"],
      ["7d", "2026-03-24", "2026-03-24"],
      ["2w", "2026-03-17", "2026-03-17"],
      ["1m", "2026-02-28", "2026-02-28"],
      ["1y", "2025-03-31", "2025-03-31"],
      ["this-week", "2026-03-30", "2026-04-05"],
      ["last-week", "2026-03-23", "2026-03-29"],
      ["this-month", "2026-03-01", "2026-03-31"],
      ["last-month", "2026-02-01", "2026-02-28"],
      ["Last-Year", "2025-01-01", "2025-12-31"],
      ["this-year", "2026-01-01", "2026-12-31"],
    ] as const
  ) {
    assert.equal(readFirstDay(word).at(today).toString(), first, `--start ${word}`);
    assert.equal(readLastDay(word).at(today).toString(), last, `--end ${word}`);
  }
});

Deno.test("what is no day is refused with what is allowed", () => {
  for (const word of ["", "tomorow", "7", "d", "2026-13", "31.05.2026", "-7d", "constructor"]) {
    assert.throws(() => readFirstDay(word), /like 2026-05-31.*last-month/, word);
  }
  assert.throws(() => readLastDay("2026-02-30"), /no such day/);
});
