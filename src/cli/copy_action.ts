import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  type CopiedTable,
  copyHarvest,
  type CopyProgress,
  requireHarvest,
} from "../database/copy.ts";
import type { Database, DatabaseLock, Holder } from "../database/database.ts";
import { LockedError } from "../database/database_error.ts";
import { openDatabase } from "../database/open.ts";
import { Secret } from "../model/secret.ts";
import { passwordsOf } from "../settings/setting_secrets.ts";
import { SettingsError } from "../settings/settings.ts";
import type { CommandContext } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";
import { openSession } from "./session.ts";
import { counted, countText } from "./terminal/human.ts";
import type { Look } from "./terminal/cells.ts";
import { renderTable } from "./terminal/table.ts";
import type { Output } from "./world.ts";

/** What the user asked `seh copy` for. A URL may be `env:NAME`. */
export interface CopyChoice {
  /** Null: the database of the settings. */
  readonly from: string | null;
  readonly to: string;
  readonly json: boolean;
}

/** Copies and compares. Throws UsageError, SettingsError, DatabaseError and LockedError. */
export async function copy(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: CopyChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const from = choice.from === null
    ? session.settings.databaseUrl
    : readUrl("--from", choice.from, context);
  const to = readUrl("--to", choice.to, context);
  await using opened = new AsyncDisposableStack();
  const open = async (option: string, url: Secret, create: boolean) => {
    const database = await openNamed(option, url, {
      create,
      clock: world.clock,
      cwd: world.cwd,
    });
    opened.defer(() => database.close());
    return database;
  };
  // The target is made only when there is something to put into it.
  const source = await open(choice.from === null ? "SEH_DATABASE_URL" : "--from", from, false);
  await requireHarvest(source);
  const target = await open("--to", to, true);

  // Safe while a sync is running there; the lock of some databases needs the tables.
  await target.migrate();
  const holder = { host: world.hostname(), pid: world.pid, since: world.clock.now() };
  const locks = await lockBoth(source, target, holder);
  for (const lock of locks) opened.use(lock);

  const progress = showProgress(world.stderr, session.options.quiet);
  let tables: readonly CopiedTable[];
  try {
    tables = await copyHarvest(source, target, {
      signal: AbortSignal.any([world.interrupted(), ...locks.map((one) => one.lost)]),
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
  }
  const unequal = tables.filter((one) => !one.isEqual).map((one) => one.table);
  if (choice.json) {
    const json = copyAsJson(source.address, target.address, tables);
    world.stdout.print(context.redact(`${JSON.stringify(json, null, 2)}\n`));
  } else if (!session.options.quiet) {
    world.stdout.print(copyAsText(tables, session.look(world.stdout)));
  }
  if (unequal.length === 0) {
    const written = tables.reduce((sum, one) => sum + one.written, 0);
    session.note(
      `${counted(written, "row")} copied; ${target.address} is equal to ${source.address}.`,
    );
    return;
  }
  world.stderr.print(context.redact(
    `seh: ${target.address} is not equal to ${source.address} in ${unequal.join(", ")}. ` +
      "Go on with the database that was copied; start again with an empty target.\n",
  ));
  context.exitWith(exitCode("failed"));
}

/** The URL, or what the environment variable that it names holds; its password is hidden from now on. */
function readUrl(option: string, text: string, context: CommandContext): Secret {
  const name = /^env:(.*)$/.exec(text)?.[1];
  const url = name === undefined ? text : context.world.environment[name] ?? "";
  if (url === "") {
    throw new UsageError(
      name === undefined
        ? `${option} needs the URL of a database, for example sqlite:///./seh.db.`
        : `${option} ${text}: the environment variable ${name} is not set.`,
    );
  }
  context.hide(passwordsOf(url));
  return new Secret(url);
}

/** The error for a URL that cannot be right names the option that gave it. */
async function openNamed(
  option: string,
  url: Secret,
  options: Parameters<typeof openDatabase>[1],
): Promise<Database> {
  try {
    return await openDatabase(url, options);
  } catch (error) {
    if (!(error instanceof SettingsError) || option === "SEH_DATABASE_URL") throw error;
    throw new UsageError(
      error.mistakes.map((one) => `${one.replaceAll("SEH_DATABASE_URL", option)}.`).join("\n"),
    );
  }
}

/** Both locks, so that no sync changes either database. Throws UsageError where they are one. */
async function lockBoth(
  source: Database,
  target: Database,
  holder: Holder,
): Promise<[DatabaseLock, DatabaseLock]> {
  const same = new UsageError(
    `--from and --to are the same database, ${source.address}; there is nothing to copy.`,
  );
  if (await areOneFile(source, target)) throw same;
  const first = await source.lock(holder);
  try {
    return [first, await target.lock(holder)];
  } catch (error) {
    await first[Symbol.asyncDispose]();
    if (!(error instanceof LockedError)) throw error;
    // It may be our own: two addresses can name one database of a server. Then it is free by now.
    const second = await target.lock(holder);
    await second[Symbol.asyncDispose]();
    throw same;
  }
}

/** A file may have two names, each with a lock of its own. */
async function areOneFile(source: Database, target: Database): Promise<boolean> {
  const [a, b] = await Promise.all(
    [source, target].map(({ address }) => Deno.stat(address).catch(() => null)),
  );
  return a !== null && b !== null && a.ino !== null && a.ino === b.ino && a.dev === b.dev;
}

function copyAsText(tables: readonly CopiedTable[], look: Look): string {
  return renderTable(
    [
      { head: "table", shrinks: true },
      { head: "copied now", align: "right", drops: 2 },
      { head: "rows", align: "right" },
      { head: "checksum", drops: 1 },
      { head: "compared" },
    ],
    tables.map(({ table, written, source, target, isEqual }) => [
      table,
      countText(written),
      countText(target.rows),
      target.sha256.slice(0, 12),
      isEqual ? { text: "equal", style: "green" } : {
        text: source.rows === target.rows
          ? `other values: ${source.sha256.slice(0, 12)}`
          : `${countText(source.rows)} rows in the source`,
        style: "red",
      },
    ]),
    look,
  );
}

function copyAsJson(from: string, to: string, tables: readonly CopiedTable[]): unknown {
  return {
    from,
    to,
    equal: tables.every((one) => one.isEqual),
    rows: tables.reduce((sum, one) => sum + one.target.rows, 0),
    rows_written: tables.reduce((sum, one) => sum + one.written, 0),
    tables: tables.map(({ table, written, source, target, isEqual }) => ({
      table,
      rows_written: written,
      equal: isEqual,
      source,
      target,
    })),
  };
}

/** One line at the foot of a terminal that says what is being done. */
function showProgress(output: Output, quiet: boolean) {
  if (!output.isTerminal || quiet) return { update: () => {}, stop: () => {} };
  const show = (text: string) => output.print(`\r\u001b[2K${text.slice(0, output.columns - 1)}`);
  return {
    update: ({ step, table, rows }: CopyProgress) =>
      show(`${step} ${table}${rows > 0 ? `: ${counted(rows, "row")}` : ""}`),
    stop: () => show(""),
  };
}
