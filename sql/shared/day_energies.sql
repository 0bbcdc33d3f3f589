-- Energy of each local day from :from_date on and before :to_date, oldest first.
select e.site_id, e.reading_date, e.energy_wh
from energy_readings e
where e.site_id >= :first_site
  and e.site_id <= :last_site
  and e.time_unit = 'DAY'
  and e.reading_date >= :from_date
  and e.reading_date < :to_date
order by e.site_id, e.reading_date;
