import assert from "node:assert/strict";
import type { Database } from "../../src/database/database.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { Value } from "../../src/model/table.ts";
import { readMoney } from "../../src/report/savings.ts";
import { storedTariffs, storeTariffs } from "../../src/tariff/stored.ts";
import { readTariffs } from "../../src/tariff/tariff_file.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { delivery, rowsOf } from "./deliveries.ts";

type Row = Readonly<Record<string, Value>>;

/** Every quarter-hour of a local day in Berlin, with what the meters say in each. */
function quarterHoursOf(siteId: number, day: string, values: (local: string) => Row) {
  const from = Temporal.PlainDate.from(day).toZonedDateTime("Europe/Berlin");
  const to = from.add({ days: 1 });
  const rows: Row[] = [];
  for (let at = from; at.epochMilliseconds < to.epochMilliseconds; at = at.add({ minutes: 15 })) {
    const local_time = at.toPlainDateTime().toString({ smallestUnit: "second" });
    rows.push({
      site_id: siteId,
      timestamp: at.toInstant().toString({ smallestUnit: "second" }),
      local_time,
      interval_s: 900,
      ...values(local_time),
    });
  }
  return rowsOf("energy_details", rows);
}

function days(site_id: number, rows: readonly Row[]) {
  return rowsOf(
    "energy_readings",
    rows.map((one) => ({ site_id, time_unit: "DAY", is_complete: 1, ...one })),
  );
}

/** Of a view, as numbers and texts; each server's client writes them in its own way. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return typeof value === "string" && /^\d{4}-\d\d-\d\d[T ]/.test(value)
    ? value.slice(0, 10)
    : value;
}

const contract = `
currency: EUR
purchase:
  - from: 2026-01-01
    to: 2026-06-30
    price_per_kwh: 0.20
    times:
      - days: mon-sat
        hours: [06:00-22:00]
        price_per_kwh: 0.40
  - from: 2026-07-02
    price_per_kwh: 0.30
  - sites: [2]
    from: 2026-07-02
    price_per_kwh: 1.00
    currency: CHF
feed_in:
  - from: 2026-01-01
    price_per_kwh: 0.08
  - sites: [2]
    from: 2026-07-05
    price_per_kwh: -0.5
    currency: CHF
`;

const even = () => ({
  production_wh: 300,
  consumption_wh: 250,
  self_consumption_wh: 200,
  feed_in_wh: 100,
  purchased_wh: 50,
});
/** Uses energy in the hour after two alone: the one that daylight saving skips or repeats. */
const atTwo = (local: string) =>
  local.slice(11, 13) === "02"
    ? { ...even(), consumption_wh: 1000, purchased_wh: 1000, feed_in_wh: 0 }
    : { ...even(), consumption_wh: 0, purchased_wh: 0, feed_in_wh: 0 };

async function store(database: Database): Promise<void> {
  await database.save(delivery([
    rowsOf("sites", [{ site_id: 1, name: "Roof" }, { site_id: 2, name: "Barn" }]),
    // A Monday and a Sunday; the days on which the clocks change, both Sundays.
    quarterHoursOf(1, "2026-06-01", even),
    quarterHoursOf(1, "2026-06-07", even),
    quarterHoursOf(1, "2026-03-29", atTwo),
    quarterHoursOf(1, "2026-10-25", atTwo),
    // The last day of one contract, a day without one, the first day of the next.
    quarterHoursOf(1, "2026-06-30", even),
    quarterHoursOf(1, "2026-07-01", even),
    quarterHoursOf(1, "2026-07-02", even),
    // A day that has begun, and one whose feed-in no meter counts.
    {
      ...quarterHoursOf(1, "2026-07-03", even),
      rows: quarterHoursOf(1, "2026-07-03", even).rows.slice(0, 3),
    },
    quarterHoursOf(1, "2026-07-04", () => ({ ...even(), feed_in_wh: null })),
  ]));
  const total = { energy_wh: 20_000, consumption_wh: 12_345, to_grid_wh: 9000, from_grid_wh: 1345 };
  await database.save(delivery([
    days(1, [
      // By time of day the total of a working day has no price; that of a Sunday has.
      { reading_date: "2026-06-02", ...total },
      { reading_date: "2026-06-14", ...total },
      { reading_date: "2026-07-06", ...total },
    ]),
    days(2, [
      { reading_date: "2026-07-04", ...total },
      { reading_date: "2026-07-05", ...total },
    ]),
  ], { source: "v2" }));
  await storeTariffs(database, readTariffs(contract));
}

