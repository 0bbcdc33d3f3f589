-- What is known of each series; site 0 is the account and always among them.
select
  site_id,
  series,
  device_key,
  data_type,
  last_success_at,
  last_update_label,
  wanted_from,
  unavailable_since,
  unavailable_reason,
  span_s,
  last_error_at,
  last_error,
  newest_data_at,
  asked_until,
  delivered_at,
  failures,
  failing_since,
  doubts,
  doubted_at,
  span_doubt_s,
  span_at
from sync_metadata
where :of_sites
  or site_id = 0
order by site_id, series, device_key;
