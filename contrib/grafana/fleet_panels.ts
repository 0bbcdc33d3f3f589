import type { Dashboard } from "./panel.ts";

/** All sites side by side. */
export const fleet: Dashboard = {
  name: "fleet",
  title: "Solar: fleet",
  from: "now-7d",
  panels: [
    {
      title: "Sites by yield",
      kind: "table",
      width: 24,
      sql: (on) =>
        `select f.rank_30_days as "rank", f.site_name as "site", f.peak_power_kwp as "kWp",
  f.yield_30_days_kwh_per_kwp_day as "kWh/kWp a day, 30 days", f.energy_30_days_kwh as "kWh, 30 days",
  f.yield_365_days_kwh_per_kwp_day as "kWh/kWp a day, 365 days",
  f.energy_365_days_kwh as "kWh, 365 days", ${on.day("f.newest_day")} as "newest whole day"
from v_fleet_ranking f
order by coalesce(f.rank_30_days, 1000000000), f.site_id`,
    },
    {
      title: "Newest power of each site",
      kind: "table",
      sql: (on) =>
        `select l.site_name as "site", l.power_w as "W", ${on.stamp("l.timestamp")} as "at (UTC)"
from v_latest_power l
order by l.site_id`,
    },
    {
      title: "Energy of all sites, by day",
      kind: "bars",
      unit: "watth",
      sql: (on) =>
        `select ${on.day("d.reading_date")} as "day", sum(d.energy_wh) as "production"
from v_daily_energy d
where ${on.onDays("d.reading_date")}
group by d.reading_date
order by d.reading_date`,
    },
    {
      title: "Power of the chosen site",
      kind: "lines",
      unit: "watt",
      width: 24,
      sql: (on) =>
        `select ${on.time("p.timestamp")} as time, p.power_w as "power"
from power_readings p
where p.site_id = $site and p.power_w is not null and ${on.within("p.timestamp")}
order by p.timestamp`,
    },
  ],
};

/** What is here of each day of a site. */
export const quality: Dashboard = {
  name: "data-quality",
  title: "Solar: data quality",
  from: "now-30d",
  panels: [
    {
      title: "Days by what is here",
      kind: "bars",
      width: 8,
      sql: (on) =>
        `select q.state as "state", count(*) as "days"
from v_data_quality q
where q.site_id = $site and ${on.onDays("q.day")}
group by q.state
order by q.state`,
    },
    {
      title: "Quarter-hours of each day",
      kind: "bars",
      width: 16,
      sql: (on) =>
        `select ${on.day("q.day")} as "day", q.power_quarter_hours as "power",
  q.consumption_quarter_hours as "consumption"
from v_data_quality q
where q.site_id = $site and ${on.onDays("q.day")}
order by q.day`,
    },
    {
      title: "Days that are not complete",
      kind: "table",
      sql: (on) =>
        `select ${on.day("q.day")} as "day", q.state as "state",
  q.power_quarter_hours as "power quarter-hours", q.inverter_samples as "inverter samples",
  q.battery_samples as "battery samples"
from v_data_quality q
where q.site_id = $site and q.state <> 'complete' and ${on.onDays("q.day")}
order by q.day desc`,
    },
    {
      title: "What was fetched",
      kind: "table",
      sql: (on) =>
        `select y.data_type as "kind of data", y.device_key as "device",
  ${on.stamp("y.newest_data_at")} as "newest data (UTC)",
  ${on.stamp("y.last_success_at")} as "last fetched (UTC)",
  y.unavailable_reason as "not available because", y.last_error as "last error"
from v_sync_status y
where y.site_id = $site
order by y.data_type, y.series, y.device_key`,
    },
  ],
};
