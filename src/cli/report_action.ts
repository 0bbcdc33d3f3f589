import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { checkSite } from "../check/check.ts";
import type { Database } from "../database/database.ts";
import { openFileSink } from "../export/file_sink.ts";
import { readRanking } from "../report/fleet.ts";
import { localeOf } from "../report/locale.ts";
import { fleetPage, sitePage } from "../report/page.ts";
import type { ReportFinding } from "../report/sections/findings.ts";
import type { ReportContext } from "../report/site_article.ts";
import { readMoney } from "../report/savings.ts";
import { readSite, readSites, type SiteHead } from "../report/site_data.ts";
import type { Language } from "../report/languages.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./failure.ts";
import { openSession, type Session } from "./session.ts";
import { noteUnstored } from "./site_choice.ts";
import { counted, sizeText } from "./terminal/human.ts";

/** What the user asked `seh report` for. */
export interface ReportOptions {
  readonly output: string;
  /** Null: the sites of the settings, else all. */
  readonly siteIds: readonly number[] | null;
  /** Null: everything. */
  readonly year: number | null;
  readonly language: Language;
}

/** More articles than this make a page that browsers show slowly. */
const sitesOfAPage = 12;

/** Writes the page, or a folder of pages. Throws UsageError, SettingsError and DatabaseError. */
export async function writeReport(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: ReportOptions,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const siteIds = options.siteIds ?? session.settings.siteIds;
  const sites = await readSites(database, siteIds);
  noteUnstored(siteIds, sites.map((one) => one.siteId), session.note);
  if (sites.length === 0) {
    throw new UsageError("There is no site to report on. Run `seh sync` first.");
  }
  const about: ReportContext = {
    locale: localeOf(options.language),
    now: world.clock.now(),
    year: options.year,
    findings: sites.length > sitesOfAPage ? null : await findingsOf(
      session,
      database,
      sites,
      world.interrupted(),
    ),
    money: await readMoney(database, sites.map((one) => one.siteId)),
  };
  if (options.output === "-") {
    await world.stdout.write(encoder.encode(await onePage(database, sites, about, session.note)));
    return;
  }
  const folder = await isFolder(options.output, world.cwd);
  const size = folder
    ? await writeFolder(database, sites, about, resolve(world.cwd, options.output))
    : await writePage(
      resolve(world.cwd, options.output),
      await onePage(database, sites, about, session.note),
    );
  world.stdout.print(`${options.output}\n`);
  const what = folder ? `A page for each of ${counted(sites.length, "site")}` : "One page";
  session.note(`${what}, ${sizeText(size)}. Open it in a browser.`);
}

/** What `seh check` finds. Of a large fleet nobody waits for it. */
async function findingsOf(
  session: Session,
  database: Database,
  sites: readonly SiteHead[],
  signal: AbortSignal,
): Promise<ReportFinding[]> {
  const { queries: fills } = await session.sourceFacts(database);
  const findings: ReportFinding[] = [];
  for (const { siteId } of sites) {
    const found = (await checkSite(database, siteId, { only: null, fills, signal }))
      .filter((one) => one.level !== "note");
    for (const { level, ...one } of found) findings.push({ ...one, isWrong: level === "error" });
  }
  return findings;
}

const encoder = new TextEncoder();

async function onePage(
  database: Database,
  sites: readonly SiteHead[],
  about: ReportContext,
  note: (line: string) => void,
): Promise<string> {
  if (sites.length === 1) {
    return sitePage(await readSite(database, sites[0], about.year), about, null);
  }
  const ranking = await readRanking(database, sites);
  if (sites.length > sitesOfAPage) {
    note(
      `${sites.length} sites are too many for one page: it holds their ranking. For a page a site: -o FOLDER/`,
    );
    return fleetPage(ranking, [], about, () => null);
  }
  const all = [];
  for (const one of ranking) {
    const head = sites.find((site) => site.siteId === one.siteId);
    if (head) all.push(await readSite(database, head, about.year));
  }
  return fleetPage(ranking, all, about, (id) => `#site-${id}`);
}

/** A page a site and the list of all; one site at a time is in memory. Gives the bytes written. */
async function writeFolder(
  database: Database,
  sites: readonly SiteHead[],
  about: ReportContext,
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  let bytes = 0;
  for (const one of sites) {
    const page = sitePage(await readSite(database, one, about.year), about, "index.html");
    bytes += await writePage(resolve(folder, fileOf(one.siteId)), page);
  }
  const ranking = await readRanking(database, sites);
  return bytes +
    await writePage(resolve(folder, "index.html"), fleetPage(ranking, [], about, fileOf));
}

function fileOf(siteId: number): string {
  return `site-${siteId}.html`;
}

async function writePage(path: string, page: string): Promise<number> {
  const bytes = encoder.encode(page);
  const sink = await openFileSink(path);
  try {
    await sink.write(bytes);
    await sink.finish();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
  return bytes.length;
}

async function isFolder(output: string, cwd: string): Promise<boolean> {
  if (/[/\\]$/.test(output)) return true;
  return await Deno.stat(resolve(cwd, output)).then((one) => one.isDirectory, () => false);
}
