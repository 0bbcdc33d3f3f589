import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Database, Holder } from "../database/database.ts";
import { retrying } from "../database/retrying.ts";
import { getLog } from "../logging/log.ts";
import { dataTypes } from "../model/data_type.ts";
import type { Settings } from "../settings/settings.ts";
import { SourceError } from "../source/source_error.ts";
import type { Failure, Report } from "../sync/report.ts";
import { run } from "../sync/run.ts";
import type { Wanted } from "../sync/wanted.ts";
import type { CommandContext } from "./context.ts";
import { type ExitCode, exitCode, interruptedCode, mostSerious } from "./exit_codes.ts";
import { describe, UsageError } from "./failure.ts";
import type { OpenedSource } from "./open_source.ts";
import { openSession, type Session } from "./session.ts";
import { failureLines } from "./sync_failure_text.ts";
import { reportAsJson, reportAsText } from "./sync_report_text.ts";
import { type Watch, watchRun } from "./sync_watch.ts";
import { upToDateText } from "./sync_next.ts";
import { noteLacking, type SyncOptions } from "./sync_options.ts";
import { timeText } from "./terminal/human.ts";
import { startProgress } from "./terminal/progress.ts";
import { fitted } from "./terminal/wrapped.ts";

/** Runs one sync. Throws UsageError, SettingsError, DatabaseError and LockedError; the rest is in the summary. */
export async function sync(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: SyncOptions,
): Promise<void> {
  await using session = await openSession(context, command);
  let wanted = wantedBy(options, session.settings);
  const interrupted = context.world.interrupted();
  const { world } = context;
  if (options.dryRun) {
    const { printPlan } = await import("./sync_dry_run.ts");
    return await printPlan(context, session, wanted, options);
  }
  using watch = startWatch(context, session, options);
  let opened = await session.openSource({
    mayAsk: true,
    patience: interrupted,
    onWait: watch.onWait,
  });
  noteLacking(options, opened, session);
  const connected = await session.openDatabase({ create: !options.repair });
  if (options.repair) await session.requireCurrent(connected);
  const started = world.clock.now().round({
    smallestUnit: "second",
    roundingMode: "floor",
  });
  const holder: Holder = { host: world.hostname(), pid: world.pid, since: started };
  // Safe while another sync is running; the lock of some databases needs the tables.
  const { isShared } = await connected.migrate();
  if (isShared) {
    session.note(
      "The Python tool keeps its data in this database too. seh import separates the two.",
    );
  }
  if (options.repair) {
    const { repairOf } = await import("./repair_range.ts");
    const known = await connected.known(wanted.siteIds ?? undefined);
    const repair = repairOf(options.repair, known.sites, wanted, opened.source, world.clock.now());
    wanted = repair.wanted;
    opened = { ...opened, source: repair.source };
  }
  if (wanted.range) {
    const { agree } = await import("./sync_consent.ts");
    const answer = await agree(context, session, opened, connected, wanted, options);
    if (answer === "nothing") return;
  }
  await using lock = await connected.lock(holder);
  const database = retrying(connected, lock.lost);
  const runId = `${started} ${holder.host} ${holder.pid}`;
  await database.recordRun({ runId, holder });
  const log = session.settings.logFile === null ? null : getLog("sync");
  log?.info("sync started", { run: runId });
  const report = await runWatched(
    context,
    session,
    opened,
    database,
    wanted,
    options,
    lock.lost,
    watch,
  );
  watch.stop();
  if (lock.lost.aborted) throw lock.lost.reason;
  const code = exitCodeOf(report, interrupted.reason);
  await database.recordRun({
    runId,
    holder,
    finished: {
      at: report.finishedAt,
      exitCode: code,
      requests: report.requests,
      inserted: report.inserted,
      changed: report.changed,
      summary: context.redact(JSON.stringify(reportAsJson(report, code))),
    },
  });
  log?.info("sync ended", {
    run: runId,
    exit_code: code,
    requests: report.requests,
    new_rows: report.inserted,
    changed_rows: report.changed,
    failures: report.failures.length,
  });
  await printReport(report, code, { context, session, database, opened, wanted, options });
  const why = report.ended ?? report.unreachable;
  if (why) {
    world.stderr.print(fitted(`seh: ${context.redact(whyEnded(why))}\n`, world.stderr));
  }
  context.exitWith(code);
}

/** Prints what a run did: as JSON, in sentences, or with --quiet only what failed. */
async function printReport(
  report: Report,
  code: ExitCode,
  { context, session, database, opened, wanted, options }: {
    readonly context: CommandContext;
    readonly session: Session;
    readonly database: Database;
    readonly opened: OpenedSource;
    readonly wanted: Wanted;
    readonly options: SyncOptions;
  },
): Promise<void> {
  const { world, redact } = context;
  const skipsFailures = session.settings.errorHandling === "skip";
  if (options.json) {
    world.stdout.print(redact(`${JSON.stringify(reportAsJson(report, code), null, 2)}\n`));
  } else if (!session.options.quiet) {
    const upToDate = report.requests === 0
      ? await upToDateText(
        database,
        opened.source,
        wanted,
        world.clock.now(),
        report.waiting.length > 0,
      )
      : null;
    const text = reportAsText(report, { failures: !skipsFailures, upToDate });
    world.stdout.print(fitted(redact(text), world.stdout));
  } else if (!skipsFailures) {
    for (const line of failureLines(report.failures)) {
      world.stderr.print(fitted(`${redact(line)}\n`, world.stderr));
    }
  }
}

