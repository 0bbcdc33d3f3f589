import { glyphsFor } from "../chart/glyphs.ts";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Database } from "../database/database.ts";
import { later } from "../model/interval.ts";
import { daylightOf, type DaylightSlot, readDaylightSlots } from "../sync/daylight.ts";
import { fewestRationed } from "../sync/need.ts";
import { readLastRun } from "./last_run.ts";
import { quotaLeft } from "./account_quota.ts";
import type { CommandContext } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { isSyncRunning } from "./running_sync.ts";
import { openSession } from "./session.ts";
import { noteUnstored } from "./site_choice.ts";
import {
  listedLately,
  mostBlocks,
  type SiteView,
  slotsBySite,
  staleReason,
  troubleOf,
  usualAgeSeconds,
} from "./site_view.ts";
import { readFigures } from "./status_figures.ts";
import type { Overview, StaleSite } from "./status_json.ts";
import type { StatusOptions } from "./status_options.ts";
import { listMishaps, type SiteStatus, type StatusFacts, statusReport } from "./status_report.ts";
import { statusText } from "./status_text.ts";

/** Shows how things stand. Throws SettingsError and DatabaseError. */
export async function showStatus(
  context: CommandContext,
  command: CommandUnknownOpts,
  options: StatusOptions,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const found = await session.lookForDatabase();
  const database = typeof found === "string" ? null : found;
  const now = world.clock.now();
  const siteIds = options.siteIds ?? session.settings.siteIds;
  // To count them, a server reads all of them.
  const countsRows = options.json || session.options.verbose;
  const daylight = database ? await readDaylightSlots(database, siteIds, now) : [];
  const facts = database && await collect(database, siteIds, daylight, { countsRows });
  const source = await session.sourceFacts(
    facts && { known: () => Promise.resolve(facts.known) },
  );
  const sites = facts ? statusReport(facts, source, now) : [];
  const views = database ? await viewsOf(database, sites, { siteIds, daylight, now, options }) : [];
  const stale = options.maxAgeSeconds === null ? [] : staleSites(views, siteIds, database !== null);
  const lastRun = database && await readLastRun(database, now);
  const overview: Overview = {
    database: database?.address ?? String(found),
    isThere: database !== null,
    sizeBytes: database && await database.size(),
    lastRun,
    isRunning: database && lastRun?.finished_at === null
      ? await isSyncRunning(database, world)
      : null,
    quota: await quotaLeft(
      { settings: session.settings, clock: world.clock },
      sites.map((one) => one.site),
    ),
    source: source.name,
    listMishaps: facts ? listMishaps(facts) : [],
  };
  const chosen = options.onlyFailing ? views.filter((one) => one.trouble !== null) : views;
  const shown = options.sorting
    ? (await import("./status_fleet_text.ts")).sortedViews(chosen, options.sorting)
    : chosen;
  if (options.json) {
    const { statusJson } = await import("./status_json.ts");
    const json = statusJson(overview, shown, stale, now);
    world.stdout.print(`${JSON.stringify(json, asNumber, 2)}\n`);
  } else if (!session.options.quiet) {
    // Without access nobody knows the plan.
    const hasPlan = overview.quota !== null && typeof overview.quota !== "string";
    const need = hasPlan && facts && facts.known.sites.length >= fewestRationed
      ? (await import("./fleet_need.ts"))
        .fleetNeedText(facts.known, source, session.settings, now)
      : null;
    const look = session.look(world.stdout);
    const text = await statusText(overview, shown, {
      now,
      look,
      glyphs: glyphsFor(world.environment),
      need,
      options,
      each: session.options.verbose,
      isTerminal: world.stdout.isTerminal,
    });
    world.stdout.print(context.redact(text));
  }
  noteUnstored(siteIds, sites.map(({ site }) => site.siteId), session.note);
  for (const { siteId, reason } of stale) {
    world.stderr.print(`${siteId === null ? "" : `site ${siteId} is `}${reason}\n`);
  }
  if (stale.length > 0) context.exitWith(exitCode("stale"));
}

async function collect(
  database: Database,
  siteIds: readonly number[] | null,
  daylight: readonly DaylightSlot[],
  { countsRows }: { readonly countsRows: boolean },
): Promise<StatusFacts> {
  const parameters = { site_ids: siteIds ? JSON.stringify(siteIds) : null };
  const known = await database.known(siteIds ?? undefined);
  const newest = new Map<string, Temporal.Instant>();
  for (const { siteId, series, newestData } of known.marks) {
    if (newestData === null) continue;
    const key = `${siteId} ${series}`;
    const before = newest.get(key);
    newest.set(key, before ? later(before, newestData) : newestData);
  }
  const counts = countsRows ? await database.query("row_counts", parameters) : [];
  const rowCounts = new Map(
    counts.map((row) => [`${row.site_id} ${row.table_name}`, Number(row.row_count)]),
  );
  return { known, newest, rowCounts, daylight: daylightOf(daylight) };
}

/** The sites with their energy and what is wrong with each. */
async function viewsOf(
  database: Database,
  sites: readonly SiteStatus[],
  { siteIds, daylight, now, options: { maxAgeSeconds } }: {
    readonly siteIds: readonly number[] | null;
    readonly daylight: readonly DaylightSlot[];
    readonly now: Temporal.Instant;
    readonly options: StatusOptions;
  },
): Promise<SiteView[]> {
  const figures = await readFigures(database, sites.map((one) => one.site), now, {
    wholeBalance: sites.length <= mostBlocks,
  });
  const slots = slotsBySite(daylight);
  const awaited = new Set(siteIds ? sites : listedLately(sites));
  return sites.map((status) => {
    const reason = awaited.has(status)
      ? staleReason(status, slots, now, maxAgeSeconds ?? usualAgeSeconds)
      : null;
    return {
      status,
      figures: figures.get(status.site.siteId)!,
      staleReason: reason,
      trouble: troubleOf(status, reason),
    };
  });
}

/** Sites whose data is older than the limit; without any site, the harvest as such is. */
function staleSites(
  views: readonly SiteView[],
  siteIds: readonly number[] | null,
  isThere: boolean,
): StaleSite[] {
  const reason = "nothing was fetched yet";
  const missing: StaleSite[] = (siteIds ?? [])
    .filter((id) => !views.some(({ status }) => status.site.siteId === id))
    .map((siteId) => ({ siteId, reason: `not up to date: ${reason}` }));
  if (!isThere || views.length === 0) {
    return missing.length > 0 ? missing : [{ siteId: null, reason }];
  }
  return [
    ...missing,
    ...views.flatMap(({ status, staleReason }) =>
      staleReason === null ? [] : [{ siteId: status.site.siteId, reason: staleReason }]
    ),
  ];
}

/** SQLite's drivers may give whole numbers as bigint, which JSON does not know. */
function asNumber(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
