-- Energy per site over the wall clock from :from_date on and before :to_date, added up from what meters
-- and inverters gave for each quarter-hour. What a site used is added up where it is known: `balance_s`
-- says for how many seconds. :from_at and :to_at are UTC, a day wider on both sides, for the key to find
-- the rows.
select
  s.site_id,
  sum(d.production_wh) as energy_wh,
  sum(
    case when d.production_wh + d.consumption_wh + d.purchased_wh + d.feed_in_wh is not null then d.interval_s end
  ) as balance_s,
  sum(
    case when d.consumption_wh + d.purchased_wh + d.feed_in_wh is not null then d.production_wh end
  ) as production_wh,
  sum(
    case when d.production_wh + d.purchased_wh + d.feed_in_wh is not null then d.consumption_wh end
  ) as consumption_wh,
  sum(
    case when d.production_wh + d.consumption_wh + d.feed_in_wh is not null then d.purchased_wh end
  ) as from_grid_wh,
  sum(
    case when d.production_wh + d.consumption_wh + d.purchased_wh is not null then d.feed_in_wh end
  ) as to_grid_wh
from sites s
join energy_details d
  on d.site_id = s.site_id
  and d.timestamp >= :from_at
  and d.timestamp < :to_at
  and d.local_time >= :from_date
  and d.local_time < :to_date
where s.site_id >= :first_site and s.site_id <= :last_site
group by s.site_id;
