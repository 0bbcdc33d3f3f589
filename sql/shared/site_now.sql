-- Each site with the newest of what it does: power of its inverters, the balance of the newest quarter-hour,
-- the newest snapshot of its power flow; and the sums that the server itself has told.
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
  d.timestamp as details_at,
  d.production_w,
  d.consumption_w,
  d.feed_in_w,
  d.purchased_w,
  f.timestamp as flow_at,
  f.pv_power_w,
  f.load_power_w,
  f.grid_power_w
from sites s
left join v_latest_power p on p.site_id = s.site_id
left join power_details d
  on d.site_id = s.site_id
  and (d.timestamp, d.interval_s) = (
    select newest.timestamp, newest.interval_s
    from power_details newest
    where newest.site_id = s.site_id and newest.production_w is not null
    order by newest.timestamp desc, newest.interval_s desc
    limit 1
  )
left join v_power_flow_current f on f.site_id = s.site_id
where s.site_id >= :first_site and s.site_id <= :last_site;
