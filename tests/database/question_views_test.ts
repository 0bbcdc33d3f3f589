import assert from "node:assert/strict";
import { openDatabase } from "../../src/database/open.ts";
import type { Database } from "../../src/database/database.ts";
import type { Value } from "../../src/model/table.ts";
import { onEachDatabase } from "../support/on_each_database.ts";
import { delivery, quarterHours, rowsOf } from "./deliveries.ts";

type Row = Readonly<Record<string, Value>>;

/** What a view gives after `store` has put rows into an empty database: numbers, dates and texts, sorted. */
function shows(
  name: string,
  store: (database: Database) => Promise<void>,
  asked: Readonly<Record<string, readonly Value[][]>>,
): void {
  onEachDatabase(name, async (fresh) => {
    await using place = await fresh();
    const database = await openDatabase(place.url);
    try {
      await database.migrate();
      await store(database);
    } finally {
      await database.close();
    }
    for (const [columnsOfView, wanted] of Object.entries(asked)) {
      const rows = await place.select(`select ${columnsOfView}`);
      assert.deepEqual(
        rows.map((row) => Object.values(row).map(plain))
          .sort((a, b) => String(a) < String(b) ? -1 : 1),
        wanted,
        columnsOfView,
      );
    }
  });
}

/** Each server's client writes values of the same kind in its own way. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return typeof value === "string" && /^\d{4}-\d\d-\d\d[T ]/.test(value)
    ? value.slice(0, 10)
    : value;
}

function site(site_id: number, name: string, more: Row = {}): Row {
  return { site_id, name, peak_power_kwp: 10, ...more };
}

function days(site_id: number, rows: readonly Row[]) {
  return rowsOf(
    "energy_readings",
    rows.map((one) => ({ site_id, time_unit: "DAY", is_complete: 1, ...one })),
  );
}

/** Quarter-hours of site 1 whose local day is `day`; its clock is an hour ahead of UTC. */
function details(day: string, count: number, values: Row) {
  const before = Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
  const clock = quarterHours(day, count);
  const utc = [
    ...quarterHours(before, 96).slice(92),
    ...quarterHours(day, 96),
  ];
  return rowsOf(
    "energy_details",
    clock.map((local_time, at) => ({
      site_id: 1,
      timestamp: `${utc[at]}Z`,
      local_time,
      interval_s: 900,
      ...values,
    })),
  );
}

async function storeBalance(database: Database): Promise<void> {
  await database.save(delivery([
    rowsOf("sites", [site(1, "Roof"), site(2, "Barn")]),
    days(1, [
      { reading_date: "2026-06-01", energy_wh: 9700, consumption_wh: null, is_complete: 1 },
      { reading_date: "2026-06-03", energy_wh: 4000, consumption_wh: null, is_complete: 1 },
    ]),
    days(2, [{ reading_date: "2026-06-01", energy_wh: 5000 }]),
    details("2026-06-01", 96, {
      production_wh: 100,
      consumption_wh: 80,
      self_consumption_wh: 60,
      feed_in_wh: 40,
      purchased_wh: 20,
    }),
    details("2026-06-02", 5, {
      production_wh: 0.1,
      consumption_wh: 30,
      self_consumption_wh: 0.1,
      feed_in_wh: 0,
      purchased_wh: 29.9,
    }),
  ]));
  await database.save(delivery([
    days(1, [
      {
        reading_date: "2026-07-31",
        energy_wh: 8000,
        to_grid_wh: 5000,
        from_grid_wh: 1000,
        consumption_wh: 4000,
      },
      {
        reading_date: "2027-01-01",
        energy_wh: 1000,
        to_grid_wh: 0,
        from_grid_wh: 3000,
        consumption_wh: 3000,
      },
    ]),
  ], { source: "v2" }));
}

