-- The sites that are stored, with what people know them by.
select
  site_id,
  name,
  time_zone,
  peak_power_kwp,
  last_update_local,
  data_start_date
from sites
where :of_sites
order by site_id;
