import type { TableRows } from "../model/harvest.ts";
import { instantText, readInstant } from "../model/site_time.ts";
import type { Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import { withTimeZones } from "../model/set_time_zones.ts";
import { readTimeZone, storedZone } from "../model/time_zone.ts";
import { heardZone, type ZoneBelief } from "../model/zone_claim.ts";
import type { Database, Delivery } from "./database.ts";
import type { ZoneChange } from "./rezone.ts";
import { equals, type RowStore } from "./statements.ts";

/** The rows of a delivery with the zones that are believed, and the sites for which that is another one. */
export interface BelievedZones {
  readonly rows: readonly TableRows[];
  readonly changes: readonly ZoneChange[];
}

/** Weighs the zones that a delivery names for its sites against what is known of them. */
export async function believedZones(
  store: Pick<RowStore, "select">,
  delivery: Pick<Delivery, "source" | "fetchedAt" | "harvest" | "timeZones">,
): Promise<BelievedZones> {
  const changes = new Map<number, ZoneChange>();
  const rows: TableRows[] = [];
  for (const harvested of delivery.harvest.rows) {
    rows.push(harvested.table === "sites" ? await weighed(harvested) : harvested);
  }
  return { rows, changes: [...changes.values()] };

  async function weighed(given: TableRows): Promise<TableRows> {
    const [site, zone] = [given.columns.indexOf("site_id"), given.columns.indexOf("time_zone")];
    const isSet = given.rows.some((row) => delivery.timeZones?.has(Number(row[site])));
    if (zone < 0 && !isSet) return given;
    const own = given.columns.filter((name) => name !== "time_zone");
    const weighed: Value[][] = [];
    let isNews = false;
    for (const row of given.rows) {
      const siteId = Number(row[site]);
      const old = await beliefOf(store, siteId);
      const now = weigh(old, siteId, zone < 0 ? null : row[zone]);
      if (old.zone !== null && now.zone !== null && old.zone !== now.zone) {
        changes.set(siteId, { siteId, from: old.zone, to: now.zone, source: delivery.source });
      }
      isNews ||= old.claim !== now.claim || String(old.claimedAt) !== String(now.claimedAt);
      weighed.push([
        ...row.filter((_, at) => at !== zone),
        now.zone,
        now.claim,
        now.claimedAt && instantText(now.claimedAt),
      ]);
    }
    const claim = ["time_zone_claim", "time_zone_claimed_at"];
    return isNews
      ? { table: given.table, columns: [...own, "time_zone", ...claim], rows: weighed }
      : {
        table: given.table,
        columns: [...own, "time_zone"],
        rows: weighed.map((row) => row.slice(0, -claim.length)),
      };
  }

  /** What a person has set needs no second answer; a name that is no zone says nothing. */
  function weigh(old: ZoneBelief, siteId: number, named: Value): ZoneBelief {
    const set = delivery.timeZones?.get(siteId);
    if (set !== undefined) return { zone: set, claim: null, claimedAt: null };
    const zone = typeof named === "string" ? readTimeZone(named) : null;
    return zone === null ? old : heardZone(old, zone, delivery.fetchedAt);
  }
}

async function beliefOf(store: Pick<RowStore, "select">, siteId: number): Promise<ZoneBelief> {
  const names = ["time_zone", "time_zone_claim", "time_zone_claimed_at"];
  const [found] = await store.select(factsOf("sites"), names, [equals("site_id", siteId)]);
  const [zone, claim, claimedAt] = found ?? [null, null, null];
  return {
    zone: storedZone(zone),
    claim: claim as string | null,
    claimedAt: typeof claimedAt === "string" ? readInstant(claimedAt) : null,
  };
}

/** The same database, in which the zones that a person has set for sites stand above those that answers name. */
export function withSetZones(database: Database, zones: ReadonlyMap<number, string>): Database {
  if (zones.size === 0) return database;
  return {
    ...database,
    known: async (siteIds) => withTimeZones(await database.known(siteIds), zones),
    save: (delivery) => database.save({ ...delivery, timeZones: zones }),
  };
}