shows(
  "the balance of a day is its own total or the sum of its quarter-hours, by the site's clock",
  storeBalance,
  {
    "site_id, day, production_wh, consumption_wh, self_consumption_wh, feed_in_wh, purchased_wh, specific_yield_kwh_per_kwp, basis, quarter_hours, is_complete from v_energy_balance_daily":
      [
        [1, "2026-06-01", 9700, 7680, 5760, 3840, 1920, 0.97, "QUARTER_HOUR", 96, 1],
        [1, "2026-06-02", 0.5, 150, 0.5, 0, 149.5, 0, "QUARTER_HOUR", 5, 0],
        [1, "2026-06-03", 4000, null, null, null, null, 0.4, "DAY", 0, 1],
        [1, "2026-07-31", 8000, 4000, 3000, 5000, 1000, 0.8, "DAY", 0, 1],
        [1, "2027-01-01", 1000, 3000, 1000, 0, 3000, 0.1, "DAY", 0, 1],
        [2, "2026-06-01", 5000, null, null, null, null, 0.5, "DAY", 0, 1],
      ],
    "site_id, day, self_sufficiency_pct, self_consumption_pct, is_complete from v_self_sufficiency_daily":
      [
        [1, "2026-06-01", 75, 60, 1],
        [1, "2026-06-02", 0.33, 100, 0],
        [1, "2026-06-03", null, null, 1],
        [1, "2026-07-31", 75, 37.5, 1],
        [1, "2027-01-01", 0, 100, 1],
        [2, "2026-06-01", null, null, 1],
      ],
    "site_id, month, production_wh, consumption_wh, purchased_wh, specific_yield_kwh_per_kwp, self_sufficiency_pct, self_consumption_pct, days, balance_days from v_energy_balance_monthly":
      [
        [1, "2026-06-01", 13700.5, 7830, 2069.5, 1.37, 73.57, 60, 3, 1],
        [1, "2026-07-01", 8000, 4000, 1000, 0.8, 75, 37.5, 1, 1],
        [1, "2027-01-01", 1000, 3000, 3000, 0.1, 0, 100, 1, 1],
        [2, "2026-06-01", 5000, null, null, 0.5, null, null, 1, 0],
      ],
    "site_id, year, production_wh, self_sufficiency_pct, days, balance_days from v_energy_balance_yearly":
      [
        [1, "2026-01-01", 21700.5, 74.05, 4, 2],
        [1, "2027-01-01", 1000, 0, 1, 1],
        [2, "2026-01-01", 5000, null, 1, 0],
      ],
  },
);

function sample(
  table: "battery_telemetry" | "inverter_telemetry",
  device: string,
  at: string,
  more: Row,
) {
  // The site's clock is two hours ahead: 22:30 UTC is half past midnight.
  const local = Temporal.PlainDateTime.from(at).add({ hours: 2 }).toString({
    smallestUnit: "second",
  });
  return rowsOf(table, [{
    site_id: 1,
    device_key: device,
    timestamp: `${at}Z`,
    local_time: local,
    interval_s: 0,
    ...more,
  }]);
}

shows(
  "a battery's day is what its registers went on, what its quarter-hours add up to, or the site's total",
  async (database) => {
    const registers = (at: string, charged: number, discharged: number, pct: number) =>
      sample("battery_telemetry", "B1", at, {
        lifetime_energy_charged_wh: charged,
        lifetime_energy_discharged_wh: discharged,
        state_of_charge_pct: pct,
      });
    const bucket = (at: string, charge: number, discharge: number) =>
      sample("battery_telemetry", "B1", at, {
        charge_energy_wh: charge,
        discharge_energy_wh: discharge,
        state_of_charge_pct: 50,
        interval_s: 900,
      });
    await database.save(delivery([
      rowsOf("sites", [site(1, "Roof"), site(2, "Barn")]),
      rowsOf("batteries", [
        { site_id: 1, device_key: "B1", name: "Pack", nameplate_capacity_wh: 10_000 },
        { site_id: 2, device_key: "B2", name: "Left", nameplate_capacity_wh: null },
        { site_id: 2, device_key: "B3", name: "Right", nameplate_capacity_wh: null },
      ]),
      registers("2026-06-01T10:00:00", 1000, 500, 20),
      registers("2026-06-01T21:45:00", 6000, 2500, 90.5),
      // Local 2 June: the register went on from yesterday's last.
      registers("2026-06-01T22:30:00", 6100, 2600, 88),
      registers("2026-06-02T12:00:00", 9100, 6600, 45),
      // Two days later only the day itself is known; then a new battery counts from zero.
      registers("2026-06-05T08:00:00", 20_000, 15_000, 40),
      registers("2026-06-05T18:00:00", 21_000, 15_500, 60),
      registers("2026-06-06T08:00:00", 10, 5, 60),
      registers("2026-06-06T18:00:00", 510, 205, 70),
    ]));
    await database.save(delivery([
      bucket("2026-06-10T10:00:00", 700, 0),
      bucket("2026-06-10T10:15:00", 300.5, 20),
      bucket("2026-06-11T10:00:00", 100, 0),
      ...[1, 2].map((one) =>
        days(one, [
          {
            reading_date: "2026-06-11",
            energy_wh: null,
            to_storage_wh: 5000,
            from_storage_wh: 4500,
          },
        ])
      ),
    ], { source: "v2" }));
  },
  {
    "site_id, device_key, battery_name, day, charged_wh, discharged_wh, full_cycles, state_of_charge_min_pct, state_of_charge_max_pct, samples, basis from v_battery_daily":
      [
        [1, "B1", "Pack", "2026-06-01", 5000, 2000, 0.2, 20, 90.5, 2, "TELEMETRY"],
        [1, "B1", "Pack", "2026-06-02", 3100, 4100, 0.41, 45, 88, 2, "TELEMETRY"],
        [1, "B1", "Pack", "2026-06-05", 1000, 500, 0.05, 40, 60, 2, "TELEMETRY"],
        [1, "B1", "Pack", "2026-06-06", 500, 200, 0.02, 60, 70, 2, "TELEMETRY"],
        [1, "B1", "Pack", "2026-06-10", 1000.5, 20, 0.002, 50, 50, 2, "TELEMETRY"],
        [1, "B1", "Pack", "2026-06-11", 5000, 4500, 0.45, 50, 50, 1, "DAY"],
      ],
  },
);

