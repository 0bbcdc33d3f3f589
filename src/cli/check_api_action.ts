import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { SiteFacts, TableRows } from "../model/harvest.ts";
import type { Value } from "../model/table.ts";
import type { PlannedRequest, Source } from "../source/source.ts";
import { SourceError } from "../source/source_error.ts";
import { accessSentence } from "../source/v2/oauth/grant_life.ts";
import { quotaSentence } from "./account_quota.ts";
import type { CommandContext } from "./context.ts";
import { exitCode } from "./exit_codes.ts";
import { fleetNeedText } from "./fleet_need.ts";
import { describe } from "./failure.ts";
import { openSession } from "./session.ts";
import { siteListRequest } from "./site_list.ts";
import { counted } from "./terminal/human.ts";
import { renderTable } from "./terminal/table.ts";
import { fitted } from "./terminal/wrapped.ts";

/** Lists the sites of the credentials. Throws SettingsError and SourceError. */
export async function checkApi(context: CommandContext, command: CommandUnknownOpts) {
  const { world } = context;
  await using session = await openSession(context, command);
  const opened = await session.openSource({ mayAsk: true });
  const { source } = opened;
  const request = siteListRequest(source);
  const { sites, refused } = await describedSites(source, await listSites(source, request));
  if (sites.length === 0 && refused.length > 0) throw refused[0];
  const grants = await opened.grants();
  session.note(
    `${apiText(source)} accepts your ${grants.length > 0 ? "login" : "key"}: ${
      counted(sites.length, "site")
    }.`,
  );
  if (sites.length > 0) {
    world.stdout.print(renderTable(
      [
        { head: "id", align: "right" },
        { head: "name", shrinks: true },
        { head: "status", shrinks: true, drops: 2 },
        { head: "peak power", align: "right", drops: 3 },
        { head: "last update", drops: 4 },
        { head: "location", shrinks: "first", drops: 1 },
      ],
      sites.map((site) => [
        String(site.site_id),
        text(site.name),
        site.status === "Active" ? { text: "Active", style: "green" as const } : text(site.status),
        site.peak_power_kwp === null ? null : `${site.peak_power_kwp} kWp`,
        text(site.last_update_local ?? site.last_update_date)?.slice(0, 16).replace("T", " ") ??
          null,
        [site.city, site.country].filter(Boolean).join(", ") || null,
      ]),
      session.look(world.stdout),
    ));
  }
  const now = world.clock.now();
  for (const grant of grants) {
    session.note(accessSentence(grant, `site ${grant.siteId}`, now));
  }
  session.note(quotaSentence(await source.remaining(request), now));
  const nothing = { devices: [], marks: [], coverage: [], spent: [] };
  const known = { ...nothing, sites: sites.map((site) => unknownSite(Number(site.site_id))) };
  const need = fleetNeedText(known, source, session.settings, now);
  if (need) session.note(need);
  for (const error of refused) {
    world.stderr.print(fitted(`seh: ${context.redact(describe(error).text)}\n`, world.stderr));
    context.exitWith(exitCode("credentials"));
  }
}

/** Which of SolarEdge's two APIs a source asks, for people. */
function apiText({ name }: Source): string {
  return name === "v1" ? "SolarEdge's old API (off since November 2026)" : "SolarEdge's API";
}

/** What a list says of a site, by column. */
export type SiteRow = Readonly<Record<string, Value>>;

/** Every page of the list; a page that brings no new site ends it, whatever the server counts. */
export async function listSites(source: Source, first: PlannedRequest): Promise<SiteRow[]> {
  const sites = new Map<Value, SiteRow>();
  for (let request: PlannedRequest | undefined = first; request;) {
    const answer = await source.fetch(request);
    const before = sites.size;
    for (const row of answer.rows.filter((one) => one.table === "sites").flatMap(rowsOf)) {
      sites.set(row.site_id, row);
    }
    request = sites.size > before ? answer.next : undefined;
  }
  return [...sites.values()];
}

/**
 * The sites with what is known of them. A list of grants has numbers alone: there each site is asked for, and
 * one whose grant is refused does not hide the others.
 */
async function describedSites(
  source: Source,
  listed: readonly SiteRow[],
): Promise<{ sites: SiteRow[]; refused: SourceError[] }> {
  const query = source.queries.find((one) => one.role === "last-update");
  const sites: SiteRow[] = [];
  const refused: SourceError[] = [];
  for (const site of listed) {
    if (query === undefined || Object.values(site).filter((one) => one !== null).length > 1) {
      sites.push(site);
      continue;
    }
    try {
      const facts = unknownSite(Number(site.site_id));
      const { rows } = await source.fetch({
        query,
        sites: [facts],
        reason: "asked-for",
        necessity: "due",
      });
      sites.push(...rows.filter((one) => one.table === "sites").flatMap(rowsOf));
    } catch (error) {
      if (!(error instanceof SourceError) || error.facts.siteId === undefined) throw error;
      refused.push(error);
    }
  }
  return { sites, refused };
}

/** A site of which only the number is known. */
export function unknownSite(siteId: number): SiteFacts {
  return {
    siteId,
    name: null,
    timeZone: null,
    lastUpdateLabel: null,
    lastUpdate: null,
    firstDay: null,
    lastSeen: new Temporal.Instant(0n),
  };
}

/** Rows by column; of a site the figures that a list may lack are NULL then. */
export function rowsOf(rows: TableRows): SiteRow[] {
  const nothing = { name: null, status: null, peak_power_kwp: null };
  return rows.rows.map((row) => ({
    ...nothing,
    ...Object.fromEntries(rows.columns.map((name, i) => [name, row[i]])),
  }));
}

function text(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
