-- All sites by the energy that a kWp gave, for `seh report`.
select
  site_id,
  site_name,
  peak_power_kwp,
  newest_day,
  days_30,
  energy_30_days_kwh,
  yield_30_days_kwh_per_kwp_day,
  days_365,
  energy_365_days_kwh,
  yield_365_days_kwh_per_kwp_day
from v_fleet_ranking
order by site_id;
