-- The state of each series of requests for `seh status`; site 0 is the account.
-- :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  data_type,
  series,
  device_key,
  source,
  last_success_at,
  last_update_label,
  newest_data_at,
  wanted_from,
  unavailable_since,
  unavailable_reason,
  span_s,
  last_error_at,
  last_error
from sync_metadata
where :site_ids::text is null
  or site_id = 0
  or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
order by site_id, data_type, series, device_key;
