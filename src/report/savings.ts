import type { Database } from "../database/database.ts";
import { storedTariffs } from "../tariff/stored.ts";
import type { ReportMoney } from "./sections/findings.ts";

/**
 * What the sites have saved and earned in each year, and what was spent on them; null where no day has a price.
 * Money spent on no site by name is that of the only one of the sites.
 */
export async function readMoney(
  database: Database,
  siteIds: readonly number[],
): Promise<ReportMoney | null> {
  // Without prices, which is usual, nothing of the harvest is read.
  const { tariffs, investments } = await storedTariffs(database);
  if (tariffs.length === 0) return null;
  // One by one: no database has to sort the quarter-hours of all sites at once.
  const rows = [];
  for (const siteId of siteIds) {
    rows.push(...await database.query("report_savings", { site_ids: JSON.stringify([siteId]) }));
  }
  return {
    savings: rows.map((row) => ({
      siteId: Number(row.site_id),
      period: String(row.period),
      currency: String(row.currency),
      days: Number(row.days),
      saved: Number(row.saved),
      earned: Number(row.earned),
    })),
    investments: investments.flatMap(({ siteId, amount, currency }) => {
      const id = siteId === 0 && siteIds.length === 1 ? siteIds[0]! : siteId;
      return id === 0 ? [] : [{ siteId: id, amount, currency }];
    }),
  };
}
