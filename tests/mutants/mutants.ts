/** Changes to the source, each of which breaks a promise and must make a test fail. */
export interface Mutant {
  /** What would be wrong. */
  readonly name: string;
  readonly rule: Rule;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** The test files that must notice. */
  readonly tests: readonly string[];
  /** Of their tests only those with these words in their names; all by default. */
  readonly only?: string;
}

/** What a user may rely on when data are fetched; each has a mutant at least. */
export const rules = [
  "windows",
  "coverage",
  "pacing",
  "coarse before fine",
  "one bad value",
  "failed before",
  "not there",
  "zones",
  "future",
  "complete",
  "nobody answers",
  "limits",
  "failures",
  "order",
  "credentials",
  "units",
  "terminal",
  "database",
] as const;
export type Rule = typeof rules[number];

function mutant(
  rule: Rule,
  name: string,
  file: string,
  from: string,
  to: string,
  ...tests: string[]
): Mutant {
  return { rule, name, file: `src/${file}`, from, to, tests: tests.map((one) => `tests/${one}`) };
}

const outcomes = "source/http/client_test.ts";
const quota = "source/http/quota_test.ts";
const grants = "source/oauth/grants_test.ts";
const missing = "sync/missing_test.ts";
const windows = "sync/windows_test.ts";
const beliefs = "sync/belief_test.ts";
const secrets = "model/secret_test.ts";
const seen = "facts of a site follow the server";
const units = "source/answer/units_test.ts";

