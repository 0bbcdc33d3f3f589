-- Wall clocks of a site that two rows share: in the hour that autumn repeats they may, otherwise they are doubles.
select 'power_readings' as table_name, '' as device_key, '' as part, local_time, count(*) as readings
from power_readings
where site_id = :site_id
group by local_time
having count(*) > 1
union all
select 'power_details' as table_name, '' as device_key, '' as part, local_time, count(*) as readings
from power_details
where site_id = :site_id
group by local_time
having count(*) > 1
union all
select 'energy_details' as table_name, '' as device_key, '' as part, local_time, count(*) as readings
from energy_details
where site_id = :site_id
group by local_time
having count(*) > 1
union all
select 'inverter_telemetry' as table_name, device_key as device_key, '' as part, local_time, count(*) as readings
from inverter_telemetry
where site_id = :site_id
group by device_key, local_time, interval_s
having count(*) > 1
union all
select 'battery_telemetry' as table_name, device_key as device_key, '' as part, local_time, count(*) as readings
from battery_telemetry
where site_id = :site_id
group by device_key, local_time, interval_s
having count(*) > 1
union all
select 'meter_readings' as table_name, device_key as device_key, meter_type as part, local_time, count(*) as readings
from meter_readings
where site_id = :site_id
group by device_key, meter_type, local_time, interval_s
having count(*) > 1
order by table_name, device_key, part, local_time
limit 10000;
