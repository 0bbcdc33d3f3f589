import type { Finding } from "../../src/check/finding.ts";
import type { FreshDatabase } from "../support/fresh_file.ts";

/** What identifies a finding. */
export type Expected = Pick<Finding, "rule" | "siteId" | "table" | "deviceKey" | "from" | "to">;

/** Something wrong in the database, and what it must be found as. */
export interface Injury {
  readonly sql: readonly string[];
  readonly found: Expected;
}

const home = 1234567;
const house = 2345678;
const business = 3456789;
const zones = {
  [home]: "Europe/Berlin",
  [house]: "America/New_York",
  [business]: "Australia/Lord_Howe",
};

/** Twenty-two injuries of a harvest of three sites that ends on 15 June 2026, in the SQL of its database. */
export function injuries({ url }: Pick<FreshDatabase, "url">): Injury[] {
  const isSqlite = url.startsWith("sqlite");
  const isPostgres = url.startsWith("postgres");
  /** The condition that names the row of a local time. */
  const at = (site: keyof typeof zones, local: string) =>
    `site_id = ${site} and timestamp = ${instant(site, local)}`;
  const instant = (site: keyof typeof zones, local: string) => {
    const text = Temporal.PlainDateTime.from(local).toZonedDateTime(zones[site]).toInstant()
      .toString({ smallestUnit: "second" });
    return isSqlite
      ? `'${text}'`
      : `'${text.slice(0, 19).replace("T", " ")}${isPostgres ? "+00" : ""}'`;
  };
  const between = (site: keyof typeof zones, from: string, to: string) =>
    `site_id = ${site} and timestamp >= ${instant(site, from)} and timestamp < ${
      instant(site, to)
    }`;
  /** Devices send samples, at times of their own. */
  const within = (site: keyof typeof zones, local: string) =>
    between(
      site,
      local,
      Temporal.PlainDateTime.from(local).add({ minutes: 15 }).toString({ smallestUnit: "minute" }),
    );
  const local = (text: string) => `'${isSqlite ? text : text.replace("T", " ")}'`;
  const found = (
    rule: Expected["rule"],
    siteId: number,
    table: Expected["table"],
    from: string,
    to = from,
    deviceKey: string | null = null,
  ): Expected => ({ rule, siteId, table, deviceKey, from, to });
  const energy = (site: number, unit: string, day: string) =>
    `site_id = ${site} and time_unit = '${unit}' and reading_date = '${day}'`;

  return [
    {
      sql: [
        `update energy_details set production_wh = production_wh + 1800,
           self_consumption_wh = self_consumption_wh + 1800, consumption_wh = consumption_wh + 1800
         where ${at(home, "2026-06-10T12:15")}`,
      ],
      found: found("day-sum", home, "energy_details", "2026-06-10"),
    },
    {
      sql: [
        `update power_readings set power_w = power_w / 10
         where ${between(house, "2026-06-10T11:00", "2026-06-10T13:00")}`,
      ],
      found: found("day-sum", house, "power_readings", "2026-06-10"),
    },
    {
      sql: [
        `update energy_readings set energy_wh = energy_wh * 1.1
         where ${energy(house, "MONTH", "2026-05-01")}`,
      ],
      found: found("month-sum", house, "energy_readings", "2026-05-01", "2026-05-31"),
    },
    {
      sql: [
        `update energy_readings set energy_wh = energy_wh + 20000
         where ${energy(home, "DAY", "2026-02-10")}`,
      ],
      found: found("month-sum", home, "energy_readings", "2026-02-01", "2026-02-28"),
    },
    {
      sql: [
        `update energy_readings set energy_wh = energy_wh * 1.1
         where ${energy(home, "YEAR", "2025-01-01")}`,
      ],
      found: found("year-sum", home, "energy_readings", "2025-01-01", "2025-12-31"),
    },
    {
      sql: [
        `update sites set lifetime_energy_wh = lifetime_energy_wh * 1.5 where site_id = ${house}`,
      ],
      found: found("lifetime-sum", house, "sites", "2025-11-14", "2026-12-31"),
    },
    {
      sql: [
        `update power_details set feed_in_w = feed_in_w + 500 where ${
          at(home, "2026-06-11T12:15")
        }`,
      ],
      found: found("production-parts", home, "power_details", "2026-06-11"),
    },
    {
      sql: [
        `update energy_details set purchased_wh = purchased_wh + 200
         where ${at(home, "2026-06-12T19:15")}`,
      ],
      found: found("consumption-parts", home, "energy_details", "2026-06-12"),
    },
    {
      sql: [
        `update energy_readings set production_wh = 10000, to_self_consumption_wh = 3000,
           to_grid_wh = 3000
         where ${energy(home, "DAY", "2026-03-01")}`,
      ],
      found: found("day-balance", home, "energy_readings", "2026-03-01"),
    },
    {
      sql: [
        `update inverter_telemetry set lifetime_energy_wh = lifetime_energy_wh - 1000
         where ${within(home, "2026-06-11T12:00")}`,
      ],
      found: found(
        "counter-falls",
        home,
        "inverter_telemetry",
        "2026-06-11",
        "2026-06-11",
        "7E1234AB-5F",
      ),
    },
    {
      sql: [
        `update meter_readings set lifetime_energy_wh = lifetime_energy_wh - 50000
         where device_key = '60412346' and ${within(home, "2026-06-12T12:00")}`,
      ],
      found: found("counter-falls", home, "meter_readings", "2026-06-12", "2026-06-12", "60412346"),
    },
    {
      sql: [
        `update battery_telemetry set lifetime_energy_charged_wh = lifetime_energy_charged_wh + 90000
         where ${within(home, "2026-06-13T12:00")}`,
      ],
      found: found(
        "counter-falls",
        home,
        "battery_telemetry",
        "2026-06-13",
        "2026-06-13",
        "BAT0001",
      ),
    },
    {
      sql: [`update power_readings set power_w = 100 where ${at(house, "2026-06-12T02:15")}`],
      found: found("night-power", house, "power_readings", "2026-06-12"),
    },
    {
      sql: [
        `update energy_details set production_wh = 20 where ${at(business, "2026-06-11T23:15")}`,
      ],
      found: found("night-power", business, "energy_details", "2026-06-11"),
    },
    {
      sql: [
        `update inverter_telemetry set total_active_power_w = 20000
         where ${within(house, "2026-06-12T12:00")}`,
      ],
      found: found(
        "above-peak",
        house,
        "inverter_telemetry",
        "2026-06-12",
        "2026-06-12",
        "7F22CD01-A3",
      ),
    },
    {
      sql: [
        `update power_details set production_w = 1234.5
         where ${between(house, "2026-06-13T07:00", "2026-06-13T11:00")}`,
        `update power_details set production_w = null
         where ${at(house, "2026-06-13T12:00")}`,
      ],
      found: found("flat-line", house, "power_details", "2026-06-13"),
    },
    {
      sql: [
        `update inverter_telemetry set total_active_power_w = 2345.6
         where device_key = '7E5555AA-01' and ${
          between(business, "2026-06-10T09:00", "2026-06-10T13:00")
        }`,
      ],
      found: found(
        "flat-line",
        business,
        "inverter_telemetry",
        "2026-06-10",
        "2026-06-10",
        "7E5555AA-01",
      ),
    },
    {
      sql: [
        `delete from inverter_telemetry where device_key = '7E5555AA-02' and ${
          between(business, "2026-06-10T00:00", "2026-06-13T00:00")
        }`,
      ],
      found: found(
        "silent-device",
        business,
        "inverter_telemetry",
        "2026-06-10",
        "2026-06-12",
        "7E5555AA-02",
      ),
    },
    {
      sql: [
        `insert into power_readings
           (site_id, timestamp, local_time, interval_s, power_w, source, updated_at)
         select site_id, timestamp, local_time, 3600, power_w, source, updated_at
         from power_readings where ${at(house, "2026-06-11T10:00")}`,
      ],
      found: found("double", house, "power_readings", "2026-06-11"),
    },
    {
      sql: [
        `insert into equipment (site_id, device_key, serial_number, last_seen, updated_at)
         select site_id, 'inverter:twin', serial_number, last_seen, updated_at
         from equipment where site_id = ${house} and device_key = '7F22CD01-A3'`,
      ],
      found: found("double", house, "equipment", "2025-11-14", "2025-11-14", "7F22CD01-A3"),
    },
    {
      sql: [`delete from power_details where ${at(home, "2026-06-13T03:00")}`],
      found: found("day-slots", home, "power_details", "2026-06-13"),
    },
    {
      sql: [
        `update sensor_readings set local_time = ${local("2026-06-12T11:00:00")}
         where ${at(business, "2026-06-12T10:00")}`,
      ],
      found: found("zone-offset", business, "sensor_readings", "2026-06-12"),
    },
  ];
}
