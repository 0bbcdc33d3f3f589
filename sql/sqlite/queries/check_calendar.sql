-- Months and years of a site that have ended and whose days or months do not add up to them: how many parts
-- there are, and the first of them.
select
  w.time_unit,
  w.reading_date,
  w.energy_wh as stated_wh,
  sum(p.energy_wh) as parts_wh,
  count(*) as parts,
  min(p.reading_date) as first_part
from energy_readings w
join energy_readings p
  on p.site_id = w.site_id
  and p.time_unit = case w.time_unit when 'MONTH' then 'DAY' else 'MONTH' end
  and p.reading_date >= w.reading_date
  and p.reading_date < date(w.reading_date, case w.time_unit when 'MONTH' then '+1 month' else '+1 year' end)
where w.site_id = :site_id
  and w.time_unit in ('MONTH', 'YEAR')
  and w.is_complete = 1
group by w.time_unit, w.reading_date, w.energy_wh
having abs(w.energy_wh - sum(p.energy_wh)) > :least_wh
  and abs(w.energy_wh - sum(p.energy_wh)) > :share * w.energy_wh
order by w.time_unit, w.reading_date
limit 10000;
