-- Sites as the planner sees them.
select
  site_id,
  name,
  time_zone,
  last_update_local,
  last_update_at,
  data_start_date,
  last_seen
from sites
where :of_sites
order by site_id;
