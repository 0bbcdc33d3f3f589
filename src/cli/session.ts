import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Database, TimesOf } from "../database/database.ts";
import { DatabaseError, isDatabaseError } from "../database/database_error.ts";
import { checkDatabaseUrl, openDatabase as open } from "../database/open.ts";
import { withSetZones } from "../database/believed_zones.ts";
import { getLog, openLog } from "../logging/log.ts";
import { loadSettings } from "../settings/load.ts";
import { secretsOf } from "../settings/setting_secrets.ts";
import type { Settings } from "../settings/settings.ts";
import { type CommandContext, type GlobalOptions, globalOptions } from "./context.ts";
import type { SourceFacts } from "../source/source.ts";
import type { OpenedSource, SourceChoice } from "./open_source.ts";
import { findSettings } from "./settings_source.ts";
import { wantsColour } from "./terminal/colour.ts";
import type { Look } from "./terminal/cells.ts";
import { fitted } from "./terminal/wrapped.ts";
import type { Output } from "./world.ts";

/** What a command that does something works with; closes all that it has opened when disposed. */
export interface Session extends AsyncDisposable {
  readonly settings: Settings;
  readonly options: GlobalOptions;
  /** The settings file in use; null: none. */
  readonly settingsFile: string | null;
  /** A line for the person on stderr; nothing with --quiet. */
  note(line: string): void;
  /** Lets lines for the person go through something else, such as a running progress display. */
  printLinesWith(print: ((line: string) => void) | null): void;
  /** How tables should look on this output. */
  look(output: Output): Look;
  /** `briefly`: for a look of a moment. Throws DatabaseError; closed with the session. */
  openDatabase(options: { create: boolean; briefly?: boolean }): Promise<Database>;
  /** The database for those who only look, for a moment, or in words why there is none yet. Throws DatabaseError. */
  lookForDatabase(): Promise<Database | string>;
  /** Throws DatabaseError where the tables are not there or not up to date, saying what to do. */
  requireCurrent(database: Database): Promise<void>;
  /**
   * Who chooses rows by their time would leave out one whose time is none: throws DatabaseError that names such a
   * row, and says what to do.
   */
  requireTimes(database: Database, where: TimesOf): Promise<void>;
  /**
   * Throws SettingsError without credentials; closed with the session. Once `patience` is aborted every request
   * ends at once with a SourceError of kind `interrupted`, whatever it waits for. `onWait` is called when one
   * begins to wait.
   */
  openSource(how: SourceChoice): Promise<OpenedSource>;
  /**
   * What the source can and cannot give; needs no credentials. Where there are none, what the database
   * remembers says which source that is. Throws DatabaseError.
   */
  sourceFacts(database: Pick<Database, "known"> | null): Promise<SourceFacts>;
}

/** Reads the settings and opens the log. Throws SettingsError. */
export async function openSession(
  context: CommandContext,
  command: CommandUnknownOpts,
): Promise<Session> {
  const { world } = context;
  const options = globalOptions(command);
  const file = findSettings(world, options.config);
  const settings = loadSettings({ environment: world.environment, file, cwd: world.cwd });
  context.hide(secretsOf(settings));
  await checkDatabaseUrl(settings.databaseUrl);

  let printLine: (line: string) => void = (line) => world.stderr.print(`${line}\n`);
  const direct = printLine;
  const print = (line: string) => printLine(fitted(context.redact(line), world.stderr));
  await using opened = new AsyncDisposableStack();
  opened.use(
    await openLog({
      level: logLevel(options, settings),
      file: settings.logFile,
      maxBytes: settings.logMaxBytes,
      backups: settings.logBackupCount,
      redact: context.redact,
      human: print,
    }),
  );
  const note = (line: string) => {
    if (!options.quiet) print(line);
  };
  for (const one of settings.notes) note(one);
  const resources = opened.move();
  const again = { create: false, briefly: true, clock: world.clock, cwd: world.cwd };
  const openDatabase = async (how: { create: boolean; briefly?: boolean }) => {
    const database = await open(settings.databaseUrl, { ...again, briefly: false, ...how });
    resources.defer(() => database.close());
    context.explainWith((error) => meaningOf(error, () => open(settings.databaseUrl, again)));
    return withSetZones(database, settings.siteTimeZones);
  };

  return {
    settings,
    options,
    settingsFile: file?.path ?? null,
    note,
    printLinesWith: (other) => void (printLine = other ?? direct),
    look: (output) => ({
      borders: output.isTerminal,
      colour: wantsColour(output, world.environment, options.color),
      width: output.columns,
    }),
    openDatabase,
    async lookForDatabase() {
      try {
        const database = await openDatabase({ create: false, briefly: true });
        const state = await database.state();
        return state === "current" ? database : `${database.address} ${notCurrent[state]}`;
      } catch (error) {
        if (isDatabaseError(error, "absent")) return error.message;
        throw error;
      }
    },
    async requireCurrent(database) {
      const state = await database.state();
      if (state !== "current") {
        throw new DatabaseError("failed", `${database.address} ${notCurrent[state]}`);
      }
    },
    async requireTimes(database, where) {
      const found = await database.unreadableTime(where);
      if (found !== null) throw unreadable(database, found);
    },
    async openSource(how) {
      const { openSource } = await import("./open_source.ts");
      const log = getLog("http");
      return resources.use(
        await openSource(
          settings,
          { world, hide: context.hide },
          (level, text) => log[level](text),
          how,
        ),
      );
    },
    async sourceFacts(database) {
      const { sourceFacts } = await import("./source_facts.ts");
      return await sourceFacts(settings, database);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Of a time that a calculation refuses: the stored row in which it stands, else the error itself. */
async function meaningOf(error: unknown, reopen: () => Promise<Database>): Promise<unknown> {
  const isOfTime = error instanceof RangeError ||
    error instanceof Error && /is no time$|infinite timestamps/.test(error.message);
  if (!isOfTime) return error;
  try {
    const database = await reopen();
    try {
      const found = await database.unreadableTime();
      return found === null ? error : unreadable(database, found, error);
    } finally {
      await database.close();
    }
  } catch {
    return error;
  }
}

function unreadable(database: Database, found: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    "failed",
    `${database.address}: ${found}. Somebody has changed it by hand. Put it right, or delete ` +
      "the row and fetch its day again: seh sync --from DATE --to DATE",
    { cause },
  );
}

/** --quiet is about the terminal: a log file keeps its own level. */
function logLevel(
  { verbose, quiet }: GlobalOptions,
  { logLevel, logFile }: Settings,
): Settings["logLevel"] {
  if (verbose) return "DEBUG";
  return quiet && logFile === null ? "ERROR" : logLevel;
}

const notCurrent = {
  empty: "holds no tables of seh yet; run `seh sync` to fetch data into it",
  behind: "was made by an older version of seh; run `seh init-db` to upgrade it",
} as const;
