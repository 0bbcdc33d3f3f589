-- Ranges that were asked for. :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  series,
  device_key,
  date_format(start_at, '%Y-%m-%dT%TZ') as start_at,
  date_format(end_at, '%Y-%m-%dT%TZ') as end_at,
  state,
  date_format(fetched_at, '%Y-%m-%dT%TZ') as fetched_at,
  date_format(reported_at, '%Y-%m-%dT%TZ') as reported_at,
  tries
from coverage
where :site_ids is null
  or site_id = 0
  or site_id in (
    select value from json_table(:site_ids, '$[*]' columns (value bigint path '$')) as wanted
  )
order by site_id, series, device_key, coverage.start_at;
