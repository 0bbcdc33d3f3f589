import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { watchRun } from "../../src/cli/sync_watch.ts";
import { startProgress } from "../../src/cli/terminal/progress.ts";
import { progressLine, type ProgressState } from "../../src/cli/terminal/progress_line.ts";
import type { Output } from "../../src/cli/world.ts";
import type { RunEvent } from "../../src/sync/run_state.ts";

const start = Temporal.Instant.from("2026-06-01T12:00:00Z");

const state: ProgressState = {
  percent: 18,
  site: "A site with quite a long name that goes on and on",
  dataType: "power",
  requests: 12,
  rows: 34_567,
  wait: null,
  minutesLeft: 5,
};
const waiting: ProgressState = {
  ...state,
  wait: { why: "SolarEdge allows 10 requests a minute", until: start.add({ seconds: 42 }) },
};

function recorded(isTerminal: boolean): Output & { text: string } {
  return {
    text: "",
    isTerminal,
    columns: 80,
    print(text) {
      this.text += text;
    },
    write: () => Promise.resolve(),
  };
}

/** A clock that stands until it is moved. */
function standing() {
  let now = start;
  return { now: () => now, pass: (seconds: number) => void (now = now.add({ seconds })) };
}

/** What a run says, without the facts that the progress does not look at. */
const asking = (requests: number, name = "Example Home"): RunEvent =>
  ({
    kind: "asking",
    requests,
    request: { query: { name: "power", dataType: "power" }, sites: [{ siteId: 1, name }] },
  }) as unknown as RunEvent;
const saved = (rows: number): RunEvent =>
  ({
    kind: "saved",
    request: { query: { name: "power" } },
    saved: { inserted: rows, changed: 0, unchanged: 0 },
  }) as unknown as RunEvent;

Deno.test("a wait says for what, how long, and how much is left in all", () => {
  assert.equal(
    progressLine(waiting, 80, start),
    "█░░░░░ 18% SolarEdge allows 10 requests a minute; goes on in 42 s · 5 min left",
  );
  assert.equal(progressLine(waiting, 40, start), "18% goes on in 42 s · 5 min left");
  assert.match(
    progressLine(waiting, 120, start),
    / waiting: .* · 34,567 rows stored · 5 min left$/,
  );
  assert.match(progressLine(waiting, 80, start.add({ seconds: 42 })), /power · 12 requests/);
});

Deno.test("work shows site, data and rows; the name of the site gives way first", () => {
  assert.equal(
    progressLine(state, 80, start),
    "██░░░░░░░░░░░░░░ 18% A site wit… power · 12 requests · 34,567 rows · 5 min left",
  );
  assert.equal(progressLine(state, 40, start), "18% power · 34,567 rows");
  assert.equal(
    progressLine({ ...state, percent: null, minutesLeft: null, site: "Home" }, 80, start),
    "░░░░░░░░░░░░░░░░ Home power · 12 requests · 34,567 rows",
  );
});

Deno.test("no line of progress reaches the edge of the terminal", () => {
  fc.assert(fc.property(
    fc.integer({ min: 8, max: 130 }),
    fc.string(),
    fc.nat(10_000_000),
    fc.boolean(),
    (columns, site, rows, waits) => {
      const one = { ...(waits ? waiting : state), site, rows };
      assert.ok(progressLine(one, columns, start).length < columns);
    },
  ));
});

Deno.test("a line logged during progress stays, and the cursor is given back at the end", () => {
  const output = recorded(true);
  const progress = startProgress(output, { quiet: false, isDumb: false, clock: standing() });
  progress.update(state);
  progress.log("something happened");
  progress.stop();
  progress.stop();
  assert.match(stripVTControlCharacters(output.text), /power · 12 requests/);
  assert.ok(output.text.includes("\u001b[2Ksomething happened\n"));
  assert.ok(output.text.lastIndexOf("\u001b[?25h") > output.text.lastIndexOf("\u001b[?25l"));
  // Restoring a saved position would go back above the logged line and erase it.
  assert.ok(!output.text.includes("\u001b8"));
});

