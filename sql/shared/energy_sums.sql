-- Energy per site over the local dates from :from_date on and before :to_date, out of the rows of one
-- :time_unit (DAY, MONTH, YEAR). What a site used is known only of days with a whole balance: those are
-- counted and added up by themselves. One walk along the key for each site.
select
  s.site_id,
  count(e.energy_wh) as days,
  sum(e.energy_wh) as energy_wh,
  min(e.is_complete) as is_complete,
  count(e.consumption_wh + e.from_grid_wh + e.to_grid_wh) as balance_days,
  sum(case when e.from_grid_wh + e.to_grid_wh is not null then e.consumption_wh end) as consumption_wh,
  sum(case when e.consumption_wh + e.to_grid_wh is not null then e.from_grid_wh end) as from_grid_wh,
  sum(case when e.consumption_wh + e.from_grid_wh is not null then e.to_grid_wh end) as to_grid_wh
from sites s
join energy_readings e
  on e.site_id = s.site_id
  and e.time_unit = :time_unit
  and e.reading_date >= :from_date
  and e.reading_date < :to_date
where s.site_id >= :first_site and s.site_id <= :last_site
group by s.site_id;
