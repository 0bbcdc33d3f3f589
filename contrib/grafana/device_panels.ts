import type { Dashboard } from "./panel.ts";

/** The batteries of a site. */
export const battery: Dashboard = {
  name: "battery",
  title: "Solar: battery",
  from: "now-7d",
  panels: [
    {
      title: "State of charge",
      kind: "lines",
      unit: "percent",
      width: 24,
      sql: (on) =>
        `select ${on.time("t.timestamp")} as time, t.device_key as metric,
  t.state_of_charge_pct as "Value"
from battery_telemetry t
where t.site_id = $site and t.state_of_charge_pct is not null and ${on.within("t.timestamp")}
order by t.timestamp, t.device_key`,
    },
    {
      title: "Power: discharge above 0, charge below",
      kind: "lines",
      unit: "watt",
      width: 24,
      sql: (on) =>
        `select ${on.time("t.timestamp")} as time, t.device_key as metric, t.power_w as "Value"
from battery_telemetry t
where t.site_id = $site and t.power_w is not null and ${on.within("t.timestamp")}
order by t.timestamp, t.device_key`,
    },
    {
      title: "Charged and discharged, by day",
      kind: "bars",
      unit: "watth",
      sql: (on) =>
        `select ${on.day("b.day")} as "day", sum(b.charged_wh) as "charged",
  sum(b.discharged_wh) as "discharged"
from v_battery_daily b
where b.site_id = $site and ${on.onDays("b.day")}
group by b.day
order by b.day`,
    },
    {
      title: "Days of each battery",
      kind: "table",
      sql: (on) =>
        `select ${
          on.day("b.day")
        } as "day", b.device_key as "battery", b.full_cycles as "full cycles",
  b.state_of_charge_min_pct as "lowest charge (%)", b.state_of_charge_max_pct as "highest charge (%)"
from v_battery_daily b
where b.site_id = $site and ${on.onDays("b.day")}
order by b.day desc, b.device_key`,
    },
  ],
};

/** The inverters of a site, and the list of all its devices. */
export const devices: Dashboard = {
  name: "devices",
  title: "Solar: devices",
  from: "now-7d",
  panels: [
    {
      title: "Power of each inverter",
      kind: "lines",
      unit: "watt",
      width: 24,
      sql: (on) =>
        `select ${on.time("t.timestamp")} as time, t.device_key as metric,
  t.total_active_power_w as "Value"
from inverter_telemetry t
where t.site_id = $site and t.total_active_power_w is not null and ${on.within("t.timestamp")}
order by t.timestamp, t.device_key`,
    },
    {
      title: "Energy of each inverter",
      kind: "bars",
      unit: "watth",
      width: 8,
      sql: (on) =>
        `select i.device_key as "inverter", sum(i.energy_wh) as "energy"
from v_inverter_daily i
where i.site_id = $site and ${on.onDays("i.day")}
group by i.device_key
order by i.device_key`,
    },
    {
      title: "Days of each inverter",
      kind: "table",
      width: 16,
      sql: (on) =>
        `select ${on.day("i.day")} as "day", i.device_key as "inverter", i.energy_kwh as "kWh",
  i.specific_yield_kwh_per_kwp as "kWh/kWp", i.availability_pct as "available (%)"
from v_inverter_daily i
where i.site_id = $site and ${on.onDays("i.day")}
order by i.day desc, i.device_key`,
    },
    {
      title: "All devices",
      kind: "table",
      width: 24,
      sql: (on) =>
        `select e.category as "kind", e.name as "name", e.serial_number as "serial number",
  e.manufacturer as "manufacturer", e.model as "model", e.firmware_version as "firmware",
  ${on.stamp("e.last_seen")} as "last listed (UTC)"
from v_equipment_list e
where e.site_id = $site
order by e.category, e.device_key`,
    },
  ],
};
