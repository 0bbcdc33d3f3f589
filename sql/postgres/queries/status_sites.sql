-- Each site for `seh status`. :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  name,
  status,
  time_zone,
  peak_power_kwp,
  data_start_date,
  data_end_date,
  last_update_local,
  last_update_at,
  current_power_w,
  day_energy_wh,
  last_seen
from sites
where :site_ids::text is null or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
order by site_id;
