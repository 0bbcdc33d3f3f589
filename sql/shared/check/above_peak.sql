-- Days of a site on which it, or one of its inverters, delivered more than is possible.
select
  'power_readings' as table_name,
  '' as device_key,
  date(local_time) as day,
  count(*) as slots,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  max(power_w) as most_w
from power_readings
where site_id = :site_id and power_w > :most_w
group by date(local_time)
union all
select
  'power_details' as table_name,
  '' as device_key,
  date(local_time) as day,
  count(*) as slots,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  max(production_w) as most_w
from power_details
where site_id = :site_id and production_w > :most_w
group by date(local_time)
union all
select
  'energy_details' as table_name,
  '' as device_key,
  date(local_time) as day,
  count(*) as slots,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  max(production_wh * 4) as most_w
from energy_details
where site_id = :site_id and production_wh * 4 > :most_w
group by date(local_time)
union all
select
  'inverter_telemetry' as table_name,
  device_key as device_key,
  date(local_time) as day,
  count(*) as slots,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  max(total_active_power_w) as most_w
from inverter_telemetry
where site_id = :site_id and total_active_power_w > :most_w
group by device_key, date(local_time)
order by table_name, device_key, day
limit 10000;
