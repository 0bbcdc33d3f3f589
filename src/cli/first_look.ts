import type { Known, SiteFacts } from "../model/harvest.ts";
import { interval } from "../model/interval.ts";
import type { PlannedRequest } from "../source/source.ts";
import { SourceError } from "../source/source_error.ts";
import type { Wanted } from "../sync/wanted.ts";
import { listSites, rowsOf, type SiteRow, unknownSite } from "./check_api_action.ts";
import type { OpenedSource } from "./open_source.ts";
import { siteListRequest } from "./site_list.ts";
import { counted, countText } from "./terminal/human.ts";
import { printableName } from "./terminal/printable.ts";

/** What was learned of the sites before anything is stored. */
export interface FirstLook {
  readonly known: Known;
  /** Requests that it took. */
  readonly requests: number;
  /** The day of installation stands for the first day of data: one request for each site would be too many. */
  readonly isAssumed: boolean;
  /** Data of single devices was asked for, and no device is known. */
  readonly lacksDevices: boolean;
}

/** A request for each site is sent for so many of them at most. */
const mostAsked = 10;

/** Sites that are named one by one in the text. */
const mostNamed = 5;

/** Asks for the sites, their time zones and first days, in as few requests as possible. Throws SourceError. */
export async function lookFirst(
  { source, client }: Pick<OpenedSource, "source" | "client">,
  { siteIds, dataTypes }: Pick<Wanted, "siteIds" | "dataTypes">,
  now: Temporal.Instant,
): Promise<FirstLook> {
  const rows = new Map<number, SiteRow>();
  const addRows = (some: readonly SiteRow[]) => {
    for (const row of some) {
      const siteId = Number(row.site_id);
      const filled = Object.entries(row).filter(([, value]) => value !== null);
      rows.set(siteId, { ...rows.get(siteId), ...Object.fromEntries(filled) });
    }
  };
  addRows(await listSites(source, siteListRequest(source)));
  for (const id of [...rows.keys()]) if (siteIds && !siteIds.includes(id)) rows.delete(id);
  const ask = async (request: Pick<PlannedRequest, "query" | "sites">) => {
    // Who asks for a whole history names its end alone, but a window has a start.
    const window = request.query.axis && interval(now.subtract({ hours: 24 }), now);
    try {
      const answer = await source.fetch({
        ...request,
        window,
        reason: "asked-for",
        necessity: "due",
      });
      addRows(answer.rows.filter((one) => one.table === "sites").flatMap(rowsOf));
    } catch (error) {
      // One site that refuses, or has no such data, does not hide the others.
      const isOfSite = error instanceof SourceError &&
        (error.facts.siteId !== undefined || error.kind === "rejected");
      if (!isOfSite) throw error;
    }
  };

  const page = source.queries.find((one) => one.role === "last-update" && one.maxSites === 1);
  const zoneless = [...rows.values()].filter((one) => !one.time_zone).map(siteOf);
  for (const site of page ? zoneless : []) await ask({ query: page!, sites: [site] });

  const firstDay = source.queries.find((one) => one.role === "first-day");
  const sites = [...rows.values()].map(siteOf);
  const isAssumed = !firstDay || (firstDay.maxSites === 1 && sites.length > mostAsked);
  if (!isAssumed) {
    for (let i = 0; i < sites.length; i += firstDay.maxSites) {
      await ask({ query: firstDay, sites: sites.slice(i, i + firstDay.maxSites) });
    }
  }
  const found = [...rows.values()].map((row) => {
    const site = siteOf(row);
    const installed = isAssumed && row.installation_date ? dayOf(row.installation_date) : null;
    return { ...site, firstDay: site.firstDay ?? installed };
  });
  return {
    known: {
      sites: found.sort((a, b) => a.siteId - b.siteId),
      devices: [],
      marks: [],
      coverage: [],
      spent: [],
    },
    requests: client.sent,
    isAssumed,
    lacksDevices: source.queries.some((one) =>
      one.scope === "device" && dataTypes.has(one.dataType)
    ),
  };
}

function siteOf(row: SiteRow): SiteFacts {
  return {
    ...unknownSite(Number(row.site_id)),
    name: row.name ? String(row.name) : null,
    timeZone: row.time_zone ? String(row.time_zone) : null,
    firstDay: row.data_start_date ? dayOf(row.data_start_date) : null,
  };
}

function dayOf(value: unknown): Temporal.PlainDate {
  return Temporal.PlainDate.from(String(value));
}

/** What was learned, in lines for people. */
export function lookText({ known, requests, isAssumed, lacksDevices }: FirstLook): string[] {
  const { sites } = known;
  const lines = [
    "Nothing is here yet. seh asked for the sites, their time zones and first days " +
    `(${counted(requests, "request")}); nothing was stored.`,
  ];
  if (sites.length === 0) lines.push("There is no site to fetch.");
  for (const { siteId, name, timeZone, firstDay } of sites.slice(0, mostNamed)) {
    const since = firstDay ? `data since ${firstDay}` : "first day of data not known";
    const where = timeZone ?? "time zone not known";
    lines.push(`Site ${siteId}${name ? ` ${printableName(name)}` : ""} (${where}): ${since}.`);
  }
  if (sites.length > mostNamed) {
    lines.push(`${countText(sites.length - mostNamed)} more sites.`);
  }
  if (isAssumed && sites.length > 0) {
    lines.push("The day of installation is taken as the first day of data.");
  }
  if (lacksDevices && sites.length > 0) {
    lines.push("Requests for single devices are not counted: no device is known yet.");
  }
  return lines;
}
