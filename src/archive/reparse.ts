import type { Database } from "../database/database.ts";
import { epochOf } from "../model/coverage.ts";
import type { Known } from "../model/harvest.ts";
import { compareInstants } from "../model/interval.ts";
import { SourceError } from "../source/source_error.ts";
import type { Source } from "../source/source.ts";
import { writeDownDark } from "../sync/finish.ts";
import { arrange, type Knowledge, renewed } from "../sync/knowledge.ts";
import { readDaylight } from "../sync/daylight.ts";
import { RunState } from "../sync/run_state.ts";
import { saveAnswer } from "../sync/save_answer.ts";
import { takeOver } from "../sync/take_over.ts";
import { type ArchivedAnswer, requestOf } from "./line.ts";
import { type OnDamage, readArchive } from "./reader.ts";
import { createReplay, type Replay } from "./replay.ts";

/** What a reparse did. */
export interface ReparseReport {
  /** Answers that rows were made of. */
  answers: number;
  /** Refusals and failures, and answers of sources that there are no more: they hold no rows. */
  passed: number;
  /** Lines and answers that could not be read. */
  unread: number;
  inserted: number;
  changed: number;
}

/** How a reparse runs. */
export interface ReparseOptions {
  readonly folder: string;
  /** Answers from this moment on; null: all. */
  readonly from: Temporal.Instant | null;
  /** Ends it between two answers; what was saved stays. */
  readonly signal: AbortSignal;
  readonly onDamage: OnDamage;
  readonly onProgress?: (report: ReparseReport, at: Temporal.Instant) => void;
}

/** Under this name a database remembers how far the archive was read into it. */
const reparsedSeries = "reparse";

/** An answer that came so much later, in milliseconds, may know more of the sites. */
const runsApart = 30_000;

/** So many answers are read again, at most, when a reparse that was cut off goes on. */
const answersPerMark = 100;

/** How far the archive was read into a database; null: never. Throws DatabaseError. */
export async function reparsedUntil(database: Database): Promise<Temporal.Instant | null> {
  const { marks } = await database.known([]);
  return marks.find((one) => one.siteId === 0 && one.series === reparsedSeries)?.lastSuccess ??
    null;
}

/**
 * Reads every answer again and saves it as a sync saves it: rows, what follows from them, and what is known to be
 * fetched, as of the time at which it came. Safe to end at any time. Throws DatabaseError, or the reason of the signal.
 */
export async function reparse(database: Database, options: ReparseOptions): Promise<ReparseReport> {
  const { folder, from, signal, onDamage, onProgress } = options;
  const replay = createReplay();
  const report: ReparseReport = { answers: 0, passed: 0, unread: 0, inserted: 0, changed: 0 };
  let state: RunState | null = null;
  let knowledge: Knowledge | null = null;
  let knownAt = -Infinity;
  let last: Temporal.Instant | null = null;
  const archive = readArchive(folder, from, (file, what) => {
    report.unread++;
    onDamage(file, what);
  });
  for await (const { answer, file } of archive) {
    signal.throwIfAborted();
    last = answer.at;
    const source = replay.sourceOf(answer);
    const isGood = answer.status >= 200 && answer.status <= 299;
    if (!isGood || !source?.queries.some((one) => one.name === answer.query)) {
      report.passed++;
      continue;
    }
    const isNewRun = answer.at.epochMilliseconds - knownAt > runsApart;
    if (state === null || isNewRun || state.options.source.name !== source.name) {
      state = stateFor(database, source, replay, signal, answer.at);
      knowledge = arrange(await knownNow(database, source, answer.at), epochOf(answer.at));
      knownAt = answer.at.epochMilliseconds;
    }
    state.knowledge = withReports(knowledge!, answer);
    if (!await saved(answer, source, replay, state)) {
      report.unread++;
      onDamage(file, `the answer of ${answer.at} for ${answer.endpoint} cannot be read`);
      continue;
    }
    // What sites and devices there are decides what follows from the answers after this one.
    const query = source.queries.find((one) => one.name === answer.query)!;
    if (!query.axis) knowledge = await refreshed(knowledge!, database, answer);
    report.answers++;
    report.inserted += state.counts.inserted;
    report.changed += state.counts.changed;
    state.counts.inserted = state.counts.changed = state.counts.unchanged = 0;
    onProgress?.(report, answer.at);
    if (report.answers % answersPerMark === 0) await remember(database, answer.at);
  }
  if (state && last) {
    state.knowledge = arrange(
      await database.known(),
      epochOf(last),
      await readDaylight(database, state.startedAt),
    );
    await writeDownDark(state);
  }
  if (last) await remember(database, last);
  return report;
}

/** What the sites had reported when they were asked stands in the request itself. */
function withReports(knowledge: Knowledge, { sites }: ArchivedAnswer): Knowledge {
  const lastUpdates = new Map(
    sites.map((one) => [one.siteId, one.lastUpdate && epochOf(one.lastUpdate)]),
  );
  return {
    ...knowledge,
    reported: (siteId) =>
      lastUpdates.has(siteId) ? lastUpdates.get(siteId)! : knowledge.reported(siteId),
  };
}

/** What is known after an answer about sites and devices was saved. */
async function refreshed(
  knowledge: Knowledge,
  database: Database,
  { sites, at }: ArchivedAnswer,
): Promise<Knowledge> {
  const siteIds = sites.map((one) => one.siteId);
  return siteIds.length === 0
    ? arrange(await database.known(), epochOf(at))
    : renewed(knowledge, await database.known(siteIds), siteIds, epochOf(at));
}

async function knownNow(database: Database, source: Source, at: Temporal.Instant): Promise<Known> {
  const known = await database.known();
  return await takeOver(database, source, known, at) ? await database.known() : known;
}

/** False where the answer cannot be read. */
async function saved(
  answer: ArchivedAnswer,
  source: Source,
  replay: Replay,
  state: RunState,
): Promise<boolean> {
  const query = source.queries.find((one) => one.name === answer.query)!;
  try {
    const harvest = await replay.read(answer, source);
    const { window } = answer;
    await saveAnswer(harvest, {
      request: requestOf(answer, query),
      stage: "newest",
      purpose: "due",
      needed: [],
      isNewest: !window || compareInstants(window.end, answer.at) >= 0,
      wantedFrom: new Map(),
    }, state);
    return true;
  } catch (error) {
    if (error instanceof SourceError || error instanceof SyntaxError) return false;
    throw error;
  }
}

/** A run of the engine that asks nobody: saving needs what is known, and counts what it did. */
function stateFor(
  database: Database,
  source: Source,
  { clock }: Replay,
  signal: AbortSignal,
  startedAt: Temporal.Instant,
): RunState {
  return new RunState({
    source,
    database,
    clock: { ...clock, sleep: () => Promise.resolve() },
    wanted: {
      depth: "recent",
      siteIds: null,
      dataTypes: new Set(source.queries.map((one) => one.dataType)),
      range: null,
      lookbackDays: { energy: 0, power: 0 },
      overlapMinutes: 0,
      spareQuota: "keep",
    },
    concurrency: 1,
    strict: false,
    maxRequests: null,
    requestsSent: () => 0,
    wholeHarvest: false,
    onEvent: () => {},
    signal,
  }, startedAt);
}

async function remember(database: Database, at: Temporal.Instant): Promise<void> {
  await database.save({
    source: "archive",
    series: reparsedSeries,
    dataType: "sites",
    harvest: { rows: [] },
    ranges: [],
    marks: [{ siteId: 0, deviceKey: "", lastSuccess: at }],
    fetchedAt: at,
  });
}
