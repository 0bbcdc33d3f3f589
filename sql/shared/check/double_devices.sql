-- Devices of a site that stand in the list twice under one serial number.
select serial_number, count(*) as rows_found, min(device_key) as first_key, max(device_key) as last_key
from equipment
where site_id = :site_id and serial_number is not null
group by serial_number
having count(*) > 1
order by serial_number
limit 10000;
