import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Database } from "../database/database.ts";
import type { Sink } from "../export/format.ts";
import { type SiteFormatName, siteFormats } from "../export/formats.ts";
import type { CommandContext } from "./context.ts";
import { intoFile } from "./export_file.ts";
import type { ListedSite } from "./listed_site.ts";
import { openSession } from "./session.ts";
import { counted } from "./terminal/human.ts";

/** The text of a file about sites, piece by piece. Throws DatabaseError. */
type SitesText = (database: Database, sites: readonly ListedSite[]) => AsyncIterable<string>;

const writers: Readonly<Record<SiteFormatName, () => Promise<SitesText>>> = {
  prometheus: async () => (await import("./prometheus_sites.ts")).prometheusSites,
  "home-assistant": async () => (await import("./home_assistant_sites.ts")).homeAssistantSites,
};

/**
 * Writes what a format says of whole sites. Throws UsageError, SettingsError, DatabaseError, Deno's own errors, and
 * the signal's reason when the program is to end.
 */
export async function exportSites(
  context: CommandContext,
  command: CommandUnknownOpts,
  format: SiteFormatName,
  options: { readonly output: string | null; readonly siteIds: readonly number[] | null },
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const sites = await listedSites(database, options.siteIds);
  const textOf = await writers[format]();
  const signal = world.interrupted();
  const encoder = new TextEncoder();
  const write = async (sink: Sink) => {
    for await (const text of textOf(database, sites)) {
      signal.throwIfAborted();
      await sink.write(encoder.encode(text));
    }
  };
  const { output } = options;
  if (output === null || output === "-") return await write(world.stdout);
  await intoFile(database, output, world, write);
  const { holds } = siteFormats[format];
  session.note(`${holds} of ${counted(sites.length, "site")} written to ${output}`);
}

async function listedSites(
  database: Database,
  siteIds: readonly number[] | null,
): Promise<ListedSite[]> {
  const sites = await database.query("site_list", {
    site_ids: siteIds === null ? null : JSON.stringify(siteIds),
  });
  const text = (value: unknown) => value === null ? null : String(value);
  return sites.map(({ site_id, name, time_zone, last_update_local }) => ({
    siteId: Number(site_id),
    name: text(name),
    timeZone: text(time_zone),
    lastUpdate: text(last_update_local),
  }));
}
