import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Database } from "../database/database.ts";
import { prometheusText, type SiteNow } from "../export/prometheus.ts";
import { readLabel } from "../model/site_time.ts";
import { storedZone } from "../model/time_zone.ts";
import type { CommandContext } from "./context.ts";
import { intoFile } from "./export_file.ts";
import { openSession } from "./session.ts";
import { counted } from "./terminal/human.ts";

/** Writes the newest values of the sites for Prometheus. Throws UsageError, SettingsError, DatabaseError and Deno's own errors. */
export async function exportPrometheus(
  context: CommandContext,
  command: CommandUnknownOpts,
  wish: { readonly output: string | null; readonly siteIds: readonly number[] | null },
): Promise<void> {
  const { world } = context;
  await using session = await openSession(context, command);
  const database = await session.openDatabase({ create: false });
  await session.requireCurrent(database);
  const sites = await sitesNow(database, wish.siteIds);
  const bytes = new TextEncoder().encode(prometheusText(sites));
  const { output } = wish;
  if (output === null || output === "-") return await world.stdout.write(bytes);
  await intoFile(database, output, world, (sink) => sink.write(bytes));
  session.note(`the newest values of ${counted(sites.length, "site")} written to ${output}`);
}

async function sitesNow(
  database: Database,
  siteIds: readonly number[] | null,
): Promise<readonly SiteNow[]> {
  const sites = await database.query("site_list", {
    site_ids: siteIds === null ? null : JSON.stringify(siteIds),
  });
  const ids = sites.map((one) => Number(one.site_id));
  if (ids.length === 0) return [];
  const range = { first_site: Math.min(...ids), last_site: Math.max(...ids) };
  const bySite = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    Map.groupBy(rows, (one) => Number(one.site_id));
  const now = bySite(await database.query("site_now", range)) as Map<number, SiteNow["now"][]>;
  const batteries = bySite(await database.query("battery_now", range)) as Map<
    number,
    SiteNow["now"][]
  >;
  return sites.map(({ site_id, name, time_zone, last_update_local }) => {
    const siteId = Number(site_id);
    const local = readLabel(String(last_update_local));
    return {
      siteId,
      name: name === null ? null : String(name),
      now: now.get(siteId)?.[0] ?? {},
      lastUpdate: local === null
        ? null
        : local.toZonedDateTime(storedZone(time_zone) ?? "UTC").epochMilliseconds / 1000,
      batteries: batteries.get(siteId) ?? [],
    };
  });
}
