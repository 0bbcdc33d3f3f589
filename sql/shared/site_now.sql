-- Each site with the newest of what it does: power of its inverters, the balance of the newest
-- quarter-hour, the newest snapshot of its power flow; and the sums that the server itself has reported.
select
  s.site_id,
  s.peak_power_kwp,
  s.last_update_local,
  s.day_energy_wh,
  s.month_energy_wh,
  s.year_energy_wh,
  s.lifetime_energy_wh,
  p.timestamp as power_at,
  p.power_w,
  -- One by one, because a subselect in a join condition would be asked for each row of the site.
  (
    select d.timestamp from power_details d
    where d.site_id = s.site_id and d.production_w is not null
    order by d.timestamp desc, d.interval_s desc
    limit 1
  ) as details_at,
  (
    select d.production_w from power_details d
    where d.site_id = s.site_id and d.production_w is not null
    order by d.timestamp desc, d.interval_s desc
    limit 1
  ) as production_w,
  (
    select d.consumption_w from power_details d
    where d.site_id = s.site_id and d.production_w is not null
    order by d.timestamp desc, d.interval_s desc
    limit 1
  ) as consumption_w,
  (
    select d.feed_in_w from power_details d
    where d.site_id = s.site_id and d.production_w is not null
    order by d.timestamp desc, d.interval_s desc
    limit 1
  ) as feed_in_w,
  (
    select d.purchased_w from power_details d
    where d.site_id = s.site_id and d.production_w is not null
    order by d.timestamp desc, d.interval_s desc
    limit 1
  ) as purchased_w,
  f.timestamp as flow_at,
  f.pv_power_w,
  f.load_power_w,
  f.grid_power_w
from sites s
left join v_latest_power p on p.site_id = s.site_id
left join v_power_flow_current f on f.site_id = s.site_id
where s.site_id >= :first_site and s.site_id <= :last_site;