shows(
  "an inverter's day is its energy, per kWp, and how much of the site's working time it worked",
  async (database) => {
    const register = (device: string, at: string, energy: number, watts: number) =>
      sample("inverter_telemetry", device, at, {
        lifetime_energy_wh: energy,
        total_active_power_w: watts,
      });
    const bucket = (device: string, at: string, energy: number | null) =>
      sample("inverter_telemetry", device, at, { ac_energy_wh: energy, interval_s: 900 });
    const power = (at: string, power_w: number) =>
      rowsOf("power_readings", [{
        site_id: 1,
        timestamp: `${at}Z`,
        local_time: Temporal.PlainDateTime.from(at).add({ hours: 2 }).toString(),
        interval_s: 900,
        power_w,
      }]);
    await database.save(delivery([
      rowsOf("sites", [site(1, "Roof"), site(2, "Barn", { peak_power_kwp: 4 })]),
      rowsOf("equipment", [
        { site_id: 1, device_key: "I1", category: "inverter", name: "East", peak_power_dc_kwp: 4 },
        {
          site_id: 1,
          device_key: "I2",
          category: "inverter",
          name: "West",
          peak_power_dc_kwp: null,
        },
        {
          site_id: 2,
          device_key: "I3",
          category: "inverter",
          name: "Only",
          peak_power_dc_kwp: null,
        },
      ]),
      // Below 5 % of 10 kWp nothing is expected of anybody.
      power("2026-06-01T08:00:00", 499),
      power("2026-06-01T08:15:00", 500),
      power("2026-06-01T08:30:00", 6000),
      power("2026-06-01T08:45:00", 6000),
      register("I1", "2026-06-01T08:03:10", 1000, 100),
      register("I1", "2026-06-01T08:16:10", 1100, 250),
      register("I1", "2026-06-01T08:29:59", 1200, 250),
      register("I1", "2026-06-01T08:31:00", 1900, 3000),
      register("I1", "2026-06-01T08:46:00", 2900, 3000),
      register("I1", "2026-06-02T08:46:00", 3000, 3000),
      register("I2", "2026-06-01T08:16:00", 50, 0),
      register("I2", "2026-06-01T08:31:00", 90, 2000),
    ]));
    await database.save(delivery(
      [
        bucket("I1", "2026-06-05T08:00:00", 250.5),
        bucket("I1", "2026-06-05T08:15:00", null),
        { ...bucket("I3", "2026-06-05T08:00:00", 1000) },
      ].map((one) => ({
        ...one,
        rows: one.rows.map((row) => row[1] === "I3" ? [2, ...row.slice(1)] : row),
      })),
      { source: "v2" },
    ));
  },
  {
    "site_id, device_key, inverter_name, day, energy_wh, energy_kwh, specific_yield_kwh_per_kwp, availability_pct, producing_quarters, samples from v_inverter_daily":
      [
        [1, "I1", "East", "2026-06-01", 1900, 1.9, 0.475, 100, 3, 5],
        [1, "I1", "East", "2026-06-02", 100, 0.1, 0.025, null, 0, 1],
        [1, "I1", "East", "2026-06-05", 250.5, 0.251, 0.063, null, 0, 2],
        [1, "I2", "West", "2026-06-01", 40, 0.04, null, 33.33, 3, 2],
        [2, "I3", "Only", "2026-06-05", 1000, 1, 0.25, null, 0, 1],
      ],
  },
);

