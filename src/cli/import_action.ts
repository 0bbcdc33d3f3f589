import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { basename, dirname, join, resolve } from "node:path";
import { refusalOf } from "../import/cannot_read.ts";
import type { Database } from "../database/database.ts";
import { isDatabaseError } from "../database/database_error.ts";
import { openDatabase } from "../database/open.ts";
import { withSetZones } from "../database/believed_zones.ts";
import { recogniseFile, type RecogniseOptions, recogniseUrl } from "../import/recognise.ts";
import { type NamedReader, runImport } from "../import/run.ts";
import { readTimeZone } from "../model/time_zone.ts";
import { Secret } from "../model/secret.ts";
import type { CommandContext } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { UsageError } from "./failure.ts";
import { type Place, placesOf } from "./import_places.ts";
import { importJson, importText } from "./import_text.ts";
import { openSession, type Session } from "./session.ts";
import { counted, countText } from "./terminal/human.ts";
import { printable } from "./terminal/printable.ts";
import { fitted } from "./terminal/wrapped.ts";
import type { Output } from "./world.ts";

/** What the user asked `seh import` for. */
export interface ImportChoice {
  readonly sources: readonly string[];
  readonly isDryRun: boolean;
  readonly siteIds: readonly number[];
  readonly serial: string | null;
  readonly timeZone: string | null;
  readonly dateOrder: "day-first" | "month-first" | null;
  readonly decimal: "point" | "comma" | null;
  readonly writtenIn: string | null;
  readonly distrust: boolean;
  readonly json: boolean;
}

/** Imports, and reports. Throws UsageError, SettingsError, DatabaseError and LockedError. */
export async function importAction(
  context: CommandContext,
  command: CommandUnknownOpts,
  choice: ImportChoice,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  if (choice.siteIds.length > 1) throw new UsageError("--site takes one site here.");
  const timeZone = zoneOf("--time-zone", choice.timeZone);
  const writtenIn = zoneOf("--written-in", choice.writtenIn);
  await using found = await placesOf(choice.sources, context);
  const { places } = found;
  const target = await targetOf(session.settings.databaseUrl, places, world.cwd);

  await using opened = new AsyncDisposableStack();
  const options: RecogniseOptions = {
    siteId: choice.siteIds[0] ?? null,
    serial: choice.serial,
    dateOrder: choice.dateOrder,
    decimal: choice.decimal,
    writtenIn,
    now: world.clock.now(),
    isTarget: false,
  };
  // All sources are looked at before anything is written.
  const readers: NamedReader[] = [];
  const refusals: string[] = [];
  for (const place of places) {
    const isTarget = place.isUrl && target.url.reveal() === place.text;
    const open = () =>
      place.isUrl
        ? recogniseUrl(place.text, { ...options, isTarget })
        : recogniseFile(place.text, options);
    const reader = await orRefusal(open, places.length === 1);
    if (typeof reader === "string") {
      refusals.push(`${place.name} ${reader}`);
      continue;
    }
    opened.defer(() => reader.close());
    readers.push({ name: place.name, reader });
  }
  if (readers.length === 0) throw new UsageError(refusals.join("\n"));

  const database = await openTarget(session, target.url, choice.isDryRun, context);
  if (database) opened.defer(() => database.close());
  if (database && !choice.isDryRun) {
    await database.migrate();
    const holder = { host: world.hostname(), pid: world.pid, since: world.clock.now() };
    opened.use(await database.lock(holder));
  }
  const progress = showProgress(world.stderr, session.options.quiet);
  const reports = await runImport(readers, {
    database,
    isDryRun: choice.isDryRun,
    distrust: choice.distrust,
    now: world.clock.now(),
    timeZone,
    siteTimeZones: session.settings.siteTimeZones,
    signal: world.interrupted(),
    onProgress: progress.update,
  }).finally(progress.stop);
  for (const { name, refusal, tables } of reports) {
    if (refusal === null) continue;
    // What came before the trouble is there, and reading it again changes nothing of it.
    const part = tables.length === 0 || choice.isDryRun ? "" : " What stood before it came in.";
    refusals.push(`${name} ${refusal}${part}`);
  }
  const isNothing = reports.every((one) => one.refusal !== null && one.tables.length === 0);
  if (refusals.length === places.length && isNothing) throw new UsageError(refusals.join("\n"));

  const text = choice.json
    ? `${JSON.stringify(importJson(reports, choice.isDryRun), null, 2)}\n`
    : importText(
      reports,
      choice,
      session.look(world.stdout),
      (line) => fitted(line, world.stdout),
    );
  world.stdout.print(context.redact(text));
  if (target.separated !== null) {
    session.note(
      `${target.separated} stays the Python tool's. Your data is in ${target.file}. From now on ` +
        `set SEH_DATABASE_URL=sqlite:///${target.file}`,
    );
  }
  for (const one of refusals) {
    world.stderr.print(fitted(context.redact(`seh: ${printable(one)}\n`), world.stderr));
  }
  if (refusals.length > 0 || reports.some((one) => one.isPartial)) {
    context.exitWith(exitCode("partial"));
  }
}

