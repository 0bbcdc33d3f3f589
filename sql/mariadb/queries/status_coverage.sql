-- How much of each series was fetched for `seh status`: the outermost bounds, seconds with data,
-- seconds that came empty, and the gaps between neighbouring stretches that were never asked.
-- :site_ids is a JSON array of numbers; NULL: all sites.
with stretch as (
  select
    site_id,
    series,
    device_key,
    state,
    start_at,
    end_at,
    fetched_at,
    timestampdiff(second, start_at, end_at) as length_s,
    timestampdiff(second, end_at, lead(start_at) over neighbours) as gap_s
  from coverage
  where :site_ids is null
    or site_id in (
      select value from json_table(:site_ids, '$[*]' columns (value bigint path '$')) as wanted
    )
  window neighbours as (partition by site_id, series, device_key order by start_at)
)
select
  site_id,
  series,
  device_key,
  date_format(min(start_at), '%Y-%m-%dT%TZ') as first_start_at,
  date_format(max(end_at), '%Y-%m-%dT%TZ') as last_end_at,
  date_format(min(if(state = 'covered', start_at, null)), '%Y-%m-%dT%TZ') as covered_from,
  date_format(max(if(state = 'covered', end_at, null)), '%Y-%m-%dT%TZ') as covered_to,
  -- A sum of integers is a DECIMAL.
  cast(sum(if(state = 'covered', length_s, 0)) as signed) as covered_s,
  cast(sum(if(state = 'empty', length_s, 0)) as signed) as empty_s,
  count(if(gap_s > 0, 1, null)) as gaps,
  cast(sum(if(gap_s > 0, gap_s, 0)) as signed) as gap_s,
  date_format(max(fetched_at), '%Y-%m-%dT%TZ') as fetched_at
from stretch
group by site_id, series, device_key
order by site_id, series, device_key;
