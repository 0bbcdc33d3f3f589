-- Devices that can be asked for by themselves. Sensors have no serial number and stand in a table
-- of their own.
select site_id, device_key, coalesce(serial_number, device_key) as serial_number, category, last_seen
from equipment
where :of_sites
union all
select site_id, device_key, device_key, 'sensor', last_seen
from sensors
where :of_sites
order by site_id, device_key;
