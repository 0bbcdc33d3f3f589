-- Devices that can be asked for by themselves. Sensors have no serial number and stand in a table
-- of their own. :site_ids is a JSON array of numbers; NULL: all sites.
select site_id, device_key, coalesce(serial_number, device_key) as serial_number, category, last_seen
from equipment
where :site_ids::text is null or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
union all
select site_id, device_key, device_key, 'sensor', last_seen
from sensors
where :site_ids::text is null or site_id in (select json_array_elements_text(:site_ids::json)::bigint)
order by site_id, device_key;
