import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { TableRows } from "../model/harvest.ts";
import type { Value } from "../model/table.ts";
import type { PlannedRequest, Source } from "../source/source.ts";
import { quotaSentence, siteListRequest } from "./account_quota.ts";
import type { CommandContext } from "./context.ts";
import { openSession } from "./session.ts";
import { counted } from "./terminal/human.ts";
import { renderTable } from "./terminal/table.ts";

/** Lists the sites of the credentials. Throws SettingsError and SourceError. */
export async function checkApi(context: CommandContext, command: CommandUnknownOpts) {
  const { world } = context;
  await using session = await openSession(context, command);
  const { source } = await session.openSource({ mayAsk: true });
  const request = siteListRequest(source, "check");
  const sites = await listSites(source, request);
  session.note(
    `The API accepted the credentials (generation ${source.name}): ${
      counted(sites.length, "site")
    }.`,
  );
  if (sites.length > 0) {
    world.stdout.print(renderTable(
      [
        { head: "id", align: "right" },
        { head: "name", shrinks: true },
        { head: "status", shrinks: true },
        { head: "peak power", align: "right" },
        { head: "last update" },
        { head: "location", shrinks: "first" },
      ],
      sites.map((site) => [
        String(site.site_id),
        text(site.name),
        site.status === "Active" ? { text: "Active", style: "green" as const } : text(site.status),
        site.peak_power_kwp === null ? null : `${site.peak_power_kwp} kWp`,
        text(site.last_update_local ?? site.last_update_date),
        [site.city, site.country].filter(Boolean).join(", ") || null,
      ]),
      session.look(world.stdout),
    ));
  }
  session.note(quotaSentence(await source.remaining(request), world.clock.now()));
}

type SiteRow = Readonly<Record<string, Value>>;

/** Every page of the list; a page that brings no new site ends it, whatever the server counts. */
async function listSites(source: Source, first: PlannedRequest): Promise<SiteRow[]> {
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

function rowsOf(rows: TableRows): SiteRow[] {
  const nothing = { name: null, status: null, peak_power_kwp: null };
  return rows.rows.map((row) => ({
    ...nothing,
    ...Object.fromEntries(rows.columns.map((name, i) => [name, row[i]])),
  }));
}

function text(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
