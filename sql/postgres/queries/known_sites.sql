-- Sites as the planner sees them. :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  name,
  time_zone,
  last_update_local,
  last_update_at,
  data_start_date,
  last_seen
from sites
where :site_ids::text is null or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
order by site_id;
