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
    unixepoch(end_at) - unixepoch(start_at) as length_s,
    unixepoch(lead(start_at) over neighbours) - unixepoch(end_at) as gap_s
  from coverage
  where :site_ids is null or site_id in (select value from json_each(:site_ids))
  window neighbours as (partition by site_id, series, device_key order by start_at)
)
select
  site_id,
  series,
  device_key,
  min(start_at) as first_start_at,
  max(end_at) as last_end_at,
  min(start_at) filter (where state = 'covered') as covered_from,
  max(end_at) filter (where state = 'covered') as covered_to,
  coalesce(sum(length_s) filter (where state = 'covered'), 0) as covered_s,
  coalesce(sum(length_s) filter (where state = 'empty'), 0) as empty_s,
  count(*) filter (where gap_s > 0) as gaps,
  coalesce(sum(gap_s) filter (where gap_s > 0), 0) as gap_s,
  max(fetched_at) as fetched_at
from stretch
group by site_id, series, device_key
order by site_id, series, device_key;
