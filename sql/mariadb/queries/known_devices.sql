-- Devices that can be asked for by themselves. Sensors have no serial number and stand in a table
-- of their own. :site_ids is a JSON array of numbers; NULL: all sites.
select
  site_id,
  device_key,
  coalesce(serial_number, device_key) as serial_number,
  category,
  date_format(last_seen, '%Y-%m-%dT%TZ') as last_seen
from equipment
where :site_ids is null
  or site_id in (
    select value from json_table(:site_ids, '$[*]' columns (value bigint path '$')) as wanted
  )
union all
select
  site_id,
  device_key,
  device_key,
  'sensor',
  date_format(last_seen, '%Y-%m-%dT%TZ')
from sensors
where :site_ids is null
  or site_id in (
    select value from json_table(:site_ids, '$[*]' columns (value bigint path '$')) as wanted
  )
order by site_id, device_key;
