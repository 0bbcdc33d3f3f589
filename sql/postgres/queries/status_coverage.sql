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
    extract(epoch from end_at - start_at) as length_s,
    extract(epoch from lead(start_at) over neighbours - end_at) as gap_s
  from coverage
  where :site_ids::text is null
    or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
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
  coalesce(sum(length_s) filter (where state = 'covered'), 0)::bigint as covered_s,
  coalesce(sum(length_s) filter (where state = 'empty'), 0)::bigint as empty_s,
  count(*) filter (where gap_s > 0) as gaps,
  coalesce(sum(gap_s) filter (where gap_s > 0), 0)::bigint as gap_s,
  max(fetched_at) as fetched_at
from stretch
group by site_id, series, device_key
order by site_id, series, device_key;
