-- The lifetime energy of a site beside the sums of its years: all of them, and those that have ended.
select
  s.lifetime_energy_wh as stated_wh,
  s.data_start_date,
  sum(y.energy_wh) as years_wh,
  sum(case when y.is_complete = 1 then y.energy_wh else 0 end) as ended_wh,
  count(*) as years,
  min(y.reading_date) as first_year,
  max(y.reading_date) as last_year,
  (
    select max(d.energy_wh)
    from energy_readings d
    where d.site_id = :site_id and d.time_unit = 'DAY'
  ) as best_day_wh
from sites s
join energy_readings y on y.site_id = s.site_id and y.time_unit = 'YEAR'
where s.site_id = :site_id and s.lifetime_energy_wh is not null and y.energy_wh is not null
group by s.site_id, s.lifetime_energy_wh, s.data_start_date;
