-- Ranges that were asked for. :site_ids is a JSON array of numbers; NULL: all sites.
select site_id, series, device_key, start_at, end_at, state, fetched_at, reported_at, tries
from coverage
where :site_ids is null
  or site_id = 0
  or site_id in (select value from json_each(:site_ids))
order by site_id, series, device_key, start_at;