Deno.test("a pipe and TERM=dumb get a line at the start, one a minute and one at the end", () => {
  for (const [isTerminal, isDumb] of [[false, false], [true, true]]) {
    const output = recorded(isTerminal);
    const clock = standing();
    const progress = startProgress(output, { quiet: false, isDumb, clock });
    for (let i = 0; i < 13; i++) {
      progress.update(state);
      clock.pass(10);
    }
    progress.stop();
    progress.stop();
    assert.deepEqual(output.text.split("\n"), [
      "Sync started.",
      "18%: 12 requests, 34,567 rows stored, about 5 minutes left.",
      "18%: 12 requests, 34,567 rows stored, about 5 minutes left.",
      "Sync ended after 2 min 10 s: 34,567 rows stored.",
      "",
    ]);
  }
});

Deno.test("with --quiet, and where nothing is asked, nothing is shown", () => {
  const output = recorded(false);
  const quiet = startProgress(output, { quiet: true, isDumb: false, clock: standing() });
  quiet.update(state);
  quiet.stop();
  startProgress(output, { quiet: false, isDumb: false, clock: standing() }).stop();
  assert.equal(output.text, "");
});

/** A watch whose states and lines are kept. */
function watched(maxRequests: number | null = null, interrupted = new AbortController().signal) {
  const states: ProgressState[] = [];
  const lines: string[] = [];
  const clock = standing();
  const progress = { update: (one: ProgressState) => void states.push(one), log() {}, stop() {} };
  const say = (line: string) => void lines.push(line);
  const watch = watchRun(progress, { skipsFailures: false, maxRequests, say, clock, interrupted });
  return { states, lines, watch, last: () => states[states.length - 1] };
}

Deno.test("percent begins when more than the list of sites is planned, and never goes back", () => {
  const { states, watch } = watched();
  for (const steps of [1, 10, 40, 20, 1]) {
    watch.onEvent({ kind: "planned", steps });
    watch.onEvent(asking(0));
    watch.onEvent(saved(100));
  }
  const percents = states.map((one) => one.percent);
  assert.deepEqual(percents.slice(0, 2), [null, null]);
  for (let i = 3; i < percents.length; i++) assert.ok(percents[i]! >= percents[i - 1]!);
  assert.equal(percents.at(-1), 99);
  assert.equal(states.at(-1)!.rows, 500);
});

Deno.test("the first full minute shows how long the sync takes, as far as --max-requests lets it", () => {
  const limit = { amount: 10, per: "minute" } as const;
  const wait = { isLimit: true, spentWindow: limit, why: "", until: start.add({ seconds: 58 }) };
  for (const [maxRequests, minutes] of [[null, "5 minutes"], [12, "1 minute"]] as const) {
    const { lines, watch, last } = watched(maxRequests);
    watch.onEvent({ kind: "planned", steps: 55 });
    for (let i = 0; i < 10; i++) watch.onEvent(saved(1));
    watch.onWait(wait);
    watch.onWait(wait);
    assert.deepEqual(lines, [
      `SolarEdge allows 10 requests a minute: this sync takes about ${minutes} more. It may be ` +
      "stopped at any time; the next one goes on from there.",
    ]);
    assert.equal(last().wait!.why, "SolarEdge allows 10 requests a minute");
    assert.equal(last().minutesLeft, maxRequests === null ? 5 : 1);
    watch.onEvent(saved(1));
    assert.equal(last().wait, null);
  }
});

Deno.test("of a wait that begins after the run was stopped nothing is said", () => {
  const spentWindow = { amount: 10, per: "minute" } as const;
  const { lines, states, watch } = watched(null, AbortSignal.abort());
  watch.onWait({ isLimit: true, spentWindow, why: "", until: start.add({ seconds: 58 }) });
  assert.deepEqual([lines, states], [[], []]);
});

Deno.test("a limit that only the server knows, and a failed try, are waited for in words", () => {
  const until = start.add({ seconds: 30 });
  const { lines, watch, last } = watched();
  watch.onWait({ isLimit: true, spentWindow: null, why: "HTTP 429: no", until });
  assert.equal(last().wait!.why, "SolarEdge asks to wait");
  watch.onWait({ isLimit: false, spentWindow: null, why: "HTTP 503: \u001b[2Jbusy", until });
  assert.equal(last().wait!.why, "HTTP 503:  [2Jbusy");
  assert.deepEqual(lines, []);
});