/** The list. A change that is not possible any more fails `deno task mutants`, and a test of the usual run. */
export const mutants: readonly Mutant[] = [
  mutant(
    "windows",
    "a window is never halved",
    "sync/windows.ts",
    "(isMissing ? rungs.at(-1) : rungs[0]) ?? null",
    "null",
    windows,
  ),
  mutant(
    "windows",
    "a number in a refusal's words is not used",
    "sync/windows.ts",
    "const named = spanIn(words);",
    "const named = null as number | null;",
    windows,
  ),
  mutant(
    "windows",
    "a width that nobody explained is kept for a month",
    "sync/windows.ts",
    "const doubtHolds = 20 * hour;",
    "const doubtHolds = 30 * day;",
    windows,
  ),
  mutant(
    "windows",
    "each series that is cut alike tries the widest window again by itself",
    "sync/windows.ts",
    "const turn = earlier.length * day;",
    "const turn = 0;",
    windows,
  ),
  mutant(
    "windows",
    "a window does not reach back as far as it costs nothing",
    "sync/windows.ts",
    "    start = back < end - width ? days.dayStart(end - width, 1) : back;",
    "    start = days.dayStart(end - 1);",
    windows,
  ),
  mutant(
    "coverage",
    "an empty range is final an hour after the site had reported past it",
    "model/coverage.ts",
    "export const settlesAfter = 48 * 3600;",
    "export const settlesAfter = 3600;",
    "model/coverage_test.ts",
    missing,
  ),
  mutant(
    "coverage",
    "14 days become 15",
    "sync/missing.ts",
    "const unknownSettlesAfter = 14 * day;",
    "const unknownSettlesAfter = 15 * day;",
    missing,
  ),
  mutant(
    "coverage",
    "a hole is asked for daily, not weekly",
    "sync/missing.ts",
    "const holeEvery = 7 * day;",
    "const holeEvery = day;",
    missing,
  ),
  mutant(
    "coverage",
    "a hole is asked for without an end",
    "sync/missing.ts",
    "const holeUntil = 30 * day;",
    "const holeUntil = 300 * day;",
    missing,
  ),
  mutant(
    "failed before",
    "what failed is asked for again at once",
    "sync/missing.ts",
    "tries === 1 ? hour : tries",
    "tries === 1 ? 0 : tries",
    missing,
  ),
  mutant(
    "pacing",
    "repeats of failed requests may use half of a quota",
    "sync/pacing.ts",
    "const repeatShare = 0.1;",
    "const repeatShare = 0.5;",
    "sync/pacing_test.ts",
  ),
  mutant(
    "coarse before fine",
    "a small plan buys the fine kinds first",
    "sync/rationing.ts",
    ".sort(([a], [b]) => a - b);",
    ".sort(([a], [b]) => b - a);",
    "sync/pacing_test.ts",
    "cli/fleet_need_test.ts",
  ),
  mutant(
    "coarse before fine",
    "a small plan buys older days of all sites as if they were due",
    "sync/range_candidates.ts",
    "const isScarce = pace.rationed !== null;",
    "const isScarce = false;",
    "sync/plan_test.ts",
    "cli/fleet_need_test.ts",
  ),
  mutant(
    "one bad value",
    "values that are not stored in their place end a run with 0",
    "sync/save_answer.ts",
    'if (note.level === "loss") state.losses.add(`site ${siteId}: ${text}`);\n    else ',
    "",
    "sync/losses_test.ts",
  ),
  mutant(
    "one bad value",
    "a value that is a word is lost without a note",
    "source/answer/placed_series.ts",
    "  if (misfits.length === 0) return [];",
    "  if (misfits.length >= 0) return [];",
    "sync/losses_test.ts",
  ),
  mutant(
    "not there",
    "a list without values is taken for a quiet site",
    "sync/save_answer.ts",
    "!one.isUnlisted || isMissed(one, step, state)",
    "!one.isUnlisted",
    "sync/losses_test.ts",
  ),
  mutant(
    "not there",
    "the daylight of a range is all of it",
    "sync/missing.ts",
    "  return common([range], daysIn(range, daylight ?? midday, days));",
    "  return [range];",
    missing,
  ),
  mutant(
    "not there",
    "what has delivered is given up after two days",
    "sync/belief.ts",
    "const daysOfDoubt = 3;",
    "const daysOfDoubt = 2;",
    beliefs,
  ),
  mutant(
    "not there",
    "the silence of a whole site is a failure of each of its series",
    "sync/belief.ts",
    'if (isEmpty && !othersDeliver && (mark?.delivered || hasDelivered(mark))) return "ignored";',
    "",
    beliefs,
  ),
  mutant(
    "not there",
    "a site that one list has lost is gone",
    "sync/plan.ts",
    "export const daysUntilGone = 3;",
    "export const daysUntilGone = 1;",
    "sync/evidence_test.ts",
    "sync/plan_test.ts",
  ),
  mutant(
    "zones",
    "another zone is believed from one answer",
    "model/zone_claim.ts",
    "  return hours >= hoursToBelieve ? believed(named) : belief;",
    "  return believed(named);",
    "model/zone_claim_test.ts",
  ),
  mutant(
    "future",
    "a remembered time that lies ahead counts",
    "sync/elapsed.ts",
    "  return second <= now + 3600 ? second : null;",
    "  return second;",
    "sync/plan_test.ts",
    "sync/pacing_test.ts",
    "sync/schedules_test.ts",
  ),
  mutant(
    "complete",
    "a site whose pieces failed counts as completely harvested",
    "sync/finish.ts",
    "!incomplete.has(siteId) && !incomplete.has(null) && isKnown(siteId)",
    "siteId > 0",
    "sync/losses_test.ts",
  ),
  mutant(
    "nobody answers",
    "a run goes on after two requests in a row without an answer",
    "sync/on_refusal.ts",
    "state.hasAnswer && state.silentInARow < 2",
    "state.hasAnswer && state.silentInARow < 3",
    "sync/losses_test.ts",
  ),
  mutant(
    "nobody answers",
    "what was never sent stays counted",
    "source/http/counted_sending.ts",
    "      if (!wasSent) await quota.giveBack(receipt);\n",
    "",
    "source/http/unanswered_test.ts",
    quota,
  ),
  mutant(
    "nobody answers",
    "a month that the server calls spent is asked at each run",
    "source/http/refused_month.ts",
    "return refusal.askedOn !== dayOf(now);",
    "return refusal.askedOn !== dayOf(now) || true;",
    quota,
    "source/http/quota_clock_test.ts",
    "source/v2/quota_test.ts",
  ),
  mutant(
    "limits",
    "another program's spending does not end the run",
    "sync/on_refusal.ts",
    'if (error.facts.byOthers || query.scope === "account") state.isBlocked = true;',
    'if (query.scope === "account") state.isBlocked = true;',
    "sync/losses_test.ts",
  ),
  mutant(
    "limits",
    "of our own count and the server's the smaller one is taken",
    "source/http/quota.ts",
    "return Math.max(0, used - Math.max(ours, ledger.used(bucket)));",
    "return Math.min(0, used - Math.max(ours, ledger.used(bucket)));",
    quota,
    "source/v2/quota_test.ts",
  ),
  mutant(
    "limits",
    "other owners' entries in the quota file are swept after two days",
    "source/http/quota_ledger.ts",
    "- 62 * daySeconds",
    "- 2 * daySeconds",
    quota,
    "source/http/quota_clock_test.ts",
  ),
  mutant(
    "limits",
    "a body of a gigabyte is read",
    "source/http/body_text.ts",
    "export const longestBodyBytes = 64 * 1024 * 1024;",
    "export const longestBodyBytes = 1024 * 1024 * 1024;",
    "source/http/bodies_test.ts",
  ),
  mutant(
    "failures",
    "HTTP 500 itself is not tried again",
    "source/http/outcome.ts",
    "if (status >= 500) return",
    "if (status > 500) return",
    outcomes,
  ),
  mutant(
    "failures",
    "a run waits a quarter of an hour for a server that asks for it",
    "source/http/retry_timing.ts",
    "const longestWaitSeconds = 90;",
    "const longestWaitSeconds = 900;",
    "source/http/retry_timing_test.ts",
  ),
  mutant(
    "order",
    "meters come before storage",
    "model/data_type.ts",
    '  "storage",\n  "meters",',
    '  "meters",\n  "storage",',
    "sync/plan_test.ts",
    "source/v1/source_test.ts",
    "source/v2/source_test.ts",
  ),
  mutant(
    "credentials",
    "the exchange of tokens follows redirects",
    "source/v2/oauth/exchange.ts",
    '      redirect: "manual",',
    '      redirect: "follow",',
    grants,
    "source/oauth/simulator_test.ts",
  ),
  mutant(
    "credentials",
    "a token is stored after it is used",
    "source/v2/oauth/grants.ts",
    "      await store(all, { mustNotBeLost: true });\n      learn(all);",
    "      setTimeout(() => void store(all, { mustNotBeLost: true }), 200);\n      learn(all);",
    grants,
  ),
  mutant(
    "credentials",
    "the callback takes any method",
    "source/v2/oauth/callback_server.ts",
    '    if (request.method !== "GET") return page(405, "Nothing can be sent here.");\n',
    "",
    "cli/login_test.ts",
  ),
  mutant(
    "credentials",
    "a key is sent along a redirect to another host",
    "source/http/redirect.ts",
    "  if (url?.origin === from.origin) {",
    "  if (url) {",
    outcomes,
  ),
  mutant(
    "credentials",
    "the runtime follows redirects by itself",
    "source/http/transport.ts",
    '        redirect: "manual",',
    '        redirect: "follow",',
    outcomes,
  ),
  mutant(
    "credentials",
    "the URL-encoded form of a secret is not hidden",
    "model/secret_spellings.ts",
    'text.includes("%") || ',
    "",
    secrets,
  ),
  mutant(
    "credentials",
    "shorter secrets are replaced before longer ones",
    "model/secret.ts",
    ".sort((a, b) => b.length - a.length)",
    ".sort((a, b) => a.length - b.length)",
    secrets,
  ),
  ...(["MWH", "GWH", "MW", "GW"] as const).map((unit) => {
    const factor = unit.startsWith("M") ? "1e6" : "1e9";
    const wrong = unit.startsWith("M") ? "1e7" : "1e10";
    return mutant(
      "units",
      `${unit} is off by ten`,
      "source/answer/units.ts",
      `  ${unit}: ${factor},`,
      `  ${unit}: ${wrong},`,
      units,
    );
  }),
  mutant(
    "terminal",
    "control characters of the second kind pass into tables",
    "cli/terminal/printable.ts",
    "\\u007f-\\u009f",
    "\\u007f",
    "cli/printable_test.ts",
  ),
  {
    ...mutant(
      "database",
      "last_seen goes back (SQLite)",
      "database/sqlite/upsert.ts",
      "`last_seen = max(${old}last_seen, excluded.last_seen)`",
      "`last_seen = excluded.last_seen`",
      "database/sqlite_test.ts",
    ),
    only: seen,
  },
  {
    ...mutant(
      "database",
      "last_seen goes back (PostgreSQL)",
      "database/postgres/upsert.ts",
      "`last_seen = greatest(${table.name}.last_seen, given.last_seen)`",
      "`last_seen = given.last_seen`",
      "database/postgres_test.ts",
    ),
    only: seen,
  },
  {
    ...mutant(
      "database",
      "last_seen goes back (MariaDB)",
      "database/mariadb/upsert.ts",
      '"last_seen = greatest(last_seen, values(last_seen))"',
      '"last_seen = values(last_seen)"',
      "database/mariadb_test.ts",
    ),
    only: seen,
  },
];
