import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Database } from "../database/database.ts";
import { later } from "../model/interval.ts";
import type { SiteFacts } from "../model/harvest.ts";
import { SourceError } from "../source/source_error.ts";
import { type QuotaLeft, quotaLeft } from "./account_quota.ts";
import type { CommandContext } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { fleetNeedText } from "./fleet_need.ts";
import { staleness } from "./freshness.ts";
import { openSession, type Session } from "./session.ts";
import { readDaylight } from "../sync/rules.ts";
import { type Overview, type StaleSite, statusJson } from "./status_json.ts";
import { type SiteStatus, type StatusFacts, statusReport } from "./status_report.ts";
import { overviewText, siteText } from "./status_text.ts";
import { fitted } from "./terminal/wrapped.ts";

/** What the user asked `seh status` for. */
export interface StatusWish {
  /** Null: the sites of the settings, else all. */
  readonly siteIds: readonly number[] | null;
  readonly json: boolean;
  readonly maxAgeSeconds: number | null;
}

/** Shows how things stand. Throws SettingsError and DatabaseError. */
export async function showStatus(
  context: CommandContext,
  command: CommandUnknownOpts,
  wish: StatusWish,
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.lookForDatabase();
  const now = world.clock.now();
  const siteIds = wish.siteIds ?? session.settings.siteIds;
  const source = await session.sourceFacts();
  const isThere = typeof database !== "string";
  const facts = isThere ? await collect(database, siteIds, now) : null;
  const sites = facts ? statusReport(facts, source, now) : [];
  const need = facts && fleetNeedText(facts.known, source, session.settings, now);
  const stale = wish.maxAgeSeconds === null
    ? []
    : await staleSites(isThere ? database : null, sites, siteIds, now, wish.maxAgeSeconds);
  const overview: Overview = {
    database: isThere ? database.address : database,
    isThere,
    sizeBytes: isThere ? await database.size() : null,
    lastRun: isThere ? (await database.query("last_run")).at(0) ?? null : null,
    quota: await quotaOf(session, sites.map((one) => one.site)),
    source: source.name,
  };
  if (wish.json) {
    const json = statusJson(overview, sites, stale, now);
    world.stdout.print(`${JSON.stringify(json, asNumber, 2)}\n`);
  } else if (!session.options.quiet) {
    const look = session.look(world.stdout);
    world.stdout.print(fitted(overviewText(overview, sites.length, now), world.stdout));
    if (need) world.stdout.print(fitted(`${need}\n`, world.stdout));
    for (const one of sites) world.stdout.print(`\n${siteText(one, now, look)}`);
  }
  for (
    const id of (siteIds ?? []).filter((one) => !sites.some(({ site }) => site.siteId === one))
  ) {
    session.note(`site ${id} is not in the database`);
  }
  for (const { siteId, reason } of stale) {
    world.stderr.print(`stale: ${siteId === null ? "" : `site ${siteId}: `}${reason}\n`);
  }
  if (stale.length > 0) context.exitWith(exitCode("stale"));
}

/** A quota file that cannot be read keeps nobody from looking at the data. */
async function quotaOf(
  session: Session,
  sites: readonly SiteFacts[],
): Promise<QuotaLeft | string | null> {
  try {
    return await quotaLeft(session, sites);
  } catch (error) {
    if (error instanceof SourceError) return error.facts.detail;
    throw error;
  }
}

async function collect(
  database: Database,
  siteIds: readonly number[] | null,
  now: Temporal.Instant,
): Promise<StatusFacts> {
  const parameters = sitesParameter(siteIds);
  const known = await database.known(siteIds ?? undefined);
  const newest = new Map<string, Temporal.Instant>();
  for (const { siteId, series, newestData } of known.marks) {
    if (newestData === null) continue;
    const key = `${siteId} ${series}`;
    const before = newest.get(key);
    newest.set(key, before ? later(before, newestData) : newestData);
  }
  const counts = await database.query("row_counts", parameters);
  const rowCounts = new Map(
    counts.map((row) => [`${row.site_id} ${row.table_name}`, Number(row.row_count)]),
  );
  return { known, newest, rowCounts, daylight: await readDaylight(database, now) };
}

/** Sites whose data is older than the limit; without any site, the harvest as such is. */
async function staleSites(
  database: Database | null,
  sites: readonly SiteStatus[],
  siteIds: readonly number[] | null,
  now: Temporal.Instant,
  maxAgeSeconds: number,
): Promise<StaleSite[]> {
  const current = siteIds ? sites : listedLately(sites);
  const missing = (siteIds ?? []).filter((id) => !sites.some(({ site }) => site.siteId === id));
  const stale: StaleSite[] = missing.map((siteId) => ({
    siteId,
    reason: "nothing was harvested yet",
  }));
  if (!database || current.length === 0) {
    return missing.length > 0 ? stale : [{ siteId: null, reason: "nothing was harvested yet" }];
  }
  const daylight = await daylightSlots(database, siteIds, now);
  for (const { site, harvestAt } of current) {
    const reason = staleness(
      {
        harvestAt,
        lastUpdate: site.lastUpdate,
        timeZone: site.timeZone ?? "UTC",
        daylight: daylight.get(site.siteId) ?? new Map(),
      },
      now,
      maxAgeSeconds,
    );
    if (reason) stale.push({ siteId: site.siteId, reason });
  }
  return stale;
}

/** A site that the newest list no longer names is kept, but nobody waits for its data. */
function listedLately(sites: readonly SiteStatus[]): readonly SiteStatus[] {
  const newest = sites.reduce<Temporal.Instant | null>(
    (last, { site }) => last ? later(last, site.lastSeen) : site.lastSeen,
    null,
  );
  return sites.filter(({ site }) =>
    newest && Temporal.Instant.compare(site.lastSeen.add({ hours: 1 }), newest) >= 0
  );
}

async function daylightSlots(
  database: Database,
  siteIds: readonly number[] | null,
  now: Temporal.Instant,
): Promise<Map<number, Map<string, number>>> {
  const since = now.toZonedDateTimeISO("UTC").toPlainDate().subtract({ days: 30 });
  const rows = await database.query("daylight_slots", {
    ...sitesParameter(siteIds),
    since: since.toString(),
  });
  const slots = new Map<number, Map<string, number>>();
  for (const row of rows) {
    const siteId = Number(row.site_id);
    const own = slots.get(siteId) ?? new Map<string, number>();
    slots.set(siteId, own.set(String(row.slot), Number(row.days)));
  }
  return slots;
}

function sitesParameter(siteIds: readonly number[] | null): { site_ids: string | null } {
  return { site_ids: siteIds ? JSON.stringify(siteIds) : null };
}

/** SQLite's drivers may give whole numbers as bigint, which JSON does not know. */
function asNumber(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
