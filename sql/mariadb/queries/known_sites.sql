-- Sites as the planner sees them. :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  name,
  time_zone,
  date_format(last_update_local, '%Y-%m-%dT%T') as last_update_local,
  date_format(last_update_at, '%Y-%m-%dT%TZ') as last_update_at,
  data_start_date,
  date_format(last_seen, '%Y-%m-%dT%TZ') as last_seen
from sites
where :site_ids is null
  or site_id in (
    select value from json_table(:site_ids, '$[*]' columns (value bigint path '$')) as wanted
  )
order by site_id;
