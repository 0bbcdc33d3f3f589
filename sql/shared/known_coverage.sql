-- Ranges that were asked for, those of the account (site 0) among them.
select site_id, series, device_key, start_at, end_at, state, fetched_at, reported_at, tries
from coverage
where :of_sites
  or site_id = 0
order by site_id, series, device_key, start_at;
