import type { Database, RawRows } from "../database/database.ts";
import { storedRecords } from "../database/read.ts";
import type { TableName, Value } from "../model/table.ts";
import { table as factsOf } from "../model/tables.ts";
import type { Band, Direction, Investment, Tariff, Tariffs } from "./tariff.ts";

/** Puts these in place of all tariffs and investments of the database. Throws DatabaseError. */
export async function storeTariffs(database: Database, given: Tariffs): Promise<void> {
  await database.replace([
    rowsOf(
      "tariffs",
      given.tariffs.flatMap((one) =>
        one.bands.flatMap((band) =>
          quarterHoursOf(band).map((minute) => ({
            direction: one.direction,
            site_id: one.siteId,
            weekday: band.weekday,
            minute,
            first_day: one.firstDay,
            last_day: one.lastDay,
            from_minute: band.fromMinute,
            to_minute: band.toMinute,
            price_per_kwh: band.pricePerKwh,
            currency: one.currency,
          }))
        )
      ),
    ),
    rowsOf(
      "investments",
      given.investments.map((one) => ({
        paid_on: one.paidOn,
        site_id: one.siteId,
        amount: one.amount,
        currency: one.currency,
      })),
    ),
  ]);
}

/** The tariffs and investments of the database, in order. Throws DatabaseError. */
export async function storedTariffs(database: Database): Promise<Tariffs> {
  const byStart = new Map<string, Tariff & { bands: Band[] }>();
  for (const row of await storedRecords(database, "tariffs")) {
    if (row.minute !== row.from_minute) continue;
    const direction = String(row.direction) as Direction;
    const siteId = Number(row.site_id);
    const firstDay = String(row.first_day);
    const key = `${direction} ${siteId} ${firstDay}`;
    const lastDay = String(row.last_day);
    const currency = String(row.currency);
    const one = byStart.get(key) ??
      { direction, siteId, firstDay, lastDay, currency, bands: [] };
    byStart.set(key, one);
    one.bands.push({
      weekday: Number(row.weekday),
      fromMinute: Number(row.from_minute),
      toMinute: Number(row.to_minute),
      pricePerKwh: Number(row.price_per_kwh),
    });
  }
  const rank = (one: Tariff) =>
    `${one.direction === "purchase" ? 0 : 1} ${one.siteId} ${one.firstDay}`;
  const tariffs = [...byStart.values()].sort((a, b) => rank(a) < rank(b) ? -1 : 1);
  const investments = (await storedRecords(database, "investments")).map((row): Investment => ({
    paidOn: String(row.paid_on),
    siteId: Number(row.site_id),
    amount: Number(row.amount),
    currency: String(row.currency),
  }));
  return { tariffs, investments };
}

/** The minutes at which its quarter-hours begin. */
function quarterHoursOf({ fromMinute, toMinute }: Band): number[] {
  return Array.from({ length: (toMinute - fromMinute) / 15 }, (_, at) => fromMinute + 15 * at);
}

function rowsOf(table: TableName, records: readonly Readonly<Record<string, Value>>[]): RawRows {
  const names = factsOf(table).columns.map((one) => one.name);
  return { table, rows: records.map((one) => names.map((name) => one[name])) };
}
