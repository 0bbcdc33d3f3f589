-- The days of a site from :from_at on and before :to_at with the parts of their balance, how many devices of
-- the site are listed, and how many batteries among them.
select
  e.reading_date,
  e.is_complete,
  e.energy_wh,
  e.metered_production_wh,
  e.metered_consumption_wh,
  e.to_grid_wh,
  e.from_grid_wh,
  e.to_storage_wh,
  e.from_storage_wh,
  (select count(*) from equipment d where d.site_id = e.site_id) as devices,
  (select count(*) from batteries b where b.site_id = e.site_id) as batteries
from energy_readings e
where e.site_id = :site_id
  and e.time_unit = 'DAY'
  and e.reading_date >= :from_at
  and e.reading_date < :to_at;
