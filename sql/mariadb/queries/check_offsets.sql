-- By how many seconds the wall clock of a site's rows is ahead of UTC, with the first and the last row of
-- each month that are so far apart.
select
  table_name,
  timestampdiff(second, timestamp, local_time) as offset_s,
  count(*) as readings,
  min(timestamp) as first_at,
  max(timestamp) as last_at
from (
  select 'power_readings' as table_name, timestamp, local_time from power_readings where site_id = :site_id
  union all
  select 'power_details' as table_name, timestamp, local_time from power_details where site_id = :site_id
  union all
  select 'energy_details' as table_name, timestamp, local_time from energy_details where site_id = :site_id
  union all
  select 'power_flows' as table_name, timestamp, local_time from power_flows where site_id = :site_id
  union all
  select 'inverter_telemetry' as table_name, timestamp, local_time from inverter_telemetry where site_id = :site_id
  union all
  select 'battery_telemetry' as table_name, timestamp, local_time from battery_telemetry where site_id = :site_id
  union all
  select 'meter_readings' as table_name, timestamp, local_time from meter_readings where site_id = :site_id
  union all
  select 'sensor_readings' as table_name, timestamp, local_time from sensor_readings where site_id = :site_id
) as stamped
group by
  table_name,
  timestampdiff(second, timestamp, local_time),
  extract(year_month from timestamp)
order by table_name, first_at
limit 10000;
