import type { Dashboard } from "./panel.ts";

/** What a home made, used, bought and saved. */
export const home: Dashboard = {
  name: "home",
  title: "Solar: home",
  from: "now-7d",
  panels: [
    {
      title: "Power now",
      kind: "figures",
      unit: "watt",
      width: 6,
      sql: () => `select power_w as "power" from v_latest_power where site_id = $site`,
    },
    {
      title: "Energy produced",
      kind: "figures",
      unit: "watth",
      width: 18,
      sql: () =>
        `select day_energy_wh as "newest day", month_energy_wh as "its month",
  year_energy_wh as "its year", lifetime_energy_wh as "since the beginning"
from v_site_summary
where site_id = $site`,
    },
    {
      title: "Power",
      kind: "lines",
      unit: "watt",
      width: 24,
      sql: (on) =>
        `select ${on.time("p.timestamp")} as time, p.production_w as "production",
  p.consumption_w as "consumption", p.feed_in_w as "feed-in", p.purchased_w as "purchased"
from power_details p
where p.site_id = $site and ${on.within("p.timestamp")}
order by p.timestamp`,
    },
    {
      title: "Where the consumption came from, by day",
      kind: "bars",
      unit: "watth",
      stacked: true,
      sql: (on) =>
        `select ${on.day("b.day")} as "day", b.self_consumption_wh as "own roof",
  b.purchased_wh as "purchased"
from v_energy_balance_daily b
where b.site_id = $site and ${on.onDays("b.day")}
order by b.day`,
    },
    {
      title: "Where the production went, by day",
      kind: "bars",
      unit: "watth",
      stacked: true,
      sql: (on) =>
        `select ${on.day("b.day")} as "day", b.self_consumption_wh as "self-consumption",
  b.feed_in_wh as "feed-in"
from v_energy_balance_daily b
where b.site_id = $site and ${on.onDays("b.day")}
order by b.day`,
    },
    {
      title: "Self-sufficiency and self-consumption, by day",
      kind: "bars",
      unit: "percent",
      sql: (on) =>
        `select ${on.day("s.day")} as "day", s.self_sufficiency_pct as "self-sufficiency",
  s.self_consumption_pct as "self-consumption"
from v_self_sufficiency_daily s
where s.site_id = $site and ${on.onDays("s.day")}
order by s.day`,
    },
    {
      title: "Energy by month, all months",
      kind: "bars",
      unit: "watth",
      sql: (on) =>
        `select ${on.month("m.month")} as "month", m.production_wh as "production",
  m.consumption_wh as "consumption"
from v_energy_balance_monthly m
where m.site_id = $site
order by m.month`,
    },
    {
      title: "Costs and savings by day (needs seh tariff load)",
      kind: "table",
      width: 24,
      sql: (on) =>
        `select ${on.day("c.day")} as "day", c.purchase_cost as "purchased",
  c.feed_in_income as "feed-in", c.cost_without_solar as "without solar", c.savings as "savings",
  c.currency as "currency", c.missing as "missing"
from v_costs_daily c
where c.site_id = $site and c.currency is not null and ${on.onDays("c.day")}
order by c.day desc`,
    },
  ],
};
