import type { Database } from "../database/database.ts";
import { epochOf, instantOf } from "../model/coverage.ts";
import type { Known } from "../model/harvest.ts";
import type { Source } from "../source/source.ts";
import { isFine } from "./series_facts.ts";
import { takenOver } from "./rules.ts";
import { siteDays } from "./site_days.ts";

/**
 * Takes over what a version remembered that did not ask what a site had reported. Of days on which a site sent
 * nothing by broad daylight it is not known whether the server has had their values since: they are asked for
 * again, as history and never as due. Rows stay as they are. True when anything was taken over.
 */
export async function takeOver(
  database: Database,
  source: Pick<Source, "name" | "queries">,
  known: Known,
  now: Temporal.Instant,
): Promise<boolean> {
  if (known.marks.some((one) => one.siteId === 0 && one.series === takenOver)) return false;
  const silent = known.coverage.length === 0 ? [] : await database.query("silent_days");
  const bySite = Map.groupBy(silent, (row) => Number(row.site_id));
  const ofParts = source.queries.filter(isFine);
  for (const site of known.sites) {
    const days = siteDays(site.timeZone);
    const ranges = (bySite.get(site.siteId) ?? []).map((row) => {
      const date = Temporal.PlainDate.from(String(row.day));
      return { start: days.dateStart(date), end: days.dateStart(date.add({ days: 1 })) };
    });
    if (ranges.length === 0) continue;
    for (const { series, dataType } of ofParts) {
      const devices = new Set(
        known.coverage.filter((one) => one.siteId === site.siteId && one.series === series)
          .map((one) => one.deviceKey),
      );
      await database.save({
        source: source.name,
        series,
        dataType,
        harvest: { rows: [] },
        ranges: [...devices].flatMap((deviceKey) =>
          ranges.map((one) => ({ ...one, siteId: site.siteId, deviceKey, state: "stale" as const }))
        ),
        marks: [],
        // Nobody knows when these were asked for.
        fetchedAt: instantOf(0),
      });
    }
  }
  await database.save({
    source: source.name,
    series: takenOver,
    dataType: "sites",
    harvest: { rows: [] },
    ranges: [],
    marks: [{ siteId: 0, deviceKey: "", lastSuccess: instantOf(epochOf(now)) }],
    fetchedAt: now,
  });
  return true;
}