onEachDatabase(
  "what a day costs, earns and saves is told to the cent, by the site's clock",
  async (fresh) => {
    await using place = await fresh();
    const database = await openDatabase(place.url);
    try {
      await database.migrate();
      await store(database);
      const cents = (amount: number) => Math.round(amount * 1e4) / 1e4;
      assert.deepEqual(
        (await readMoney(database, [1, 2]))?.savings.map(({ days, ...one }) => {
          assert.ok(days > 0);
          return { ...one, saved: cents(one.saved), earned: cents(one.earned) };
        }),
        [
          { siteId: 1, period: "2026", currency: "EUR", saved: 28.08, earned: 4.536 },
          { siteId: 2, period: "2026", currency: "CHF", saved: 11, earned: -4.5 },
        ],
      );
    } finally {
      await database.close();
    }
    const rows = await place.select(
      "select site_id, day, currency, purchase_cost, feed_in_income, cost_without_solar, savings, basis, is_complete, missing from v_costs_daily",
    );
    assert.deepEqual(
      rows.map((row) => Object.values(row).map(plain))
        .sort((a, b) => String(a) < String(b) ? -1 : 1),
      [
        // Four quarter-hours after two do not exist: nothing was used.
        [1, "2026-03-29", "EUR", 0, 0, 0, 0, "QUARTER_HOUR", 1, null],
        // 64 quarter-hours at 0.40, 32 at 0.20: 3.2 kWh and 1.6 kWh; 9.6 kWh fed in at 0.08.
        [1, "2026-06-01", "EUR", 1.6, 0.768, 8, 7.168, "QUARTER_HOUR", 1, null],
        [1, "2026-06-02", "EUR", null, null, null, null, null, 0, "quarter-hours"],
        [1, "2026-06-07", "EUR", 0.96, 0.768, 4.8, 4.608, "QUARTER_HOUR", 1, null],
        [1, "2026-06-14", "EUR", 0.269, 0.72, 2.469, 2.92, "DAY", 1, null],
        [1, "2026-06-30", "EUR", 1.6, 0.768, 8, 7.168, "QUARTER_HOUR", 1, null],
        [1, "2026-07-01", "EUR", null, 0.768, null, null, "QUARTER_HOUR", 1, "purchase tariff"],
        [1, "2026-07-02", "EUR", 1.44, 0.768, 7.2, 6.528, "QUARTER_HOUR", 1, null],
        [1, "2026-07-03", "EUR", 0.045, 0.024, 0.225, 0.204, "QUARTER_HOUR", 0, null],
        [1, "2026-07-04", "EUR", 1.44, null, 7.2, null, "QUARTER_HOUR", 0, "meter values"],
        [1, "2026-07-06", "EUR", 0.4035, 0.72, 3.7035, 4.02, "DAY", 1, null],
        // Eight quarter-hours after two, 1 kWh each.
        [1, "2026-10-25", "EUR", 2.4, 0, 2.4, 0, "QUARTER_HOUR", 1, null],
        // A site with prices of its own does not take those of all; feed-in may cost money.
        [2, "2026-07-04", "CHF", 1.345, null, 12.345, null, "DAY", 1, "feed-in tariff"],
        [2, "2026-07-05", "CHF", 1.345, -4.5, 12.345, 6.5, "DAY", 1, null],
      ],
    );
  },
);

onEachDatabase(
  "loading prices replaces all that were there, and gives them back",
  async (fresh) => {
    await using place = await fresh();
    const database = await openDatabase(place.url);
    try {
      await database.migrate();
      const first = readTariffs(contract);
      await storeTariffs(database, first);
      const { tariffs } = await storedTariffs(database);
      assert.equal(tariffs.length, first.tariffs.length);
      for (const one of first.tariffs) {
        assert.deepEqual(
          tariffs.find((other) => JSON.stringify(other) === JSON.stringify(one)),
          one,
        );
      }
      const second = readTariffs(
        "currency: GBP\ninvestment:\n  - date: 2024-02-29\n    amount: 9999.99\n    site: 7\n",
      );
      await storeTariffs(database, second);
      assert.deepEqual(await storedTariffs(database), second);
      await storeTariffs(database, readTariffs("currency: GBP"));
      assert.deepEqual(await storedTariffs(database), { tariffs: [], investments: [] });
    } finally {
      await database.close();
    }
  },
);
