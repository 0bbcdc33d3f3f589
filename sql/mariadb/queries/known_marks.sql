-- What is known of each series; site 0 is the account and always among them.
-- :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  series,
  device_key,
  data_type,
  date_format(last_success_at, '%Y-%m-%dT%TZ') as last_success_at,
  date_format(last_update_label, '%Y-%m-%dT%T') as last_update_label,
  date_format(wanted_from, '%Y-%m-%dT%TZ') as wanted_from,
  date_format(unavailable_since, '%Y-%m-%dT%TZ') as unavailable_since,
  unavailable_reason,
  span_s,
  date_format(last_error_at, '%Y-%m-%dT%TZ') as last_error_at,
  last_error,
  date_format(newest_data_at, '%Y-%m-%dT%TZ') as newest_data_at,
  date_format(asked_until, '%Y-%m-%dT%TZ') as asked_until,
  date_format(delivered_at, '%Y-%m-%dT%TZ') as delivered_at,
  failures,
  date_format(failing_since, '%Y-%m-%dT%TZ') as failing_since,
  doubts,
  date_format(doubted_at, '%Y-%m-%dT%TZ') as doubted_at,
  span_doubt_s,
  date_format(span_at, '%Y-%m-%dT%TZ') as span_at
from sync_metadata
where :site_ids is null
  or site_id = 0
  or site_id in (
    select value from json_table(:site_ids, '$[*]' columns (value bigint path '$')) as wanted
  )
order by site_id, series, device_key;