shows(
  "sites are ranked by what a kWp gave a day, over 30 and 365 days",
  async (database) => {
    await database.save(delivery([
      rowsOf("sites", [
        site(1, "Steady"),
        site(2, "Young", { peak_power_kwp: 5 }),
        site(3, "Unknown", { peak_power_kwp: null }),
        site(4, "Silent"),
      ]),
      days(1, [
        // A year before its newest day: outside.
        { reading_date: "2025-06-30", energy_wh: 90_000 },
        { reading_date: "2025-07-01", energy_wh: 70_000 },
        { reading_date: "2026-05-31", energy_wh: 50_000 },
        { reading_date: "2026-06-01", energy_wh: 20_000 },
        { reading_date: "2026-06-30", energy_wh: 10_000 },
        // Not over yet.
        { reading_date: "2026-07-01", energy_wh: 1, is_complete: 0 },
      ]),
      days(2, [
        { reading_date: "2026-06-29", energy_wh: 10_000 },
        { reading_date: "2026-06-30", energy_wh: 15_000 },
      ]),
      days(3, [{ reading_date: "2026-06-30", energy_wh: 15_000 }]),
    ]));
  },
  {
    "site_id, site_name, newest_day, days_30, energy_30_days_kwh, yield_30_days_kwh_per_kwp_day, rank_30_days, days_365, energy_365_days_kwh, yield_365_days_kwh_per_kwp_day, rank_365_days from v_fleet_ranking":
      [
        [1, "Steady", "2026-06-30", 2, 30, 1.5, 2, 4, 150, 3.75, 1],
        [2, "Young", "2026-06-30", 2, 25, 2.5, 1, 2, 25, 2.5, 2],
        [3, "Unknown", "2026-06-30", 1, 15, null, null, 1, 15, null, null],
        [4, "Silent", null, 0, null, null, null, 0, null, null, null],
      ],
  },
);

shows(
  "every day of a site's life is judged by what is here of it, those of which nothing is here too",
  async (database) => {
    const power = (day: string, count: number) =>
      rowsOf(
        "power_readings",
        quarterHours(day, count).map((time) => ({
          site_id: 1,
          timestamp: `${time}Z`,
          local_time: time,
          interval_s: 900,
          power_w: null,
        })),
      );
    await database.save(delivery([
      rowsOf("sites", [
        site(1, "Roof", { data_start_date: "2026-02-27", data_end_date: "2026-03-03" }),
      ]),
      days(1, [
        { reading_date: "2026-02-27", energy_wh: 1 },
        { reading_date: "2026-02-28", energy_wh: 1 },
        { reading_date: "2026-03-02", energy_wh: null },
        { reading_date: "2026-03-04", energy_wh: 1, is_complete: 0 },
      ]),
      power("2026-02-28", 92),
      power("2026-03-02", 96),
      power("2026-03-04", 8),
      details("2026-02-28", 96, { consumption_wh: 5 }),
      sample("inverter_telemetry", "I1", "2026-03-03T10:00:00", { total_active_power_w: 5 }),
      sample("battery_telemetry", "B1", "2026-03-04T10:00:00", { state_of_charge_pct: 5 }),
    ]));
  },
  {
    "site_id, day, state, has_day_total, power_quarter_hours, consumption_quarter_hours, inverter_samples, battery_samples from v_data_quality":
      [
        [1, "2026-02-27", "total only", 1, 0, 0, 0, 0],
        [1, "2026-02-28", "complete", 1, 92, 96, 0, 0],
        [1, "2026-03-01", "missing", 0, 0, 0, 0, 0],
        [1, "2026-03-02", "partial", 0, 96, 0, 0, 0],
        [1, "2026-03-03", "partial", 0, 0, 0, 1, 0],
        [1, "2026-03-04", "partial", 1, 8, 0, 0, 1],
      ],
  },
);