/** The sentence of the failure that ended a run: what, where, what to do. */
function whyEnded({ kind, endpoint, message, remedy, asksAgainAt }: Failure): string {
  if (kind === "useless") {
    const happened = `nothing useful comes from SolarEdge's API (${message}).`;
    if (asksAgainAt !== undefined) {
      const at = Temporal.Instant.fromEpochMilliseconds(asksAgainAt * 1000);
      return `${happened} The next request goes out after ${
        timeText(at, Temporal.Now.timeZoneId())
      }; nothing is lost.`;
    }
    return `${happened} Something may stand in between, such as the login page of a network, ` +
      "SolarEdge may be in trouble, or SEH_API_BASE_URL is wrong. The next runs ask once each until an " +
      "answer is useful; nothing is lost.";
  }
  if (kind === "left-out" || kind === "unknown-site" || kind === "denied" || kind === "lost-site") {
    return message;
  }
  if (!endpoint) return message;
  return describe(new SourceError({ kind, endpoint, detail: message, remedy })).text;
}

/** The exit codes of everything that happened; the most serious wins. */
function exitCodeOf(report: Report, reason: unknown): ExitCode {
  const codes: ExitCode[] = [];
  const failures = [...report.failures, ...report.ended ? [report.ended] : []];
  if (failures.some((one) => one.kind === "credentials")) codes.push(exitCode("credentials"));
  if (report.ended?.kind === "state") codes.push(exitCode("usage"));
  if (report.ended?.kind === "retired") codes.push(exitCode("failed"));
  if (report.failures.length > 0 || report.losses.length > 0 || report.ended) {
    codes.push(exitCode("partial"));
  }
  if (report.leftDue > 0 || report.unreachable) codes.push(exitCode("later"));
  if (report.interrupted) codes.push(interruptedCode(reason));
  return mostSerious(codes);
}

function wantedBy(options: SyncOptions, settings: Settings): Wanted {
  const only = options.only ?? dataTypes.filter((one) => !settings.skipDataTypes.includes(one));
  const chosen = only.filter((one) => !options.skip.includes(one));
  if (chosen.length === 0) {
    throw new UsageError("--only, --skip and SEH_SKIP_DATA_TYPES leave no type of data to fetch.");
  }
  return {
    depth: options.depth,
    siteIds: options.siteIds ?? settings.siteIds,
    dataTypes: new Set(chosen),
    range: options.range,
    lookbackDays: { energy: settings.energyLookbackDays, power: settings.powerLookbackDays },
    overlapMinutes: settings.syncOverlapMinutes,
    spareQuota: settings.spareQuota,
  };
}

/** A watch whose lines and bar share the terminal with those of the session; stops when disposed. */
function startWatch(
  { world }: CommandContext,
  session: Session,
  { maxRequests }: Pick<SyncOptions, "maxRequests">,
): Watch & Disposable & { stop(): void } {
  const progress = startProgress(world.stderr, {
    quiet: session.options.quiet,
    isDumb: world.environment.TERM === "dumb",
    clock: world.clock,
  });
  session.printLinesWith(progress.log);
  const stop = () => {
    progress.stop();
    session.printLinesWith(null);
  };
  const skipsFailures = session.settings.errorHandling === "skip";
  const watch = watchRun(progress, {
    skipsFailures,
    maxRequests,
    say: session.note,
    clock: world.clock,
    interrupted: world.interrupted(),
  });
  return { ...watch, stop, [Symbol.dispose]: stop };
}

async function runWatched(
  context: CommandContext,
  session: Session,
  { source, client }: OpenedSource,
  database: Database,
  wanted: Wanted,
  options: SyncOptions,
  lockLost: AbortSignal,
  { onEvent }: Watch,
): Promise<Report> {
  const interrupted = context.world.interrupted();
  const noteStopped = () => session.note("Stopped. Everything fetched so far is saved.");
  interrupted.addEventListener("abort", noteStopped);
  try {
    return await run({
      source,
      database,
      clock: context.world.clock,
      wanted,
      concurrency: session.settings.apiMaxConcurrent,
      strict: session.settings.errorHandling === "strict",
      maxRequests: options.maxRequests,
      requestsSent: () => client.sent,
      wholeHarvest: !options.only && options.skip.length === 0 && !wanted.range,
      onEvent,
      signal: AbortSignal.any([interrupted, lockLost]),
    });
  } finally {
    interrupted.removeEventListener("abort", noteStopped);
  }
}
