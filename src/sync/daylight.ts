import type { Database } from "../database/database.ts";
import type { Daylight } from "./knowledge.ts";

/** So many days show when a site has daylight. */
const daylightDays = 30;
/** So many of them must be known. */
const fewestDays = 3;

/** A quarter-hour of the day at which a site has produced lately, `06:15`, and on how many days. */
export interface DaylightSlot {
  readonly siteId: number;
  readonly slot: string;
  readonly days: number;
}

/** When these sites have produced lately; null: all sites. Throws DatabaseError. */
export async function readDaylightSlots(
  database: Pick<Database, "query">,
  siteIds: readonly number[] | null,
  now: Temporal.Instant,
): Promise<DaylightSlot[]> {
  const since = now.toZonedDateTimeISO("UTC").toPlainDate().subtract({ days: daylightDays });
  const rows = await database.query("daylight_slots", {
    site_ids: siteIds ? JSON.stringify(siteIds) : null,
    since: since.toString(),
  });
  return rows.map(({ site_id, slot, days }) => ({
    siteId: Number(site_id),
    slot: String(slot),
    days: Number(days),
  }));
}

/** From when to when each site has had daylight; nothing of a site that is known for too few days. Pure. */
export function daylightOf(slots: readonly DaylightSlot[]): Map<number, Daylight> {
  const light = new Map<number, Daylight>();
  for (const [siteId, own] of Map.groupBy(slots, (one) => one.siteId)) {
    if (Math.max(...own.map((one) => one.days)) < fewestDays) continue;
    const minutes = own.map(({ slot }) => {
      const [hour, minute] = slot.split(":").map(Number);
      return hour * 60 + minute;
    });
    light.set(siteId, { from: Math.min(...minutes), to: Math.max(...minutes) + 15 });
  }
  return light;
}

/** When each site has had daylight lately. Throws DatabaseError. */
export async function readDaylight(
  database: Pick<Database, "query">,
  now: Temporal.Instant,
): Promise<Map<number, Daylight>> {
  return daylightOf(await readDaylightSlots(database, null, now));
}
