import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { pruneArchive } from "../archive/folder.ts";
import { reparse as run, reparsedUntil, type ReparseReport } from "../archive/reparse.ts";
import type { Database } from "../database/database.ts";
import type { CommandContext } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";
import { openSession, type Session } from "./session.ts";
import { counted, countText, sizeText } from "./terminal/human.ts";
import type { Output } from "./world.ts";

/** So many damaged lines are named one by one. */
const mostNoted = 10;

/** Rebuilds rows. Throws UsageError, SettingsError, DatabaseError and LockedError. */
export async function reparse(
  context: CommandContext,
  command: CommandUnknownOpts,
  { all, json }: { readonly all: boolean; readonly json: boolean },
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const folder = await archiveOf(session);
  const database = await session.openDatabase({ create: true });
  // Safe while a sync is running there; the lock of some databases needs the tables.
  await database.migrate();
  await using lock = await database.lock({
    host: world.hostname(),
    pid: world.pid,
    since: world.clock.now(),
  });
  const from = all ? null : await whereToGoOn(database);
  const progress = showProgress(world.stderr, session.options.quiet);
  let noted = 0;
  let report: ReparseReport;
  try {
    report = await run(database, {
      folder,
      from,
      signal: AbortSignal.any([world.interrupted(), lock.lost]),
      onDamage(file, what) {
        progress.stop();
        if (noted++ < mostNoted) session.note(`${file}: ${what}`);
      },
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
  }
  if (noted > mostNoted) session.note(`And ${countText(noted - mostNoted)} more like it.`);
  if (json) {
    world.stdout.print(`${JSON.stringify({ archive: folder, ...report }, null, 2)}\n`);
  }
  session.note(reportText(report, from));
  if (report.unread > 0) context.exitWith(exitCode("partial"));
}

/** Deletes what is too old. Throws UsageError and SettingsError. */
export async function prune(
  context: CommandContext,
  command: CommandUnknownOpts,
  { olderThanSeconds, json }: { readonly olderThanSeconds: number; readonly json: boolean },
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const folder = await archiveOf(session);
  const before = world.clock.now().subtract({ seconds: Math.round(olderThanSeconds) }).toString()
    .slice(0, 10);
  const { files, bytes } = await pruneArchive(folder, before);
  if (json) {
    world.stdout.print(`${JSON.stringify({ archive: folder, before, files, bytes }, null, 2)}\n`);
  }
  session.note(
    files === 0
      ? `No answer is older than ${before}.`
      : `${counted(files, "file")} of answers before ${before} deleted (${sizeText(bytes)}).`,
  );
}

async function archiveOf({ settings }: Session): Promise<string> {
  const { archiveDir } = settings;
  if (archiveDir === null) {
    throw new UsageError(
      "No answers are kept. Set SEH_ARCHIVE_DIR to a folder; from then on every answer is kept there.",
    );
  }
  const there = await Deno.stat(archiveDir).catch(() => null);
  if (!there?.isDirectory) {
    throw new UsageError(
      `${archiveDir} (SEH_ARCHIVE_DIR) is not there yet; the next sync makes it.`,
    );
  }
  return archiveDir;
}

/** Null: at the first answer. */
async function whereToGoOn(database: Database): Promise<Temporal.Instant | null> {
  const until = await reparsedUntil(database);
  if (until !== null) return until;
  for await (const page of database.read({ table: "sites" })) {
    if (page.length === 0) continue;
    throw new UsageError(
      `${database.address} holds data that did not come from this archive. Name an empty database in ` +
        "SEH_DATABASE_URL, or say --all: then values that differ from the archive are set back.",
    );
  }
  return null;
}

function reportText(report: ReparseReport, from: Temporal.Instant | null): string {
  const { answers, passed, unread, inserted, changed } = report;
  if (answers + passed + unread === 0) return "There are no answers in the archive.";
  const since = from === null
    ? ""
    : `, from ${from.toString().slice(0, 16).replace("T", " ")} UTC on`;
  return `${counted(answers, "answer")} read${since}: ${counted(inserted, "new row")}, ` +
    `${countText(changed)} changed.` +
    (passed > 0 ? ` ${counted(passed, "answer")} held no data (refusals and failures).` : "") +
    (unread > 0 ? ` ${counted(unread, "line")} could not be read.` : "");
}

/** One line at the foot of a terminal that says how far it is. */
function showProgress(output: Output, quiet: boolean) {
  if (!output.isTerminal || quiet) return { update: () => {}, stop: () => {} };
  const show = (text: string) => output.print(`\r\u001b[2K${text.slice(0, output.columns - 1)}`);
  return {
    update: ({ answers, inserted }: ReparseReport, at: Temporal.Instant) =>
      show(
        `${at.toString().slice(0, 10)}: ${counted(answers, "answer")}, ${
          counted(inserted, "new row")
        }`,
      ),
    stop: () => show(""),
  };
}