/**
 * Where the rows go. A file that is a source too, because both programs name theirs `seh.db`, stays as it is: seh
 * gets a file of its own beside it.
 */
async function targetOf(url: Secret, places: readonly Place[], cwd: string) {
  const text = url.reveal();
  const same = { url, separated: null, file: "" };
  const path = /^sqlite(?:\+\w+)?:\/\/\/(.+)$/i.exec(text.trim())?.[1];
  if (path === undefined || path === ":memory:") return same;
  const file = resolve(cwd, path);
  const [real, ...others] = await Promise.all(
    [file, ...places.filter((one) => !one.isUrl).map((one) => one.text)]
      .map((one) => Deno.realPath(one).catch(() => one)),
  );
  if (!others.includes(real)) return same;
  const beside = join(dirname(file), `${basename(file).replace(/\.[^.]*$/, "")}-harvest.db`);
  return { url: new Secret(`sqlite:///${beside}`), separated: file, file: beside };
}

async function openTarget(
  session: Session,
  url: Secret,
  isDryRun: boolean,
  context: CommandContext,
): Promise<Database | null> {
  try {
    const database = await openDatabase(url, { create: !isDryRun, clock: context.world.clock });
    if (isDryRun && await database.state() !== "current") {
      await database.close();
      return null;
    }
    return withSetZones(database, session.settings.siteTimeZones);
  } catch (error) {
    if (isDryRun && isDatabaseError(error, "absent")) return null;
    throw error;
  }
}

function zoneOf(option: string, name: string | null): string | null {
  if (name === null) return null;
  const zone = readTimeZone(name);
  if (zone === null) {
    throw new UsageError(
      `${option} ${name}: there is no such time zone. Write for example Europe/Berlin.`,
    );
  }
  return zone;
}

/**
 * What the work gives, or in words why the source cannot be read. The trouble of the only source is thrown as it is,
 * for the words and the exit code that it has.
 */
async function orRefusal<T>(work: () => Promise<T>, isOnly: boolean): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null || isOnly && refusal !== error) throw error;
    return refusal.message;
  }
}

/** One line at the foot of a terminal that says how far the import is. */
function showProgress(output: Output, quiet: boolean) {
  if (!output.isTerminal || quiet) return { update: () => {}, stop: () => {} };
  const show = (text: string) => output.print(`\r\u001b[2K${text.slice(0, output.columns - 1)}`);
  return {
    update: (name: string, rows: number, expected: number | null) =>
      show(
        `${basename(name)}: ${countText(rows)} ${
          expected === null ? "rows" : `of ${counted(expected, "row")}`
        }`,
      ),
    stop: () => show(""),
  };
}
