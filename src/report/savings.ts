import type { Database } from "../database/database.ts";
import type { ReportSaving } from "./sections/findings.ts";

/** What all sites have saved and earned in each year; null where no day has a price. */
export async function readSavings(database: Database): Promise<ReportSaving[] | null> {
  // Without prices, which is usual, nothing of the harvest is read.
  for await (const page of database.read({ table: "tariffs" })) {
    if (page.length === 0) continue;
    const rows = await database.query("report_savings");
    return rows.map((row) => ({
      siteId: Number(row.site_id),
      period: String(row.period),
      currency: String(row.currency),
      saved: Number(row.saved),
      earned: Number(row.earned),
    }));
  }
  return null;
}
